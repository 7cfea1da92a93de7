package dev.oauthconnection.laboratory;

import dev.oauthconnection.endtoend.Installation;
import dev.oauthconnection.testing.ApiServer;
import dev.oauthconnection.testing.Authority;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** One subject at one authorization server for some time: it is set up, faults are done to it, it comes to rest, and it is judged. */
final class Trial implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(10);

    final Plan plan;
    final Random random;
    final Diary diary = new Diary();
    final RotatingServer server;
    final Gate gate;
    final List<Pod> pods = new ArrayList<>();
    private final ApiServer api = new ApiServer();
    private final Installation installation;
    private final Subject subject;
    private final JournalWatch journals = new JournalWatch();
    private final SecretHistory history;
    private final Path folder;
    private final Instant begun = Instant.now();
    private final ResourceOwner owner;
    private final Faults faults;
    private final Deletions deletions;
    private final Clocks clocks;

    Trial(Plan plan, Path folder) throws IOException {
        this.plan = plan;
        this.folder = Files.createDirectories(folder);
        random = new Random(plan.seed());
        api.beforeAll(null);
        api.beforeEach(null);
        installation = Installation.ofOneTest(api);
        server = new RotatingServer(plan.mode(), plan.lifetime(), plan.thinking());
        Processes processes = new Processes();
        gate = new Gate(URI.create("http://127.0.0.1:" + server.port()), processes);
        subject = subject();
        history = new SecretHistory(api.client(), plan.lifetime(), api.namespace(), installation.namespace());
        Authority authority = new Authority();
        for (int i = 0; i < subject.replicas(); i++) {
            pods.add(new Pod(i, installation, subject, processes, journals, diary, folder, authority.pem()));
        }
        faults = new Faults(this, api, authority, folder);
        deletions = new Deletions(this, api.client());
        clocks = new Clocks(this, folder);
        owner = new ResourceOwner(subject, server, diary);
    }

    private Subject subject() {
        URI tokens = gate.uri("/token");
        return switch (plan.kind()) {
            case Operator -> new OperatorSubject(api, plan.mode(), tokens, plan.lease(), true);
            case OperatorWithoutKeeper -> new OperatorSubject(api, plan.mode(), tokens, plan.lease(), false);
            case LeaderElectedLoop -> new LoopSubject(api, tokens, plan.lease());
            case NaiveLoop -> new LoopSubject(api, tokens, Duration.ZERO);
        };
    }

    List<String> connections() {
        return IntStream.range(0, plan.connections()).mapToObj(i -> "c" + i).toList();
    }

    /** Applies the connections over the time from one refresh to the next, and returns once each has a token. */
    void start() {
        subject.prepare();
        pods.forEach(Pod::start);
        Duration apart = plan.lifetime().dividedBy(2L * plan.connections());
        for (String name : connections()) {
            subject.connect(name, server.consent(name));
            pause(apart);
        }
        awaitAllValid(Duration.ZERO);
        owner.start();
    }

    /** The pod whose process leads, while it runs. */
    Optional<Pod> leader() {
        if (subject.replicas() == 1) {
            return pods.stream().filter(Pod::isRunning).findFirst();
        }
        Lease held = api.client()
                .leases()
                .inNamespace(installation.namespace())
                .withName("oauth-connection-operator")
                .get();
        String holder = held == null ? null : held.getSpec().getHolderIdentity();
        return pods.stream()
                .filter(pod -> holder != null && holder.startsWith(pod.uid()))
                .filter(Pod::isRunning)
                .findFirst();
    }

    Pod awaitLeader() {
        await("nobody leads", () -> leader().isPresent());
        return leader().orElseGet(this::awaitLeader);
    }

    /** Returns once it is so; who ends meanwhile is started again. */
    void await(String otherwise, BooleanSupplier so) {
        Instant until = Instant.now().plus(PATIENCE);
        while (!so.getAsBoolean()) {
            if (Instant.now().isAfter(until)) {
                throw new IllegalStateException(otherwise + ": the logs are in " + folder);
            }
            letPass(Duration.ofMillis(50));
        }
    }

    Faults faults() {
        return faults;
    }

    Deletions deletions() {
        return deletions;
    }

    Clocks clocks() {
        return clocks;
    }

    /** Something is so for a while; who ends meanwhile is started again. */
    void during(String what, Duration duration, Runnable begin, Runnable end) {
        diary.note(Diary.Kind.Fault, what);
        begin.run();
        letPass(duration);
        end.run();
        diary.note(Diary.Kind.Mended, what);
    }

    /** Time passes, and a process that ended by itself is started again, as the kubelet does. */
    void letPass(Duration duration) {
        Instant until = Instant.now().plus(duration);
        while (Instant.now().isBefore(until)) {
            startEnded();
            pause(Duration.ofMillis(200));
        }
    }

    void startEnded() {
        pods.stream().filter(pod -> !pod.isRunning()).forEach(Pod::start);
    }

    String namespace() {
        return api.namespace();
    }

    String operatorNamespace() {
        return installation.namespace();
    }

    void rotateClient() {
        subject.rotateClient();
    }

    void deleteAndApply(String connection) {
        subject.deleteAndApply(connection);
    }

    /** Applies everything again, each connection with a new consent. */
    void connectAgain(String why) {
        subject.prepare();
        owner.consentAfter(why, connections(), subject::connect);
    }

    /** New consents for these, which somebody knows to be needed. */
    void consentAgain(String why, List<String> connections) {
        owner.consentAfter(why, connections, subject::consent);
    }

    /** What was applied for the operator itself, again. */
    void installAgain() {
        Installation.ofOneTest(api).close();
    }

    /** Returns once another token of this connection is published. */
    void awaitPublished(String connection) {
        awaitPublished(connection, versions(connection));
    }

    /** Returns once more tokens of it have been published than that. */
    void awaitPublished(String connection, long before) {
        await(connection + " gets no token", () -> versions(connection) > before);
    }

    long versions(String connection) {
        return history.published().stream()
                .filter(version -> version.connection().equals(connection))
                .count();
    }

    /** A connection whose grant Secret was older than its token sent so many requests meanwhile. */
    void restored(String connection, long requests) {
        if (requests > 0) {
            diary.lost(new Diary.Lost(
                    Instant.now(),
                    server.current(connection),
                    "a restored backup was redeemed " + requests + " times"));
        }
    }

    /** Whether each connection has a token that is valid for so long. */
    boolean isAllValid(Duration ahead) {
        Instant until = Instant.now().plus(ahead);
        Map<String, Instant> expiry = new LinkedHashMap<>();
        history.published().forEach(version -> expiry.put(version.connection(), version.expiresAt()));
        return connections().stream()
                .allMatch(name -> expiry.getOrDefault(name, Instant.MIN).isAfter(until));
    }

    boolean hasRefreshedSince(Instant since) {
        return history.published().stream().anyMatch(version -> version.at().isAfter(since));
    }

    /** Until each connection has a token that is valid for so long. */
    void awaitAllValid(Duration ahead) {
        await("not all connections have a token", () -> isAllValid(ahead));
    }

    static void pause(Duration duration) {
        LockSupport.parkNanos(duration.toNanos());
    }

    /** Ends the faults, waits until everything had time to be right again, and tells what there is to judge. */
    Evidence finish() {
        gate.faults(used -> Gate.Fault.None);
        gate.down(false);
        pods.forEach(pod -> pod.wire.mend());
        startEnded();
        Instant rest = Instant.now();
        awaitAllValid(Duration.ZERO);
        letPass(plan.lifetime().dividedBy(2).plus(plan.lease()));
        awaitAllValid(Duration.ZERO);
        List<TokenName> newest = connections().stream().map(server::current).toList();
        awaitStored(newest);
        return new Evidence(
                plan,
                begun,
                rest,
                Instant.now(),
                List.copyOf(gate.exchanges()),
                List.copyOf(server.decisions()),
                List.copyOf(history.published()),
                List.copyOf(history.stored()),
                List.copyOf(diary.entries()),
                List.copyOf(diary.leftovers()),
                List.copyOf(diary.losses()),
                newest,
                journals.lengths(gate.exchanges(), history.nonces()),
                plan.kind().isOperator()
                        ? LeakSearch.everywhere(folder, api.client(), pods, api.namespace(), installation.namespace())
                        : LeakSearch.in(folder));
    }

    /** What was issued a moment ago is on its way; what is not stored a while later is lost. */
    private void awaitStored(List<TokenName> newest) {
        Instant until = Instant.now().plus(ON_ITS_WAY);
        while (Instant.now().isBefore(until)
                && !newest.stream().allMatch(token -> history.stored().stream()
                        .anyMatch(version -> version.refreshTokens().contains(token)))) {
            letPass(Duration.ofMillis(200));
        }
    }

    @Override
    public void close() throws IOException {
        owner.close();
        faults.close();
        pods.forEach(Pod::close);
        history.close();
        journals.close();
        gate.close();
        server.close();
        installation.close();
    }
}
