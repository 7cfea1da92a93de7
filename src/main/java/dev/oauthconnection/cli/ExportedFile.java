package dev.oauthconnection.cli;

import dev.oauthconnection.api.Names;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads what {@code export} wrote. Its messages quote nothing of the file, which holds a refresh token. */
final class ExportedFile {
    private ExportedFile() {}

    /** @throws Complaint where it is none */
    static Secret read(String file, InputStream standardInput) {
        try {
            return parse(
                    file.equals("-")
                            ? new String(standardInput.readAllBytes(), StandardCharsets.UTF_8)
                            : Files.readString(Path.of(file)),
                    file);
        } catch (IOException e) {
            throw ExitStatus.Correct.complaint("the file " + file + " cannot be read: correct --filename");
        }
    }

    private static Secret parse(String text, String file) {
        try {
            if (Serialization.<Object>unmarshal(text) instanceof Secret secret
                    && Names.EXPORT.equals(secret.getType())
                    && secret.getData() != null
                    && secret.getData().containsKey(Names.REFRESH_TOKEN)
                    && secret.getMetadata().getName() != null) {
                return secret;
            }
        } catch (KubernetesClientException | IllegalArgumentException | ClassCastException e) {
            // Its message may quote the file.
        }
        throw ExitStatus.Correct.complaint(
                "the file " + file + " is not what 'oauthconnection export' writes (a Secret of type " + Names.EXPORT
                        + "): correct --filename");
    }
}
