package dev.oauthconnection.grant;

import dev.oauthconnection.grant.StatedPolicy.Attempted;
import dev.oauthconnection.oauth.TokenAnswer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a schedule did, as somebody sees it who knows everything: by this the rules are judged. */
final class Ledger {
    final StatedPolicy policy;
    private final Map<String, List<Attempted>> attempts = new HashMap<>();
    private final Map<String, Attempted> byNonce = new HashMap<>();
    private final Map<String, String> tokens = new HashMap<>();
    private final Map<String, Integer> refusals = new HashMap<>();
    private final Map<String, TokenAnswer> received = new HashMap<>();
    private final Set<String> settled = new HashSet<>();
    private final Set<String> excused = new HashSet<>();
    private final Map<String, String> windows = new HashMap<>();
    private final Set<String> forced = new HashSet<>();
    private final List<String> violations = new ArrayList<>();

    private final Set<String> happened = new HashSet<>();

    Ledger(RedemptionRules rules) {
        this.policy = new StatedPolicy(rules);
    }

    List<String> violations() {
        return violations;
    }

    void violated(String what) {
        violations.add(what);
    }

    /** A refresh token is written to the wire: once for each arming, and only by one that was in the store. */
    void sending(String nonce, Candidate candidate) {
        Attempted attempt = byNonce.get(nonce);
        if (attempt == null) {
            violations.add("sent without an arming: " + candidate.token());
            attempt = attempted(nonce, candidate.token());
        }
        if (attempt.sent) {
            violations.add("sent twice by one arming: " + candidate.token());
        }
        attempt.sent = true;
    }

    /** An arming is in the store, and is followed by a sending. A second time needs a reason that the policy states. */
    private void armed(Grant grant, Intent intent) {
        Candidate candidate = grant.candidate(intent.candidateEpoch()).orElseThrow();
        String token = candidate.token();
        policy.breaches(grant, candidate, attemptsWith(token), refusals.getOrDefault(token, 0))
                .forEach(breach -> violations.add("armed " + breach + ": " + token));
        attempted(intent.nonce(), token);
    }

    private List<Attempted> attemptsWith(String token) {
        return attempts.computeIfAbsent(token, t -> new ArrayList<>());
    }

    private Attempted attempted(String nonce, String token) {
        return byNonce.computeIfAbsent(nonce, n -> {
            Attempted attempt = new Attempted(n);
            attemptsWith(token).add(attempt);
            tokens.put(n, token);
            return attempt;
        });
    }

    boolean wasSent(String nonce) {
        Attempted attempt = byNonce.get(nonce);
        return attempt != null && attempt.sent;
    }

    /** What the sender knows: the token was not spent by this sending. */
    void harmless(String nonce) {
        Objects.requireNonNull(byNonce.get(nonce)).harmless = true;
    }

    /** The grant Secret was written: what it says of attempts and refresh tokens is on record. */
    void written(@Nullable Grant before, Grant now) {
        now.committed().forEach(this::committed);
        Intent intent = now.intent();
        if (intent != null) {
            if (!byNonce.containsKey(intent.nonce())) {
                armed(now, intent);
            }
            Objects.requireNonNull(byNonce.get(intent.nonce())).recorded = intent.endedWithoutEffect();
        }
        for (Candidate candidate : now.candidates()) {
            Candidate was = before == null
                    ? null
                    : before.candidates().stream()
                            .filter(c -> c.token().equals(candidate.token()))
                            .findFirst()
                            .orElse(null);
            if (candidate.refusedAt() != null
                    && (was == null || !candidate.refusedAt().equals(was.refusedAt()))) {
                refusals.merge(candidate.token(), 1, Integer::sum);
                attemptsWith(candidate.token()).forEach(a -> a.recorded = true);
            }
        }
    }

    private void committed(String nonce) {
        String token = tokens.get(nonce);
        if (settled.add(nonce) && token != null) {
            attemptsWith(token).forEach(a -> a.recorded = true);
        }
    }

    void received(String nonce, TokenAnswer answer) {
        received.put(nonce, answer);
    }

    /** An answer for an older grant, or one that came second, ended: only that its own token was revoked settles it. */
    void revokedLate(String nonce, TokenAnswer revoked) {
        if (revoked.equals(received.get(nonce))) {
            settled.add(nonce);
        }
    }

    /** A takeover went past a holder that had sent, since patience was over. */
    void forced(String grantId) {
        forced.add(grantId);
    }

    /** An answer is out of reach through one of the windows that the design admits. */
    void lost(String nonce, TokenAnswer answer, String window) {
        excused.add(nonce);
        String token = answer.refreshToken();
        if (token != null) {
            windows.put(token, window);
        }
    }

    /** Reuse has just ended the grant whose living token was this. */
    void revoked(String living) {
        if (windows.containsKey(living)) {
            windows.put(living, "revoked after its loss");
        } else if (forced.contains(SimulatedProvider.grantOf(living))) {
            windows.put(living, "deadline");
        }
    }

    boolean explains(String living) {
        return windows.containsKey(living);
    }

    boolean hasLoss() {
        return violations.stream().anyMatch(v -> v.startsWith("lost "));
    }

    void happened(String what) {
        happened.add(what);
    }

    /** The windows, kinds of replay and outcomes that the schedule came by. */
    Set<String> happened() {
        happened.addAll(windows.values());
        return happened;
    }

    /** Every answer that was received must have come to rest once all is quiet: stored, revoked, or lost through a window. */
    void checkNoneDropped() {
        for (String nonce : received.keySet()) {
            if (!settled.contains(nonce) && !excused.contains(nonce)) {
                violations.add("dropped the answer to " + nonce);
            }
        }
    }
}
