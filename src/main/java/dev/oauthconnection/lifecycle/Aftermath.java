package dev.oauthconnection.lifecycle;

import dev.oauthconnection.api.Reason;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.Step.Outcome;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What to remember after a redemption: whether, when and with what words to try again. Pure. */
public final class Aftermath {
    /** A refusal of client or request refuses each try, so it is tried again slowly until something changes. */
    static final Duration SLOWLY = Duration.ofHours(1);

    private static final Trouble TOO_LARGE = Trouble.forPerson(
            Reason.AnswerInvalid,
            "the provider's answer is larger than 256 KiB and does not fit into a Secret; its refresh token is kept. "
                    + "Ask for fewer scopes, or have the provider issue smaller tokens");

    private Aftermath() {}

    /** An answer that is too large leaves its refresh token behind, and no access token of its epoch. */
    private static boolean isStored(Grant grant) {
        return grant.intent() != null
                || (grant.answer() != null && grant.answer().epoch() == grant.epoch());
    }

    /**
     * The memory after this outcome.
     *
     * @param inputs the fingerprint of client, provider and spec that it was tried with
     */
    public static Retry after(Outcome outcome, Retry before, String inputs, String seed, Instant now) {
        return switch (outcome) {
            case Outcome.Committed(Grant grant) ->
                isStored(grant) ? Retry.NONE : soon(before, inputs, seed, null, TOO_LARGE, now);
            case Outcome.Late late -> Retry.NONE;
            case Outcome.Superseded superseded -> Retry.NONE;
            case Outcome.TokenRefused refused -> soon(before, inputs, seed, null, null, now);
            case Outcome.Exhausted exhausted -> Retry.NONE;
            case Outcome.Stale(String why) -> soon(before, inputs, seed, null, null, now);
            case Outcome.Kept(var entry, String why) ->
                soon(
                        before,
                        inputs,
                        seed,
                        null,
                        Trouble.passing(Reason.DeliveryFailed, "the new token is kept and not yet stored: " + why),
                        now);
            case Outcome.CannotWrite(String why) ->
                soon(
                        before,
                        inputs,
                        seed,
                        null,
                        Trouble.passing(
                                Reason.DeliveryFailed,
                                "nothing was sent, since the grant Secret cannot be written: " + why),
                        now);
            // These four are told from what is observed; the memory only bridges the moment until it is.
            case Outcome.Waiting waiting -> soon(before, inputs, seed, null, null, now);
            case Outcome.Held held -> soon(before, inputs, seed, null, null, now);
            case Outcome.RolledBack rolledBack -> soon(before, inputs, seed, null, null, now);
            case Outcome.BoundElsewhere elsewhere -> soon(before, inputs, seed, null, null, now);
            case Outcome.RequestRefused(String error, String description) ->
                refused(before, inputs, error, description, now);
            case Outcome.Unsendable(String why) ->
                new Retry(
                        before.failures() + 1,
                        now.plus(SLOWLY),
                        Trouble.forPerson(
                                Reason.ProviderInvalid,
                                "nothing was sent: " + why + ": correct the provider, or the client"),
                        inputs);
            case Outcome.Unavailable(String why, Duration retryAfter) ->
                soon(before, inputs, seed, retryAfter, unavailable(before, why), now);
            case Outcome.Ambiguous(String why) -> soon(before, inputs, seed, null, unavailable(before, why), now);
        };
    }

    /** An outage passes. What fails for the third time may well be a wrong address. */
    private static Trouble unavailable(Retry before, String why) {
        String advice = before.failures() < 2 ? "" : "; if this lasts, check token.endpoint of the provider";
        return Trouble.passing(Reason.ProviderUnavailable, why + advice);
    }

    private static Retry refused(Retry before, String inputs, String error, String description, Instant now) {
        String words = "the provider refused with " + error + (description.isEmpty() ? "" : " (" + description + ")");
        Reason reason = reasonOf(error);
        String advice =
                reason == Reason.ClientRefused ? ": check client_id and client_secret" : ": check scopes and provider";
        Trouble trouble = Trouble.forPerson(reason, words + advice + "; the grant is kept");
        return new Retry(before.failures() + 1, now.plus(SLOWLY), trouble, inputs);
    }

    /** Whose fault the provider says it is, by its error code (RFC 6749, section 5.2). */
    private static Reason reasonOf(String error) {
        boolean client = error.equals("invalid_client") || error.equals("unauthorized_client");
        return client ? Reason.ClientRefused : Reason.RequestRefused;
    }

    private static Retry soon(
            Retry before,
            String inputs,
            String seed,
            @Nullable Duration retryAfter,
            @Nullable Trouble trouble,
            Instant now) {
        int failures = before.failures() + 1;
        return new Retry(failures, now.plus(Backoff.after(failures, retryAfter, seed)), trouble, inputs);
    }
}
