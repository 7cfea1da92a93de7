package dev.oauthconnection.oauth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.oauthconnection.network.Trust;
import java.net.URI;
import java.util.Map;

/** Lists the accounts (Xero: tenants) that an access token reaches. */
public final class AccountsEndpoint {
    /** What came of asking. */
    public sealed interface Result {
        /** The JSON array as the provider wrote it, at most 1 MiB. */
        record Listed(String json) implements Result {}

        /**
         * There is no list.
         *
         * @param status the answer's; 0 without one
         * @param why for a user; holds no token
         */
        record Failed(int status, String why) implements Result {}
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final BoundedHttp http;

    public AccountsEndpoint(BoundedHttp http) {
        this.http = http;
    }

    /** Asks with the access token as bearer (RFC 6750, section 2.1). */
    public Result list(URI endpoint, Trust trust, String accessToken) {
        return switch (http.get(endpoint, trust, Map.of("Authorization", "Bearer " + accessToken))) {
            case BoundedHttp.Result.Failed failed -> new Result.Failed(0, failed.why());
            case BoundedHttp.Result.Answer answer -> read(answer);
        };
    }

    private static Result read(BoundedHttp.Result.Answer answer) {
        int status = answer.status();
        if (status == 401 || status == 403) {
            return new Result.Failed(
                    status, "the provider refused the access token for its list of accounts (" + status + ")");
        }
        if (status != 200) {
            return new Result.Failed(status, "the list of accounts was answered with " + status);
        }
        try {
            return JSON.readTree(answer.body()).isArray()
                    ? new Result.Listed(answer.body())
                    : new Result.Failed(status, "the list of accounts is not a JSON array");
        } catch (JsonProcessingException e) {
            return new Result.Failed(status, "the list of accounts is not JSON");
        }
    }
}
