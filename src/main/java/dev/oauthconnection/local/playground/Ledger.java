package dev.oauthconnection.local.playground;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.oauthconnection.files.PrivateFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the playground remembers: its signing key, and hashes of the codes and tokens that it gave away. A change is on the disk before
 * anybody hears of it; a change that cannot be written did not happen.
 */
final class Ledger {
    /** An authorization code; {@code family} is set once it was redeemed, so that a second use ends what the first one began. */
    record Code(
            String clientId,
            String redirectUri,
            String challenge,
            @Nullable String nonce,
            List<String> scopes,
            Instant authenticatedAt,
            Instant expiresAt,
            @Nullable String family) {
        Code redeemedAs(String newFamily) {
            return new Code(clientId, redirectUri, challenge, nonce, scopes, authenticatedAt, expiresAt, newFamily);
        }
    }

    /** All refresh tokens of one consent. Every one of them names its family, and only the one with {@code current} works. */
    record Family(String clientId, List<String> scopes, String current, Instant authenticatedAt, Instant expiresAt) {}

    /** An access token. {@code family} is null where no person is behind it (client credentials). */
    record Access(
            String clientId, List<String> scopes, @Nullable String family, Instant expiresAt) {}

    /** The whole content. The maps are the draft's own while a change is made. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record State(String signingKey, Map<String, Code> codes, Map<String, Family> families, Map<String, Access> access) {
        State copy() {
            return new State(
                    signingKey, new LinkedHashMap<>(codes), new LinkedHashMap<>(families), new LinkedHashMap<>(access));
        }

        /** Ends a family: its refresh tokens and its access tokens. */
        void revoke(String family) {
            families.remove(family);
            access.values().removeIf(token -> family.equals(token.family()));
        }

        private void forgetLapsed(Instant now) {
            codes.values()
                    .removeIf(code -> code.expiresAt().plus(CODE_REMEMBERED).isBefore(now));
            families.values().removeIf(family -> family.expiresAt().isBefore(now));
            access.values().removeIf(token -> token.expiresAt().isBefore(now));
        }
    }

    private static final java.time.Duration CODE_REMEMBERED = java.time.Duration.ofMinutes(10);
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private final Path file;
    private final InstantSource clock;
    private State state;

    private Ledger(Path file, InstantSource clock, State state) {
        this.file = file;
        this.clock = clock;
        this.state = state;
    }

    /**
     * Opens the file, or begins one.
     *
     * @param newSigningKey called when there is no file yet
     * @throws IOException with a message for the user when the file cannot be read or written
     */
    static Ledger open(Path path, InstantSource clock, Supplier<String> newSigningKey) throws IOException {
        byte[] stored = Files.exists(path) ? Files.readAllBytes(path) : null;
        if (stored != null) {
            try {
                return new Ledger(path, clock, JSON.readValue(stored, State.class));
            } catch (JsonProcessingException e) {
                // Jackson's message quotes the file, which holds a private key.
                throw new IOException(
                        "the playground cannot read its state in " + path
                                + ": it was edited or damaged. Delete the file to begin anew; consent is then asked for again.");
            }
        }
        State fresh = new State(newSigningKey.get(), Map.of(), Map.of(), Map.of());
        PrivateFiles.replace(path, JSON.writeValueAsBytes(fresh));
        return new Ledger(path, clock, fresh);
    }

    /** What is on the disk. */
    synchronized State read() {
        return state;
    }

    /** Makes a change on a draft, stores it, and only then returns. */
    synchronized <T> T change(Function<State, T> change) {
        State draft = state.copy();
        draft.forgetLapsed(clock.instant());
        T result = change.apply(draft);
        try {
            PrivateFiles.replace(file, JSON.writeValueAsBytes(draft));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        state = draft;
        return result;
    }
}
