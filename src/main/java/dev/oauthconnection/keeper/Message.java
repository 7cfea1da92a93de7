package dev.oauthconnection.keeper;

import dev.oauthconnection.grant.GrantJson;
import dev.oauthconnection.oauth.TokenAnswer;
import dev.oauthconnection.oauth.TokenOutcome;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What passes between operator and keeper: a greeting, one question, one reply, and the connection ends. JSON, with its length in front. */
final class Message {
    /** What the keeper writes first: that it hears. */
    static final int GREETING = 'k';

    /** A grant, a request and an answer are far smaller together. */
    private static final int LARGEST = 1 << 23;

    private Message() {}

    /**
     * What the operator asks.
     *
     * @param errand to carry out; null to hear only which ones are being carried out
     */
    record Question(@Nullable Errand errand) {}

    /**
     * What it hears: the nonces of the errands that are being carried out, or how its own ended, which is the one that is not null.
     *
     * @param granted what the endpoint answered; it is in the journal, if that could be written
     */
    record Reply(
            Set<String> atWork,
            @Nullable TokenAnswer granted,
            TokenOutcome.@Nullable Rejected rejected,
            TokenOutcome.@Nullable Unavailable unavailable,
            TokenOutcome.@Nullable Unsendable unsendable,
            TokenOutcome.@Nullable Ambiguous ambiguous) {
        static Reply atWork(Set<String> nonces) {
            return new Reply(nonces, null, null, null, null, null);
        }

        static Reply of(TokenOutcome outcome) {
            return switch (outcome) {
                case TokenOutcome.Granted(var answer) -> new Reply(Set.of(), answer, null, null, null, null);
                case TokenOutcome.Rejected it -> new Reply(Set.of(), null, it, null, null, null);
                case TokenOutcome.Unavailable it -> new Reply(Set.of(), null, null, it, null, null);
                case TokenOutcome.Unsendable it -> new Reply(Set.of(), null, null, null, it, null);
                case TokenOutcome.Ambiguous it -> new Reply(Set.of(), null, null, null, null, it);
            };
        }

        /** How the errand ended; null where this replies to another question. */
        @Nullable
        TokenOutcome outcome() {
            if (granted != null) {
                return new TokenOutcome.Granted(granted);
            }
            if (rejected != null) {
                return rejected;
            }
            if (unavailable != null) {
                return unavailable;
            }
            return unsendable != null ? unsendable : ambiguous;
        }
    }

    static void write(DataOutputStream out, Object message) throws IOException {
        byte[] json = GrantJson.write(message);
        out.writeInt(json.length);
        out.write(json);
        out.flush();
    }

    /** @throws IOException where there is no such message, or only a part of one */
    static <T> T read(DataInputStream in, Class<T> type) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > LARGEST) {
            throw new IOException("no message of this kind");
        }
        byte[] json = new byte[length];
        in.readFully(json);
        try {
            return GrantJson.read(json, type);
        } catch (GrantJson.Unreadable e) {
            // Without the message: it may name what must not be shown.
            throw new IOException("no message of this kind");
        }
    }
}
