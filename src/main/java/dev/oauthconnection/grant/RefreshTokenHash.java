package dev.oauthconnection.grant;

/** How a refresh token from elsewhere is remembered without being kept: so that a spent one is never taken twice. */
public final class RefreshTokenHash {
    private RefreshTokenHash() {}

    /** A digest of the token; the token cannot be had from it. */
    public static String of(String refreshToken) {
        return GrantKey.digest(refreshToken);
    }
}
