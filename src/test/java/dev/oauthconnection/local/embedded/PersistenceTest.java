package dev.oauthconnection.local.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.files.PrivateFiles;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PersistenceTest extends OnEmbeddedApi {
    @Test
    void objects_come_back_as_they_were() {
        OAuthConnection connection = createConnection("books");
        Secret secret =
                client.resource(secret("a").addToData("k", "dg==").build()).create();
        String namespaceUid = uidOf("default");
        String operatorUid = uidOf(EmbeddedKubernetes.OPERATOR_NAMESPACE);

        restart();

        assertThat(connection("books").get()).isEqualTo(connection);
        assertThat(secretNamed("a").get()).isEqualTo(secret);
        assertThat(uidOf("default")).isEqualTo(namespaceUid);
        assertThat(uidOf(EmbeddedKubernetes.OPERATOR_NAMESPACE)).isEqualTo(operatorUid);
    }

    @Test
    void a_deleted_object_stays_deleted() {
        client.resource(secret("a").build()).create();
        secretNamed("a").delete();

        restart();

        assertThat(secretNamed("a").get()).isNull();
    }

    @Test
    void the_resource_version_keeps_rising_across_restarts() {
        client.resource(secret("a").build()).create();
        secretNamed("a").delete();
        long before = version();

        restart();

        client.resource(secret("b").build()).create();
        assertThat(version()).isGreaterThan(before);
    }

    @Test
    void an_object_is_one_file_that_only_its_owner_may_read() throws Exception {
        client.resource(secret("a").build()).create();

        Path file = folder().resolve("state/secrets/default/a.json");
        assertThat(file).isRegularFile();
        try (Stream<Path> all = Files.walk(folder())) {
            assertThat(all)
                    .allSatisfy(path -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                            .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------"));
        }
    }

    @Test
    void events_are_not_written() {
        client.resource(new EventBuilder()
                        .withNewMetadata()
                        .withName("e")
                        .withNamespace("default")
                        .endMetadata()
                        .build())
                .create();

        assertThat(folder().resolve("state/events")).doesNotExist();
    }

    @Test
    void what_a_crash_left_of_a_write_is_removed() throws Exception {
        client.resource(secret("a").build()).create();
        close();
        Path leftover = folder().resolve("state/secrets/default").resolve(PrivateFiles.TEMPORARY);
        Files.writeString(leftover, "{\"kind\":");
        open();

        assertThat(leftover).doesNotExist();
        assertThat(client.secrets().inNamespace("default").list().getItems()).hasSize(1);
    }

    @Test
    void an_unreadable_file_is_an_error_that_names_it_and_does_not_quote_it() throws Exception {
        client.resource(secret("a").build()).create();
        close();
        Path file = folder().resolve("state/secrets/default/a.json");
        String whole = Files.readString(file);
        Files.writeString(file, "{\"data\":{\"k\":\"hidden");

        assertThatThrownBy(this::open)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("state/secrets/default/a.json")
                .hasMessageContaining("restore it")
                .hasMessageNotContaining("hidden");

        Files.writeString(file, whole);
        open();
    }

    @Test
    void a_deletion_that_a_crash_cut_short_is_finished() throws Exception {
        OAuthConnection owner = createConnection("books");
        client.resource(ownedBy(owner, "token")).create();
        close();
        Files.delete(folder().resolve("state/oauthconnections/default/books.json"));
        open();

        assertThat(secretNamed("token").get()).isNull();
    }

    @Test
    void a_second_user_of_the_folder_is_refused() {
        assertThatThrownBy(() -> EmbeddedKubernetes.open(folder()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another process uses " + folder())
                .hasMessageContaining("choose another folder");
    }

    private String uidOf(String namespace) {
        return client.namespaces().withName(namespace).get().getMetadata().getUid();
    }

    private long version() {
        return Long.parseLong(
                client.secrets().inNamespace("default").list().getMetadata().getResourceVersion());
    }
}
