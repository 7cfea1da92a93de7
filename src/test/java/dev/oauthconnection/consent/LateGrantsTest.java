package dev.oauthconnection.consent;

import static dev.oauthconnection.consent.ConsentWorld.granted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.ProviderSpec.RevocationEnds;
import dev.oauthconnection.grant.Attempt;
import dev.oauthconnection.grant.Candidate;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.GrantChanges;
import dev.oauthconnection.grant.JournalEntry;
import dev.oauthconnection.grant.RedemptionRules;
import dev.oauthconnection.grant.Step.Outcome;
import dev.oauthconnection.grant.Windows;
import dev.oauthconnection.oauth.TokenOutcome;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.time.Duration;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The answer to a refresh that was under way while a person consented anew; a revocation ends the token alone. */
@NullUnmarked
@EnableKubernetesMockClient(crud = true)
class LateGrantsTest {
    KubernetesClient kubernetes;
    ConsentWorld world;
    Grant armed;
    JournalEntry late;

    @BeforeEach
    void a_refresh_is_under_way_while_a_person_consents() {
        world = new ConsentWorld(kubernetes);
        world.provider = ConsentWorld.provider(true, RevocationEnds.Token);
        consent();
        Grant first = world.grant();
        Candidate candidate = first.candidates().getFirst();
        Windows windows = Windows.of(Duration.ofHours(1), RedemptionRules.clientCredentials());
        armed = GrantChanges.arm(first, candidate, new Attempt("n-1", "pod/boot/1", windows, null), world.now, 0, null);
        world.outcome = new TokenOutcome.Granted(ConsentWorld.answer("of-the-second"));
        consent();
        JournalEntry entry = new JournalEntry(
                "n-1",
                armed,
                armed.epoch(),
                candidate.epoch(),
                ConsentWorld.answer("refreshed"),
                world.now,
                Duration.ZERO,
                null,
                null);
        world.grants.keep(entry);
        late = world.lateGrants().mark(entry);
    }

    @Test
    void it_is_revoked_where_the_newer_grant_is_in_use() {
        world.lateGrants().dispose(late, connection());

        assertThat(world.revoked).containsExactly("refreshed");
        assertThat(world.grants.entries()).isEmpty();
    }

    @Test
    void it_is_stored_and_not_revoked_where_its_own_grant_was_restored_from_before_it() {
        restore(armed);

        world.lateGrants().dispose(late, connection());

        assertThat(world.revoked).isEmpty();
        assertThat(world.grant().candidates().getFirst().token()).isEqualTo("refreshed");
        assertThat(world.grants.entries()).isEmpty();
        assertThat(world.events()).anyMatch(message -> message.contains("is stored with it and not revoked"));
    }

    @Test
    void it_stays_in_the_journal_to_be_stored_where_the_api_server_does_not_take_it() {
        restore(armed);
        world.grants.refusesWrites = true;
        world.lateGrants().dispose(late, connection());
        world.grants.refusesWrites = false;

        assertThat(world.revoked).isEmpty();
        assertThat(world.grants.entries()).singleElement().satisfies(entry -> {
            assertThat(entry.unwanted()).isNull();
            assertThat(world.grants.redemption().commit(entry)).isInstanceOf(Outcome.Committed.class);
        });
    }

    private void consent() {
        Begin.Redirect begun = world.begin();
        assertThat(world.replica().complete(granted(begun), begun.cookieValue()))
                .isInstanceOf(Completion.Granted.class);
    }

    private void restore(Grant backup) {
        world.grants.put(backup, world.stored().version());
    }

    private OAuthConnection connection() {
        return kubernetes
                .resources(OAuthConnection.class)
                .inNamespace("finance")
                .withName("books")
                .get();
    }
}
