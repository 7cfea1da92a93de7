package dev.oauthconnection.laboratory;

import dev.oauthconnection.endtoend.Installation;
import dev.oauthconnection.testing.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A place where one process under test runs, killed and started again. What a pod of a cluster gives a process it gives too: an identity,
 * and a folder in memory that outlives the process and not the pod.
 */
final class Pod {
    /** What is run in it. */
    interface Program {
        /** The command after {@code java} and its options. */
        List<String> arguments(Pod pod);

        /** The same of a second container, which stays when the first one is killed; empty for none. */
        default List<String> sidecar(Pod pod) {
            return List.of();
        }
    }

    /** The refresh tokens that lay in the journal when the process was dead. */
    record Left(Instant at, long pid, List<TokenName> journal) {}

    private final Installation installation;
    private final Program program;
    private final Processes processes;
    private final JournalWatch journals;
    private final Diary diary;
    private final Path folder;
    private final String authority;
    private int starts;
    final Wire wire;
    final int number;
    private Path kubeconfig = Path.of("");
    private @Nullable WallClock clock;
    private List<String> arguments = List.of();
    private String object = "";
    private String uid = "";
    private JournalFolder journal = new JournalFolder(Path.of(""));
    private @Nullable Process process;
    private @Nullable Process sidecar;
    private @Nullable WallClock sidecarClock;

    Pod(
            int number,
            Installation installation,
            Program program,
            Processes processes,
            JournalWatch journals,
            Diary diary,
            Path folder,
            String authority) {
        this.number = number;
        this.installation = installation;
        this.program = program;
        this.processes = processes;
        this.journals = journals;
        this.diary = diary;
        this.folder = folder;
        this.wire = installation.wireToApiServer();
        this.authority = authority;
        place();
    }

    String uid() {
        return uid;
    }

    Path journal() {
        return journal.path();
    }

    long pid() {
        return process == null ? 0 : process.pid();
    }

    /** Whether this process is one of its own. */
    boolean has(long pid) {
        return pid == pid() || (sidecar != null && pid == sidecar.pid());
    }

    boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** Whether its process has started and says that it is ready; one that says nothing is ready while it runs. */
    boolean isReady() {
        return isRunning() && served("--management-port", "/readyz").stream().allMatch(Pod::isOk);
    }

    private static boolean isOk(URI uri) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What its process serves to whoever asks. */
    List<URI> pages() {
        return Stream.concat(
                        served("--management-port", "/metrics").stream(),
                        Stream.of("/", "/connect", "/callback").flatMap(path -> served("--port", path).stream()))
                .toList();
    }

    private Optional<URI> served(String option, String path) {
        return arguments.stream()
                .filter(argument -> argument.startsWith(option + "="))
                .map(argument -> URI.create("http://127.0.0.1:" + argument.substring(option.length() + 1) + path))
                .findFirst();
    }

    /** How the pod of a process that is dead goes, its journal with it. */
    enum Loss {
        /** It stays as an object that has failed, as after an eviction: everybody may know that it is over. */
        Failed,
        /** Its object is gone too, which proves nothing to anybody. */
        Deleted
    }

    /** The pod goes, and another one takes its place. */
    void replace(Loss loss) {
        kill(sidecar);
        diary.note(Diary.Kind.PodLost, "pod " + number, pid());
        journal.delete();
        var old = installation
                .api()
                .client()
                .pods()
                .inNamespace(installation.namespace())
                .withName(object);
        if (loss == Loss.Failed && old.get() != null) {
            old.editStatus(pod -> {
                pod.getStatus().setPhase("Failed");
                return pod;
            });
        } else {
            old.withGracePeriod(0).delete();
        }
        place();
    }

    private void place() {
        io.fabric8.kubernetes.api.model.Pod made = installation
                .api()
                .client()
                .resource(installation.podOfOperator("pod-" + number + "-"))
                .create();
        // The account may be another one of the same name.
        kubeconfig = installation.kubeconfigThrough(wire, authority);
        object = made.getMetadata().getName();
        uid = made.getMetadata().getUid();
        journal = JournalFolder.make(folder);
        journals.add(journal.path());
        sidecar = null;
    }

    /**
     * Gives the processes that start here from now on a wall clock of their own, which can be set while they run. Their monotonic clock is
     * the machine's.
     */
    void clock(@Nullable WallClock own) {
        clock = own;
    }

    /** Both containers have the clock of their machine. */
    void start() {
        List<String> beside = program.sidecar(this);
        if (!beside.isEmpty() && (sidecar == null || sidecarClock != clock)) {
            kill(sidecar);
            sidecar = launch(beside, "sidecar");
            sidecarClock = clock;
        }
        arguments = program.arguments(this);
        process = launch(arguments, "pod");
    }

    private Process launch(List<String> program, String what) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-XX:ErrorFile=" + folder.resolve("crash-%p.log"),
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(program);
        Path log = folder.resolve(what + "-" + number + "-" + starts++ + ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        builder.environment().put("POD_NAMESPACE", installation.namespace());
        if (clock != null) {
            builder.environment().putAll(clock.environment());
        }
        try {
            Process launched = builder.start();
            processes.started(launched.pid());
            diary.note(Diary.Kind.Started, "pod " + number, launched.pid());
            return launched;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL, and what it leaves behind. */
    void kill() {
        kill(process);
    }

    private void kill(@Nullable Process dying) {
        if (dying == null || !dying.isAlive()) {
            return;
        }
        diary.note(Diary.Kind.Killed, "pod " + number, dying.pid());
        dying.destroyForcibly();
        ended(dying);
        diary.left(new Left(Instant.now(), dying.pid(), journal.tokens()));
    }

    /** SIGTERM: it finishes what is in flight. */
    void terminate() {
        Process ending = process;
        if (ending != null) {
            diary.note(Diary.Kind.Terminated, "pod " + number, ending.pid());
            ending.destroy();
            ended(ending);
            diary.left(new Left(Instant.now(), ending.pid(), journal.tokens()));
        }
    }

    private void ended(Process gone) {
        try {
            gone.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        processes.ended(gone.pid());
    }

    /** SIGSTOP: it stands still where it is, and does not know. */
    void stop() {
        diary.note(Diary.Kind.Stopped, "pod " + number, pid());
        signal("STOP");
    }

    void go() {
        signal("CONT");
        diary.note(Diary.Kind.Continued, "pod " + number, pid());
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void close() {
        wire.mend();
        if (process != null && process.isAlive()) {
            signal("CONT");
            process.destroyForcibly();
            ended(process);
        }
        if (sidecar != null) {
            sidecar.destroyForcibly();
            ended(sidecar);
        }
        wire.close();
        journal.delete();
    }
}
