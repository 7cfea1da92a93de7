package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.OAuthConnectionStatus;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.consent.Begin;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A connection that another installation of the operator serves: it is left alone, and somebody is told. */
class ServedByAnotherIT extends OnOperatorWorld {
    private void serve(String by) {
        books.resource()
                .subresource("status")
                .patch(OperatorWorld.mergePatch(), "{\"status\":{\"servedBy\":" + by + "}}");
    }

    private void appliedWhileAnotherServes() {
        world.stopOperator();
        books.applied();
        serve("\"elsewhere\"");
        world.startOperator();
    }

    private void awaitTold() {
        LiveConnection.soon().untilAsserted(() -> assertThat(books.events(Reason.ServedByAnother))
                .singleElement()
                .asString()
                .startsWith("The operator in namespace elsewhere serves this connection, and the one in "
                        + OperatorWorld.OPERATOR_NAMESPACE + " leaves it alone: narrow --selector")
                .contains("kubectl patch oauthconnection books --namespace default --subresource=status"));
    }

    private List<Secret> written() {
        return world.client
                .secrets()
                .inAnyNamespace()
                .withLabel(Names.MANAGED_BY, Names.MANAGER)
                .list()
                .getItems();
    }

    @Test
    void it_is_claimed_by_the_namespace_of_the_operator() {
        books.connected().awaitReady();
        assertThat(books.status().map(OAuthConnectionStatus::servedBy)).contains(OperatorWorld.OPERATOR_NAMESPACE);
    }

    @Test
    void nothing_is_written_and_nothing_is_sent() {
        appliedWhileAnotherServes();
        awaitTold();
        books.requestRefresh("1");
        books.nudge();
        world.connection("shop").connected();
        assertThat(books.provider.requests()).isEmpty();
        assertThat(written()).allMatch(secret -> "shop"
                .equals(secret.getMetadata().getAnnotations().get(Names.CONNECTION_NAME)));
        assertThat(books.status()).contains(new OAuthConnectionStatus(null, null, null, null, null, "elsewhere"));
    }

    @Test
    void its_finalizer_is_the_other_installations_business() {
        world.stopOperator();
        books.applied("onDelete: Revoke");
        serve("\"elsewhere\"");
        world.startOperator();
        awaitTold();
        OAuthConnection connection = books.resource().get();
        assertThat(connection.getMetadata().getFinalizers()).isEmpty();
    }

    @Test
    void the_consent_pages_do_not_offer_it() {
        appliedWhileAnotherServes();
        awaitTold();
        assertThat(world.consents().begin("default", "books"))
                .isInstanceOfSatisfying(Begin.Refused.class, refused -> assertThat(refused.toString())
                        .contains("The operator in namespace elsewhere serves this connection"));
    }

    @Test
    void it_is_taken_over_as_soon_as_the_claim_is_cleared() {
        appliedWhileAnotherServes();
        awaitTold();
        serve("null");
        books.awaitToken(1).awaitReady();
    }

    @Test
    void a_claim_that_is_taken_away_stops_what_was_served() {
        books.connected().awaitReady();
        serve("\"elsewhere\"");
        awaitTold();
        books.requestRefresh("1");
        world.connection("shop").connected();
        assertThat(books.provider.tokenRequests()).hasSize(1);
    }

    @Test
    void a_claim_that_is_taken_away_leaves_no_series_behind() {
        books.connected().awaitReady();
        LiveConnection.soon().untilAsserted(() -> assertThat(world.registry.scrape())
                .contains("oauthconnection_connections{state=\"Ready\"} 1.0"));
        serve("\"elsewhere\"");
        awaitTold();
        world.clock.move(Duration.ofSeconds(2));
        LiveConnection.soon().untilAsserted(() -> assertThat(world.registry.scrape())
                .doesNotContain("name=\"books\"")
                .contains("oauthconnection_connections{state=\"Ready\"} 0.0"));
    }
}
