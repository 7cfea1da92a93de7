package dev.oauthconnection.operator;

import static dev.oauthconnection.operator.ScriptedProvider.error;
import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.Reason;
import dev.oauthconnection.operator.GrantExporter.Result;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A grant that is handed out while the operator is at work: here it is fenced, there it goes on. */
class ExportIT extends OnOperatorWorld {
    private static final String ID = "x-1";

    /** Time on the exporter's own clock passes in its pauses alone. */
    private long nanos;

    private Result export(String connection, String id, boolean inDoubt) {
        return exporter().ofConnection("default", connection, id, inDoubt);
    }

    private GrantExporter exporter() {
        return new GrantExporter(
                world.client,
                OperatorWorld.OPERATOR_NAMESPACE,
                world.clock,
                () -> nanos,
                pause -> nanos += pause.toNanos());
    }

    private Secret exported(String id) {
        return ((Result.Exported) export("books", id, false)).secret();
    }

    private static String refreshToken(Secret secret) {
        return LiveConnection.decoded(secret.getData().get("refresh_token"));
    }

    private static String refused(Result result) {
        return ((Result.Refused) result).why();
    }

    /** Connected by an existing grant that is no longer named, as after a consent. */
    private void consented() {
        books.connected();
        books.patch("{\"spec\":{\"existingGrant\":null}}");
        books.awaitReady();
    }

    private void release(long epoch) {
        books.grantSecret()
                .patch(
                        OperatorWorld.mergePatch(),
                        "{\"metadata\":{\"annotations\":{\"" + Names.RELEASE + "\":\"" + epoch + "\"}}}");
    }

    /** What {@code kubectl create} does with the file of the export, and the spec of a connection of the same provider and client. */
    private LiveConnection imported(Secret export, String connection) {
        world.client
                .resource(new SecretBuilder(export)
                        .editMetadata()
                        .withNamespace("default")
                        .endMetadata()
                        .build())
                .create();
        LiveConnection other = world.connection(connection);
        other.applyProvider(books.provider);
        other.applyClient("app", LiveConnection.CLIENT_SECRET);
        other.applySpec(
                "existingGrant: {secretRef: {name: " + export.getMetadata().getName() + "}}");
        return other;
    }

    @Test
    void an_exported_grant_is_told_and_nothing_is_sent_for_it_whatever_is_asked() {
        consented();

        assertThat(refreshToken(exported(ID))).isEqualTo(books.provider.refreshToken(1));

        books.awaitStalled(Reason.GrantExported, "(x-1) to be used elsewhere, and nothing is sent from here any more");
        books.awaitReady();
        books.requestRefresh("1");
        books.annotate(Names.REVOKE_REQUESTED, "1");
        world.clock.move(Duration.ofHours(2));
        books.nudge();
        books.awaitCondition("Ready", "False", Reason.GrantExported, "to be used elsewhere");
        world.stopOperator();
        world.startOperator();
        books.nudge();
        books.awaitStalled(
                Reason.GrantExported,
                "oauthconnection.dev/release: \"" + books.grant().epoch() + "\"");
        assertThat(books.provider.tokenRequests()).hasSize(1);
        assertThat(books.provider.revocations()).isEmpty();
        assertThat(books.events(Reason.GrantExported)).hasSize(1);
    }

    @Test
    void another_connection_takes_it_and_no_refresh_token_is_ever_sent_twice() {
        consented();
        LiveConnection shop = imported(exported(ID), "shop");
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(shop.accessToken()).isEqualTo(books.provider.accessToken(2)));
        shop.awaitNotStalled();

        shop.requestRefresh("1");
        books.requestRefresh("1");
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(shop.accessToken()).isEqualTo(books.provider.accessToken(3)));

        books.awaitStalled(Reason.GrantExported, "");
        assertThat(books.provider.redeemed()).doesNotHaveDuplicates().hasSize(3);
        assertThat(books.provider.redeemed().getLast()).isEqualTo(books.provider.refreshToken(2));
    }

    @Test
    void the_same_export_has_the_same_result_and_another_one_is_refused() {
        consented();
        Secret first = exported(ID);

        assertThat(exported(ID)).isEqualTo(first);
        assertThat(refused(export("books", "x-2", true)))
                .startsWith("the grant of default/books was exported by ")
                .contains("as x-1: repeat with --id x-1");
    }

    @Test
    void an_export_that_nobody_used_is_taken_back_by_an_admin() {
        consented();
        exported(ID);
        books.awaitStalled(Reason.GrantExported, "");
        long epoch = books.grant().epoch();

        release(epoch - 1);
        books.nudge();
        books.awaitStalled(Reason.GrantExported, "");
        release(epoch);
        books.awaitNotStalled();

        books.requestRefresh("1");
        books.awaitToken(2).awaitReady();
        assertThat(books.provider.redeemed())
                .containsExactly(books.provider.refreshToken(0), books.provider.refreshToken(1));
        assertThat(books.events(Reason.GrantExported))
                .anySatisfy(message -> assertThat(message).contains("an admin took the exported grant back"));
    }

    @Test
    void a_backup_of_before_the_export_is_not_sent_when_it_is_restored() {
        consented();
        Secret backup = books.grantSecret().get();
        exported(ID);
        books.awaitStalled(Reason.GrantExported, "");
        LiveConnection.soon().untilAsserted(() -> assertThat(books.tokenSecret()
                        .orElseThrow()
                        .getMetadata()
                        .getAnnotations()
                        .get(Names.MARK))
                .endsWith("/" + books.grant().epoch()));

        books.restoreGrant(backup);

        books.awaitStalled(Reason.GrantRolledBack, "Nothing is sent");
        books.requestRefresh("1");
        books.nudge();
        books.awaitStalled(Reason.GrantRolledBack, "Nothing is sent");
        assertThat(books.provider.tokenRequests()).hasSize(1);
    }

    @Test
    void a_grant_that_is_older_than_its_token_is_not_exported_by_whatever_name() {
        consented();
        Secret backup = books.grantSecret().get();
        books.requestRefresh("1");
        books.awaitToken(2).awaitReady();
        books.restoreGrant(backup);

        assertThat(List.of(
                        refused(export("books", ID, true)),
                        refused(exporter().inSecret(books.key().secretName(), ID, true))))
                .allSatisfy(why ->
                        assertThat(why).contains("is older than the token that was made from it", "GrantRolledBack"));
        assertThat(books.grant().export()).isNull();
    }

    @Test
    void a_deletion_that_revokes_leaves_an_exported_grant_alone() {
        books.applied("onDelete: Revoke").awaitToken(1).awaitReady();
        exported(ID);
        books.awaitStalled(Reason.GrantExported, "");

        books.resource().delete();

        LiveConnection.soon()
                .untilAsserted(() -> assertThat(books.resource().get()).isNull());
        assertThat(books.provider.revocations()).isEmpty();
        assertThat(books.grant().export()).isNotNull();
        assertThat(exporter().inSecret(books.key().secretName(), ID, false)).isInstanceOf(Result.Exported.class);
    }

    @Test
    void a_grant_that_comes_back_by_an_export_of_the_other_side_takes_the_place_of_the_exported_one() {
        consented();
        LiveConnection shop = imported(exported(ID), "shop");
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(shop.accessToken()).isEqualTo(books.provider.accessToken(2)));
        Secret back = ((Result.Exported) export("shop", "x-2", false)).secret();
        world.client
                .resource(new SecretBuilder(back)
                        .editMetadata()
                        .withNamespace("default")
                        .endMetadata()
                        .build())
                .create();

        books.patch("{\"spec\":{\"existingGrant\":{\"secretRef\":{\"name\":\"shop-existing-grant\"}}}}");

        books.awaitToken(3).awaitNotStalled();
        shop.awaitStalled(Reason.GrantExported, "");
        assertThat(books.provider.redeemed()).doesNotHaveDuplicates().hasSize(3);
    }

    @Test
    void a_connection_to_another_provider_does_not_take_an_exported_grant() {
        consented();
        Secret export = exported(ID);
        world.client
                .resource(new SecretBuilder(export)
                        .editMetadata()
                        .withNamespace("default")
                        .endMetadata()
                        .build())
                .create();
        LiveConnection shop = world.connection("shop");
        shop.applyProvider(shop.provider);
        shop.applyClient("app", LiveConnection.CLIENT_SECRET);
        shop.applySpec("existingGrant: {secretRef: {name: books-existing-grant}}");

        shop.awaitStalled(
                Reason.ExistingGrantInvalid,
                "the refresh token in the Secret books-existing-grant was given to client app at "
                        + books.provider.uri("/token") + ", and this connection is client app at "
                        + shop.provider.uri("/token"));
        assertThat(shop.provider.tokenRequests()).isEmpty();
    }

    @Test
    void a_refresh_that_is_on_its_way_is_waited_for_and_its_token_is_what_is_handed_out() throws Exception {
        consented();
        CountDownLatch answered = new CountDownLatch(1);
        books.provider.next(books.provider.after(answered));
        books.requestRefresh("1");
        LiveConnection.soon().until(() -> books.provider.tokenRequests().size() == 2);
        Thread answer = Thread.ofVirtual().unstarted(answered::countDown);
        GrantExporter exporter =
                new GrantExporter(world.client, OperatorWorld.OPERATOR_NAMESPACE, world.clock, () -> nanos, pause -> {
                    if (answer.getState() == Thread.State.NEW) {
                        answer.start();
                        books.awaitToken(2);
                    }
                });

        Result result = exporter.ofConnection("default", "books", ID, false);

        assertThat(result)
                .isInstanceOfSatisfying(Result.Exported.class, exported -> assertThat(refreshToken(exported.secret()))
                        .isEqualTo(books.provider.refreshToken(2)));
    }

    @Test
    void a_refresh_whose_end_is_not_known_is_exported_in_doubt_alone() {
        consented();
        books.provider.next((form, out) -> {});
        books.requestRefresh("1");
        books.awaitSaid("RedemptionUncertain");

        Result result = export("books", ID, false);

        assertThat(result).isInstanceOfSatisfying(Result.Again.class, again -> assertThat(again.why())
                .startsWith("the end of the refresh of default/books")
                .contains("nothing was exported", "--in-doubt"));
        assertThat(books.grant().export()).isNull();
        assertThat(export("books", ID, true)).isInstanceOf(Result.Exported.class);
    }

    @Test
    void what_cannot_be_exported_says_why_in_a_line() {
        LiveConnection service = world.connection("service");
        service.service("").awaitToken(1);
        LiveConnection asking = world.connection("asking").awaitingConsent();
        books.connected();
        books.provider.always(error("invalid_grant"));
        books.requestRefresh("1");
        books.awaitStalled(Reason.GrantRefused, "");

        assertThat(List.of(
                        refused(export("nobody", ID, false)),
                        refused(export("service", ID, false)),
                        refused(export(asking.name, ID, false)),
                        refused(export("books", ID, false))))
                .allSatisfy(why -> assertThat(why).doesNotContain("\n"))
                .satisfiesExactly(
                        why -> assertThat(why).startsWith("there is no OAuthConnection nobody in namespace default"),
                        why -> assertThat(why).contains("client credentials, which have no refresh token"),
                        why -> assertThat(why).contains("default/asking has no grant", "nobody has given consent yet"),
                        why -> assertThat(why).contains("has no refresh token that works (the provider refused it)"));
    }

    @Test
    void who_has_a_grant_is_told_by_an_event_on_its_secret_each_time() {
        consented();
        exported(ID);
        world.clock.move(Duration.ofMinutes(11));
        exported(ID);

        assertThat(world.client
                        .v1()
                        .events()
                        .inNamespace(OperatorWorld.OPERATOR_NAMESPACE)
                        .list()
                        .getItems())
                .filteredOn(event -> Reason.GrantExported.name().equals(event.getReason()))
                .hasSize(2)
                .allSatisfy(event -> assertThat(event.getMessage())
                        .startsWith("the grant of default/books was handed out to ")
                        .endsWith(" as export x-1"));
    }
}
