package dev.oauthconnection.consent;

import java.security.SecureRandom;
import java.util.Locale;

/**
 * The code by which a person shows that they may read the connection's Secrets: five groups of four characters of Crockford's base32,
 * 100 bits, which has no letters that look like digits.
 */
final class PairingCode {
    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int CHARACTERS = 20;
    private static final int GROUP = 4;
    private static final SecureRandom RANDOM = new SecureRandom();

    private PairingCode() {}

    static String random() {
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < CHARACTERS; i++) {
            if (i > 0 && i % GROUP == 0) {
                code.append('-');
            }
            code.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return code.toString();
    }

    /** Whether a text is such a code: one that somebody shortened by hand is not. */
    static boolean isStrong(String code) {
        String normal = normal(code);
        return normal.length() == CHARACTERS && normal.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0);
    }

    /** Compares in constant time, tolerant of case, spaces, dashes, and of O for 0 and I or L for 1. */
    static boolean matches(String code, String typed) {
        return Secrecy.same(normal(code), normal(typed));
    }

    private static String normal(String text) {
        return text.toUpperCase(Locale.ROOT)
                .replaceAll("[\\s\\p{Pd}]", "")
                .replace('O', '0')
                .replace('I', '1')
                .replace('L', '1');
    }
}
