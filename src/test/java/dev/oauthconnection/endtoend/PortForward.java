package dev.oauthconnection.endtoend;

import static org.awaitility.Awaitility.await;

import dev.oauthconnection.testing.Kubectl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;

/** A running {@code kubectl port-forward}. */
record PortForward(Process process) implements AutoCloseable {
    static PortForward to(Kubectl kubectl, String target, int near, int far) {
        try {
            Process process = new ProcessBuilder(
                            kubectl.program().toString(),
                            "--kubeconfig=" + kubectl.kubeconfig(),
                            "port-forward",
                            target,
                            near + ":" + far)
                    .redirectErrorStream(true)
                    .redirectOutput(Path.of("/dev/null").toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            await().atMost(Team.PATIENCE)
                    .failFast("kubectl port-forward has ended", () -> !process.isAlive())
                    .ignoreExceptions()
                    .until(() -> {
                        new Socket(InetAddress.getLoopbackAddress(), near).close();
                        return true;
                    });
            return new PortForward(process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
