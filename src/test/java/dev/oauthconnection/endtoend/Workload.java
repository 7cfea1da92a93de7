package dev.oauthconnection.endtoend;

import static org.awaitility.Awaitility.await;

import java.time.Duration;

/** A program of a team that mounts a token Secret and prints a line whenever the file has changed, never the token. */
final class Workload {
    /** The kubelet takes 60 to 90 s for each change. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private Workload() {}

    static String deployment(String image, String secret) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: reader}
                spec:
                  selector: {matchLabels: {app: reader}}
                  template:
                    metadata: {labels: {app: reader}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      securityContext:
                        runAsNonRoot: true
                        runAsUser: 65532
                        seccompProfile: {type: RuntimeDefault}
                      containers:
                        - name: reader
                          image: %s
                          command:
                            - sh
                            - -c
                            - |
                              last=
                              while true; do
                                now=$(cat /token/access_token)
                                [ "$now" = "$last" ] || { last=$now; echo "changed, expires $(cat /token/expires_at)"; }
                                sleep 1
                              done
                          securityContext:
                            allowPrivilegeEscalation: false
                            readOnlyRootFilesystem: true
                            capabilities: {drop: [ALL]}
                          volumeMounts: [{name: token, mountPath: /token, readOnly: true}]
                      volumes:
                        - name: token
                          secret: {secretName: %s}
                """.formatted(image, secret);
    }

    /** Waits until it has seen the file change this often, the first sight included; returns how often it has. */
    static long awaitSeen(Team team, long times) {
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptions()
                .until(
                        () -> team.kubectl()
                                .run("logs", "deployment/reader")
                                .output()
                                .lines()
                                .filter(line -> line.startsWith("changed"))
                                .count(),
                        seen -> seen >= times);
    }
}
