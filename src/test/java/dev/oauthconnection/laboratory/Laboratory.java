package dev.oauthconnection.laboratory;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.oauthconnection.api.Durations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The fault laboratory's command line. Each trial leaves a file with its figures in the folder of results; a later sitting with other
 * seeds adds to them, one with the same seed takes the place of the earlier.
 */
@Command(
        name = "laboratory",
        description = "Kills the operator, and what it is compared with, and counts the grants that are lost.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class Laboratory implements Callable<Integer> {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(new SimpleModule().addSerializer(Optional.class, new ToStringSerializer(Optional.class)))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    @Option(
            names = "--seed",
            split = ",",
            defaultValue = "1",
            description = "Of each trial. Default: ${DEFAULT-VALUE}.")
    private List<Long> seeds = List.of();

    @Option(
            names = "--subject",
            split = ",",
            defaultValue = "Operator",
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private List<Plan.Kind> subjects = List.of();

    @Option(
            names = "--server",
            split = ",",
            defaultValue = "Strict",
            description = "How refresh tokens are rotated: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private List<RotatingServer.Mode> modes = List.of();

    @Option(names = "--kills", defaultValue = "30", description = "SIGKILLs in each trial. Default: ${DEFAULT-VALUE}.")
    private int kills;

    @Option(
            names = "--pods-lost",
            defaultValue = "0",
            description = "Of a hundred kills, those that take the pod with its journal. Default: ${DEFAULT-VALUE}.")
    private int podsLost;

    @Option(
            names = "--faults",
            split = ",",
            description = "Instead of kills, faults: all of them one after the other, mixed, or some by name.")
    private List<String> faults = List.of();

    @Option(
            names = "--duration",
            defaultValue = "1h",
            description = "The longest time for the kills or faults of one trial. Default: ${DEFAULT-VALUE}.")
    private String duration = "";

    @Option(
            names = "--thinking",
            defaultValue = "0ms",
            description =
                    "How long the authorization server takes to decide; a kill meanwhile costs every subject the grant. "
                            + "Default: ${DEFAULT-VALUE}.")
    private String thinking = "";

    @Option(
            names = "--results",
            defaultValue = "target/laboratory",
            description = "Folder of figures, pictures and logs. Default: ${DEFAULT-VALUE}.")
    private Path results = Path.of("");

    @Option(names = "--report", description = "Only print what the results so far add up to.")
    private boolean reportOnly;

    public static void main(String... arguments) {
        System.exit(new CommandLine(new Laboratory())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        boolean explained = true;
        if (!reportOnly) {
            for (long seed : seeds) {
                for (RotatingServer.Mode mode : modes) {
                    for (Plan.Kind kind : subjects) {
                        explained &= run(Plan.of(kind, mode, seed, Durations.parse(thinking)));
                    }
                }
            }
        }
        System.out.println(Report.of(
                        read(".kills.json", new TypeReference<List<Outcome>>() {}),
                        read(".faults.json", new TypeReference<List<FaultOutcome>>() {}))
                .text());
        return explained ? 0 : 1;
    }

    /** @return whether each loss is explained, and everything recovered */
    private boolean run(Plan plan) throws IOException {
        String name = plan.kind() + "-" + plan.mode() + "-" + plan.seed();
        Path folder = results.resolve(name);
        System.err.println(name + ": begins");
        try (Trial trial = new Trial(plan, folder)) {
            trial.start();
            FaultTrial faultTrial = new FaultTrial(trial);
            disturb(trial, faultTrial);
            Evidence evidence = trial.finish();
            Files.createDirectories(results);
            JSON.writeValue(results.resolve(name + ".evidence.json").toFile(), evidence);
            if (faults.isEmpty()) {
                JSON.writeValue(results.resolve(name + ".kills.json").toFile(), List.of(Outcome.of(evidence)));
            } else {
                JSON.writeValue(
                        results.resolve(name + ".faults.json").toFile(),
                        faultTrial.spells().stream()
                                .map(spell -> FaultOutcome.of(spell, evidence))
                                .toList());
            }
            Files.writeString(results.resolve(name + ".svg"), new Timeline(evidence).svg());
            Oracle oracle = new Oracle(evidence);
            List<Oracle.Loss> losses = oracle.losses();
            losses.forEach(loss -> System.err.println(name + ": " + loss));
            losses.stream()
                    .filter(loss -> loss.window() == Window.Unexplained)
                    .flatMap(loss -> oracle.clues(loss.newest()).stream())
                    .forEach(clue -> System.err.println(name + ":   " + clue));
            System.err.println(name + ": " + losses.size() + " grants lost");
            evidence.leaks().forEach(leak -> System.err.println(name + ": a refresh token in " + leak));
            faultTrial.failures().forEach(failure -> System.err.println(name + ": " + failure));
            return !plan.kind().isOperator()
                    || evidence.leaks().isEmpty() && faultTrial.failures().isEmpty() && isAllowed(losses, plan.mode());
        }
    }

    /** What people delete is lost. Otherwise only where a spent token is dead at once may a grant be lost, and only through a window. */
    private static boolean isAllowed(List<Oracle.Loss> losses, RotatingServer.Mode mode) {
        return losses.stream()
                .allMatch(loss -> loss.window() == Window.ByHand
                        || mode == RotatingServer.Mode.Strict && loss.window() != Window.Unexplained);
    }

    private void disturb(Trial trial, FaultTrial faultTrial) {
        Instant until = Instant.now().plus(Durations.parse(duration));
        if (faults.isEmpty()) {
            new Killing(trial, podsLost).run(kills, until);
        } else if (faults.equals(List.of("mixed"))) {
            faultTrial.mixed(List.of(Disturbance.values()), until);
        } else if (faults.equals(List.of("all"))) {
            faultTrial.each(List.of(Disturbance.values()), until);
        } else {
            faultTrial.each(faults.stream().map(Disturbance::valueOf).toList(), until);
        }
    }

    private <T> List<T> read(String suffix, TypeReference<List<T>> type) throws IOException {
        List<T> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(results)) {
            for (Path file :
                    files.filter(it -> it.toString().endsWith(suffix)).sorted().toList()) {
                all.addAll(JSON.readValue(file.toFile(), type));
            }
        }
        return all;
    }
}
