package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.consent.Begin;
import dev.oauthconnection.consent.Completion;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** An operator that is asked to stop while it is at work. */
class StoppingIT extends OnOperatorWorld {
    @Test
    void a_process_that_has_ended_rehearses_nothing_any_more() {
        world.stopOperator();
        OperatorProcess process = world.launchOperator();
        process.recover();

        process.close();

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("rehearsal");
    }

    @Test
    void a_code_that_was_sent_is_waited_for_and_its_answer_is_stored() throws Exception {
        books.awaitingConsent();
        CountDownLatch answered = new CountDownLatch(1);
        books.provider.next(books.provider.after(answered));
        Begin.Redirect begun = begin();
        Begin.Redirect other = begin();

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Completion> completion = threads.submit(() -> complete(begun));
            LiveConnection.soon().untilAsserted(() -> assertThat(books.provider.tokenRequests())
                    .hasSize(1));
            InFlight inFlight = world.inFlight();
            Future<?> stopped = threads.submit(world::stopOperator);
            LiveConnection.soon().until(inFlight::isClosed);
            assertThat(complete(other))
                    .isInstanceOfSatisfying(Completion.Failed.class, failed -> assertThat(failed.title())
                            .isEqualTo("Not at this moment"));
            answered.countDown();

            stopped.get();
            assertThat(completion.state()).isEqualTo(Future.State.SUCCESS);
            assertThat(completion.resultNow()).isInstanceOf(Completion.Granted.class);
        }
        assertThat(books.kept()).containsExactly(books.provider.refreshToken(1));
        assertThat(books.provider.tokenRequests()).hasSize(1);
    }

    @Test
    void a_refresh_that_was_sent_is_waited_for_and_its_answer_is_stored() throws Exception {
        books.connected();
        CountDownLatch answered = new CountDownLatch(1);
        books.provider.next(books.provider.after(answered));
        books.requestRefresh("1");
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(books.provider.tokenRequests()).hasSize(2));

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            InFlight inFlight = world.inFlight();
            Future<?> stopped = threads.submit(world::stopOperator);
            LiveConnection.soon().until(inFlight::isClosed);
            assertThat(stopped.isDone()).isFalse();
            answered.countDown();
            stopped.get();
        }

        assertThat(books.kept()).contains(books.provider.refreshToken(2));
        assertThat(books.provider.tokenRequests()).hasSize(2);
    }

    @Test
    void an_answer_that_was_not_taken_is_stored_while_another_one_is_waited_for() throws Exception {
        books.connected();
        LiveConnection shop = world.connection("shop").connected();
        CountDownLatch shopAnswered = new CountDownLatch(1);
        shop.provider.next(shop.provider.after(shopAnswered));
        shop.requestRefresh("1");
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(shop.provider.tokenRequests()).hasSize(2));
        world.api.refuse("PUT", "/secrets/" + shop.key().secretName(), 403);
        shopAnswered.countDown();
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(world.api.refused()).isNotEmpty());
        CountDownLatch answered = new CountDownLatch(1);
        books.provider.next(books.provider.after(answered));
        books.requestRefresh("1");
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(books.provider.tokenRequests()).hasSize(2));

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            InFlight inFlight = world.inFlight();
            Future<?> stopped = threads.submit(world::stopOperator);
            LiveConnection.soon().until(inFlight::isClosed);
            world.api.repaired();
            LiveConnection.soon().untilAsserted(() -> assertThat(shop.kept()).contains(shop.provider.refreshToken(2)));
            assertThat(stopped.isDone()).isFalse();
            answered.countDown();
            stopped.get();
        }
    }

    private Begin.Redirect begin() {
        return (Begin.Redirect) world.consents().begin("default", "books");
    }

    private Completion complete(Begin.Redirect begun) {
        String state = Arrays.stream(begun.authorizationRequest().getRawQuery().split("&"))
                .filter(pair -> pair.startsWith("state="))
                .map(pair -> pair.substring(6))
                .findFirst()
                .orElseThrow();
        return world.consents()
                .complete(Map.of("state", List.of(state), "code", List.of("secret-code")), begun.cookieValue());
    }

    /** Its watches are gone by then, and with them all that they knew. */
    @Test
    void an_answer_that_comes_while_the_operator_stops_makes_it_say_nothing_about_what_it_no_longer_sees()
            throws InterruptedException {
        books.connected().awaitReady();
        CountDownLatch answer = new CountDownLatch(1);
        books.provider.next(books.provider.after(answer));
        books.requestRefresh("1");
        LiveConnection.soon()
                .untilAsserted(() -> assertThat(books.provider.tokenRequests()).hasSize(2));
        Thread stopping = Thread.ofPlatform().start(world::stopOperator);
        LiveConnection.soon().until(StoppingIT::isWaitingForWhatIsInFlight);

        answer.countDown();
        stopping.join();

        assertThat(books.kept()).containsExactly(books.provider.refreshToken(2));
        assertThat(world.history("books")).allSatisfy(status -> assertThat(status.conditions())
                .noneMatch(condition -> condition.getReason().equals("ProviderNotFound")));
    }

    /** The SDK has stopped its watches, and waits for the runs that are under way. */
    private static boolean isWaitingForWhatIsInFlight() {
        return Thread.getAllStackTraces().values().stream()
                .flatMap(Arrays::stream)
                .anyMatch(frame -> frame.getClassName().endsWith("ExecutorServiceManager")
                        && frame.getMethodName().equals("stop"));
    }
}
