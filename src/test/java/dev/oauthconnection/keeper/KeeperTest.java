package dev.oauthconnection.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oauthconnection.api.OAuthConnectionSpec.GrantType;
import dev.oauthconnection.api.ProviderSpec.ClientAuthentication;
import dev.oauthconnection.grant.AwaitedAnswer;
import dev.oauthconnection.grant.Binding;
import dev.oauthconnection.grant.Candidate;
import dev.oauthconnection.grant.FolderJournal;
import dev.oauthconnection.grant.Grant;
import dev.oauthconnection.grant.GrantKey;
import dev.oauthconnection.grant.HandledRequests;
import dev.oauthconnection.grant.Journal;
import dev.oauthconnection.grant.SendWindow;
import dev.oauthconnection.network.Trust;
import dev.oauthconnection.oauth.Client;
import dev.oauthconnection.oauth.TokenAnswer;
import dev.oauthconnection.oauth.TokenEndpoint;
import dev.oauthconnection.oauth.TokenOutcome;
import dev.oauthconnection.oauth.TokenRequest;
import dev.oauthconnection.testing.Authority;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keeper and the operator's side of it, over a real socket; the token endpoint is scripted. */
class KeeperTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration CALL = Duration.ofSeconds(20);
    private static final Way WAY = Way.of(
            Map.of("HTTPS_PROXY", "http://user:password@proxy.example:3128", "HOME", "/nobody"),
            false,
            List.of("10.0.0.0/8"));
    private static final SendWindow OPEN = new SendWindow(0, NOON, Duration.ofSeconds(10));
    private static final TokenOutcome GRANTED = new TokenOutcome.Granted(
            new TokenAnswer("at-2", "Bearer", Duration.ofHours(1), "rt-2", List.of("read"), null));

    @TempDir
    Path folder;

    private final List<TokenRequest> sent = new CopyOnWriteArrayList<>();
    private final CountDownLatch decided = new CountDownLatch(1);
    private volatile TokenOutcome answer = GRANTED;
    private volatile long nanoTime;
    private Optional<Keeper> keeper = Optional.empty();

    @AfterEach
    void close() throws IOException {
        decided.countDown();
        if (keeper.isPresent()) {
            await().until(keeper.get()::isIdle);
            keeper.get().close();
        }
    }

    /** Answers when it is let, if it may send. */
    private final class Provider implements TokenEndpoint {
        @Override
        public TokenOutcome send(TokenRequest request, BooleanSupplier mayStillSend) {
            if (!mayStillSend.getAsBoolean()) {
                return new TokenOutcome.Unavailable("too late", null);
            }
            sent.add(request);
            try {
                decided.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return answer;
        }
    }

    private TokenEndpoint provider(Way way) {
        assertThat(way).isEqualTo(WAY);
        return new Provider();
    }

    private void start() throws IOException {
        start(journal(".keeper"));
    }

    private void start(Journal journal) throws IOException {
        keeper = Optional.of(Keeper.start(folder, this::provider, journal, InstantSource.fixed(NOON), () -> nanoTime));
    }

    private Journal journal(String unfinished) {
        return new FolderJournal(
                folder,
                (file, why) -> {
                    throw new AssertionError(file + ": " + why);
                },
                unfinished);
    }

    private KeeperClient operator() {
        return new KeeperClient(folder, WAY);
    }

    private Optional<TokenOutcome> send(SendWindow window) {
        return operator().send(request(Trust.SYSTEM), CALL, window, awaited());
    }

    private static AwaitedAnswer awaited() {
        URI endpoint = URI.create("https://id.example/token");
        Grant grant = new Grant(
                new GrantKey("uid", "finance", "books"),
                "g",
                GrantType.AuthorizationCode,
                new Binding(null, endpoint, null, "client", ClientAuthentication.Basic),
                1,
                null,
                List.of(new Candidate(1, null, "rt-1", null, null, 0, null)),
                null,
                List.of(),
                List.of("read"),
                HandledRequests.NONE,
                null,
                null);
        return new AwaitedAnswer("n-1", grant, 2, 1, NOON, Duration.ZERO, "asked");
    }

    private static TokenRequest request(Trust trust) {
        return new TokenRequest(
                URI.create("https://id.example/token"),
                trust,
                new Client("client", "a secret of the client"),
                ClientAuthentication.Basic,
                Map.of("grant_type", "refresh_token", "refresh_token", "rt-1"),
                Map.of("Accept", "application/json"),
                Set.of(503),
                Duration.ofMinutes(5));
    }

    @Test
    void a_granted_answer_is_in_the_journal_when_it_is_told() throws IOException {
        start();
        decided.countDown();

        assertThat(send(OPEN)).contains(GRANTED);

        assertThat(journal(".tmp").entries())
                .containsExactly(awaited().with(((TokenOutcome.Granted) GRANTED).answer()));
    }

    @Test
    void a_request_whose_operator_is_gone_is_sent_to_its_end_and_its_answer_kept() throws Exception {
        start();
        SocketChannel asked = ask();
        await().until(() -> !sent.isEmpty());

        asked.close();
        decided.countDown();

        await().until(() -> !journal(".tmp").entries().isEmpty());
    }

    /** As an operator does that does not live to read the reply. */
    private SocketChannel ask() throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve(Keeper.SOCKET)));
        channel.read(ByteBuffer.allocate(1));
        channel.write(ByteBuffer.wrap(question()));
        return channel;
    }

    private static byte[] question() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Message.write(
                new DataOutputStream(bytes),
                new Message.Question(Errand.of(WAY, request(Trust.SYSTEM), CALL, OPEN, awaited())));
        return bytes.toByteArray();
    }

    @Test
    void the_next_operator_hears_what_is_still_being_sent() throws Exception {
        start();
        ask().close();
        await().until(() -> !sent.isEmpty());

        assertThat(operator().atWork().orElseThrow()).containsExactly("n-1");
        decided.countDown();
        await().until(() -> operator().atWork().orElseThrow().isEmpty());

        assertThat(journal(".tmp").entries()).hasSize(1);
    }

    @Test
    void what_is_at_work_is_told_once_everybody_who_came_before_is_heard() throws Exception {
        start();
        SocketChannel slow = SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve(Keeper.SOCKET)));

        CompletableFuture<Set<String>> told =
                CompletableFuture.supplyAsync(() -> operator().atWork().orElseThrow());
        slow.write(ByteBuffer.wrap(question()));

        assertThat(told.join()).containsExactly("n-1");
        slow.close();
    }

    @Test
    void nothing_is_sent_once_the_window_of_the_operator_is_over() throws IOException {
        start();
        nanoTime = Duration.ofSeconds(11).toNanos();

        assertThat(send(OPEN).orElseThrow()).isInstanceOf(TokenOutcome.Unavailable.class);

        assertThat(sent).isEmpty();
    }

    @Test
    void where_there_is_no_keeper_the_operator_hears_that_nothing_was_sent() {
        assertThat(send(OPEN)).isEmpty();
        assertThat(operator().atWork()).contains(Set.of());
    }

    @Test
    void the_socket_of_a_keeper_that_is_gone_is_no_keeper_and_no_hindrance_to_the_next() throws IOException {
        start();
        keeper.orElseThrow().close();

        assertThat(folder.resolve(Keeper.SOCKET)).exists();
        assertThat(send(OPEN)).isEmpty();

        start();
        decided.countDown();
        assertThat(send(OPEN)).contains(GRANTED);
    }

    @Test
    void a_keeper_that_goes_away_in_the_middle_leaves_the_end_unknown() throws Exception {
        try (ServerSocketChannel dying = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dying.bind(UnixDomainSocketAddress.of(folder.resolve(Keeper.SOCKET)));
            CompletableFuture<Optional<TokenOutcome>> outcome = CompletableFuture.supplyAsync(() -> send(OPEN));

            try (SocketChannel heard = dying.accept()) {
                heard.write(ByteBuffer.wrap(new byte[] {(byte) Message.GREETING}));
                heard.read(ByteBuffer.allocate(1));
            }

            assertThat(outcome.join().orElseThrow()).isInstanceOf(TokenOutcome.Ambiguous.class);
        }
    }

    @Test
    void a_keeper_that_stands_still_is_given_nothing_to_send_and_is_known_to_say_nothing() throws Exception {
        KeeperClient operator = new KeeperClient(folder, WAY, Duration.ofMillis(50));
        try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            silent.bind(UnixDomainSocketAddress.of(folder.resolve(Keeper.SOCKET)));

            assertThat(operator.send(request(Trust.SYSTEM), CALL, OPEN, awaited()))
                    .isEmpty();
            assertThat(operator.atWork()).isEmpty();
        }
    }

    @Test
    void a_keeper_that_ends_hears_nobody_and_is_not_idle_before_what_it_sends_has_ended() throws Exception {
        start();
        ask().close();
        await().until(() -> !sent.isEmpty());
        keeper.orElseThrow().close();

        assertThat(send(OPEN)).isEmpty();
        assertThat(keeper.orElseThrow().isIdle()).isFalse();
        decided.countDown();
        await().until(keeper.orElseThrow()::isIdle);
        assertThat(journal(".tmp").entries()).hasSize(1);
    }

    @Test
    void every_kind_of_end_is_told_as_it_is() throws IOException {
        start();
        decided.countDown();
        for (TokenOutcome each : List.of(
                new TokenOutcome.Rejected(400, "invalid_grant", "it was used before"),
                new TokenOutcome.Unavailable("busy", Duration.ofSeconds(5)),
                new TokenOutcome.Unsendable("a header has a line break"),
                new TokenOutcome.Ambiguous("the answer was cut off"))) {
            answer = each;

            assertThat(send(OPEN)).contains(each);
        }
        assertThat(journal(".tmp").entries()).isEmpty();
    }

    @Test
    void the_request_that_is_sent_is_the_one_that_was_asked_for_with_its_certificates() throws IOException {
        start();
        decided.countDown();
        TokenRequest request = request(Trust.systemAnd(new Authority().pem()));

        operator().send(request, CALL, OPEN, awaited());

        assertThat(sent).containsExactly(request);
    }

    @Test
    void of_the_environment_only_the_proxy_is_told() {
        assertThat(WAY.proxy()).containsOnlyKeys("HTTPS_PROXY");
    }

    @Test
    void an_answer_that_cannot_be_kept_is_told_all_the_same() throws IOException {
        Journal full = journal(".keeper");
        start(full);
        decided.countDown();
        Files.createDirectory(folder.resolve("n-1.json.keeper"));
        Files.createFile(folder.resolve("n-1.json.keeper").resolve("in the way"));

        assertThat(send(OPEN)).contains(GRANTED);
        assertThat(journal(".tmp").entries()).isEmpty();
    }

    @Test
    void a_message_that_is_none_ends_its_connection_and_nothing_else() throws IOException {
        start();
        decided.countDown();
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve(Keeper.SOCKET)))) {
            channel.read(ByteBuffer.allocate(1));
            channel.write(ByteBuffer.allocate(4).putInt(Integer.MAX_VALUE).flip());
            assertThat(channel.read(ByteBuffer.allocate(1))).isNegative();
        }
        assertThat(send(OPEN)).contains(GRANTED);
    }

    @Test
    void nothing_that_passes_shows_a_secret_in_a_log() {
        Errand errand = Errand.of(WAY, request(Trust.SYSTEM), CALL, OPEN, awaited());

        assertThat(new Message.Question(errand) + " " + Message.Reply.of(GRANTED))
                .doesNotContain("rt-1", "rt-2", "at-2", "a secret of the client", "password");
        assertThat(WAY.toString()).doesNotContain("password");
    }
}
