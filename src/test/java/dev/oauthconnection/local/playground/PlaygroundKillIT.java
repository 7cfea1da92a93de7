package dev.oauthconnection.local.playground;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.oauthconnection.local.http.Http;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import okhttp3.Credentials;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A playground in a process of its own, which is killed the moment its answer is there. */
class PlaygroundKillIT {
    private static final URI REDIRECT_URI = URI.create("http://localhost:5001/code");

    @Test
    void what_was_answered_still_holds_after_a_kill(@TempDir Path folder) throws Exception {
        Running first = Running.start(folder, 0);
        String refreshToken = first.consent();
        int port = first.port();
        first.kill();
        for (int round = 0; round < 3; round++) {
            Running next = Running.start(folder, port);
            JsonNode answer = next.token(Http.form("grant_type", "refresh_token", "refresh_token", refreshToken));
            next.kill();
            assertThat(answer.path("error").asText()).isEmpty();
            refreshToken = answer.path("refresh_token").asText();
        }
    }

    /** The process: starts a playground that says yes to everything, and tells its port. */
    public static final class Main {
        private Main() {}

        public static void main(String[] arguments) throws Exception {
            Playground playground = Playground.start(
                    new Playground.Settings(
                            Path.of(arguments[0]),
                            Integer.parseInt(arguments[1]),
                            List.of(PlaygroundClient.app(REDIRECT_URI)),
                            true),
                    Instant::now);
            System.out.println("port " + playground.port());
            Thread.currentThread().join();
        }
    }

    private record Running(Process process, int port) {
        static Running start(Path folder, int port) throws IOException {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Main.class.getName(),
                            folder.toString(),
                            Integer.toString(port))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            BufferedReader output = process.inputReader();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith("port ")) {
                    return new Running(process, Integer.parseInt(line.substring(5)));
                }
            }
            throw new AssertionError("the playground did not start");
        }

        String consent() throws Exception {
            HttpUrl.Builder request =
                    HttpUrl.get("http://127.0.0.1:" + port + "/authorize").newBuilder();
            PlaygroundRig.authorizationRequest().forEach(request::addQueryParameter);
            String code =
                    String.valueOf(Http.to(request.build().toString()).get().sentTo("code"));
            return token(PlaygroundRig.codeForm(code)).path("refresh_token").asText();
        }

        JsonNode token(Map<String, String> form) {
            return PlaygroundRig.json(Http.to("http://127.0.0.1:" + port + "/token")
                    .with("Authorization", Credentials.basic(PlaygroundClient.APP, PlaygroundClient.SECRET))
                    .post(form));
        }

        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }
    }
}
