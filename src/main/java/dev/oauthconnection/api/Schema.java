package dev.oauthconnection.api;

/** The validation rules (CEL) that more than one field of the custom resources has, each with the message that a user reads. */
final class Schema {
    /** Bounded in every unit, so that no sum overflows: at most 999999h, about 114 years. */
    static final String DURATION_PATTERN =
            "^([0-9]{1,6}(\\.[0-9]{1,3})?h|[0-9]{1,7}(\\.[0-9]{1,3})?m|[0-9]{1,9}(\\.[0-9]{1,3})?(s|ms))+$";

    static final int DURATION_LENGTH = 20;
    static final String DURATION = "self.matches(r'" + DURATION_PATTERN + "')";
    static final String DURATION_MESSAGE =
            "write a duration as a number and a unit (ms, s, m, h), such as 90s, 10m or 1h30m";

    /**
     * Plain http passes here and is refused by the operator with a condition: local mode, which has the same resources, needs it for
     * servers on the loopback interface.
     */
    static final String ENDPOINT = "self.matches(r'^https?://[^/?#@\\s]+([/?][^#\\s]*)?$')";

    static final String ENDPOINT_MESSAGE =
            "write a whole URL, such as https://login.example.com/oauth/token, without user name, fragment and spaces";

    /** OpenID Connect Discovery, section 3: an issuer has neither query nor fragment. */
    static final String ISSUER = "self.matches(r'^https?://[^/?#@\\s]+(/[^?#\\s]*)?$')";

    static final String ISSUER_MESSAGE =
            "write the issuer as a whole URL, such as https://login.example.com, without query and fragment: the same text that its discovery document has";

    /** The scope-token of RFC 6749, section 3.3. */
    static final String SCOPES =
            "self.all(s, s.matches(r'^[\\x21\\x23-\\x5B\\x5D-\\x7E]+$')) && self.all(s, self.exists_one(t, t == s))";

    static final String SCOPES_MESSAGE =
            "list each scope once and by itself, without spaces, quotes and backslashes: [openid, email], not ['openid email']";

    static final int SCOPE_LENGTH = 256;

    private Schema() {}
}
