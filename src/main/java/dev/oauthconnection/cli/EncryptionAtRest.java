package dev.oauthconnection.cli;

import dev.oauthconnection.cli.Finding.Level;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether Secrets are encrypted in etcd, as far as an API server's metrics tell. Pure. */
final class EncryptionAtRest {
    static final String HOW_TO_LOOK =
            "docs/backup-and-move.md, 'Encryption at rest', has what an admin of the cluster or of etcd can look at, and where"
                    + " managed clusters say it.";

    private static final String CHECK = "encryption at rest";

    private EncryptionAtRest() {}

    /** @param metrics as the API server serves them; null for none */
    static Finding judge(@Nullable String metrics) {
        List<String> written = metrics == null
                ? List.of()
                : metrics.lines()
                        .filter(line -> line.startsWith("apiserver_storage_transformation_operations_total{"))
                        .filter(line -> line.contains("resource=\"secrets\"") && line.contains("to_storage"))
                        .toList();
        if (written.stream().anyMatch(line -> line.contains("transformer_prefix=\"k8s:enc:"))) {
            return Finding.ok(CHECK, "this API server encrypts Secrets when it writes them");
        }
        return written.isEmpty()
                ? new Finding(
                        CHECK,
                        Level.Unknown,
                        "this API server counts no encryption of Secrets: either it does none, or nothing was written since its start",
                        HOW_TO_LOOK)
                : new Finding(
                        CHECK,
                        Level.Warning,
                        "this API server writes Secrets as they are, and refresh tokens are Secrets",
                        HOW_TO_LOOK);
    }
}
