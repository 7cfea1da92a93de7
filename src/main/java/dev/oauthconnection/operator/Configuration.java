package dev.oauthconnection.operator;

import java.net.URI;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How this operator is run.
 *
 * @param namespace the operator's own: grants and consent attempts live there
 * @param watched the namespaces whose connections it serves; empty for all
 * @param podUid of the pod this process runs in; its journal lives as long as that pod
 * @param journal the folder of the journal: an emptyDir in memory, or local mode's folder
 * @param publicUrl where browsers reach the consent pages
 * @param redirectUri registered with the providers
 * @param loopbackHttpAllowed whether providers may be plain http on loopback: local mode
 * @param lease the name of the leader's Lease; null for a process that is alone
 */
public record Configuration(
        String namespace,
        Set<String> watched,
        String podUid,
        Path journal,
        URI publicUrl,
        URI redirectUri,
        boolean loopbackHttpAllowed,
        @Nullable String lease) {}
