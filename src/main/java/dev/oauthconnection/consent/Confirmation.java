package dev.oauthconnection.consent;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Carries the right pairing code from the page that asks for it to the button that confirms, without putting the code into a page: a
 * signature, keyed by the code, over what the page shows. Every replica can check it; it ends after {@link #LIFETIME}, with the code, and
 * with the first change to what was shown.
 */
final class Confirmation {
    static final Duration LIFETIME = Duration.ofMinutes(10);

    private Confirmation() {}

    static String issue(String pairingCode, Offer.Open shown, Instant now) {
        long expires = now.plus(LIFETIME).getEpochSecond();
        return expires + "." + sign(pairingCode, shown, expires);
    }

    static boolean confirms(String token, String pairingCode, Offer.Open shown, Instant now) {
        int dot = token.indexOf('.');
        if (dot < 0 || !token.substring(0, dot).matches("[0-9]{1,12}")) {
            return false;
        }
        long expires = Long.parseLong(token.substring(0, dot));
        return now.getEpochSecond() < expires
                && Secrecy.same(sign(pairingCode, shown, expires), token.substring(dot + 1));
    }

    private static String sign(String pairingCode, Offer.Open shown, long expires) {
        String text = String.join(
                "\n",
                Long.toString(expires),
                shown.key().namespaceUid(),
                shown.key().namespace(),
                shown.key().name(),
                shown.connectionUid(),
                shown.provider().name(),
                shown.authorizationEndpoint().toString(),
                shown.binding().toString(),
                String.join("\n", shown.scopes()));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(pairingCode.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] signature = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has HmacSHA256", e);
        }
    }
}
