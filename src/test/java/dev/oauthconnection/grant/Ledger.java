package dev.oauthconnection.grant;

import dev.oauthconnection.oauth.TokenAnswer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What a schedule did, as somebody sees it who knows everything: by this the rules are judged. */
final class Ledger {
    private static final class Sending {
        boolean harmless;
    }

    private final Map<String, List<Sending>> sendings = new HashMap<>();
    private final Map<String, Sending> byNonce = new HashMap<>();
    private final Set<String> received = new HashSet<>();
    private final Set<String> settled = new HashSet<>();
    private final Set<String> excused = new HashSet<>();
    private final Map<String, String> windows = new HashMap<>();
    private final Set<String> forced = new HashSet<>();
    private final List<String> violations = new ArrayList<>();

    private final Set<String> happened = new HashSet<>();

    List<String> violations() {
        return violations;
    }

    void violated(String what) {
        violations.add(what);
    }

    /** A refresh token is written to the wire. A second time needs a reason that the policy states. */
    void sending(String nonce, Grant armed, Candidate candidate) {
        List<Sending> before = sendings.computeIfAbsent(candidate.token(), t -> new ArrayList<>());
        Intent intent = armed.intent();
        boolean replay = intent != null && intent.doubt() != null;
        boolean known = candidate.spentAt() != null || candidate.refusedAt() != null;
        if (!replay && !known && before.stream().anyMatch(s -> !s.harmless)) {
            violations.add("sent twice: " + candidate.token());
        }
        Sending sending = new Sending();
        before.add(sending);
        byNonce.put(nonce, sending);
    }

    boolean wasSent(String nonce) {
        return byNonce.containsKey(nonce);
    }

    /** The provider's answer says that the token was not spent by this sending. */
    void harmless(String nonce) {
        Objects.requireNonNull(byNonce.get(nonce)).harmless = true;
    }

    void received(String nonce) {
        received.add(nonce);
    }

    void settled(String nonce) {
        settled.add(nonce);
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

    /** Every answer that was received must have come to rest once all is quiet. */
    void checkNoneDropped() {
        for (String nonce : received) {
            if (!settled.contains(nonce) && !excused.contains(nonce)) {
                violations.add("dropped the answer to " + nonce);
            }
        }
    }
}
