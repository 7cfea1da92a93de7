package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** A process whose only namespace is refused at the moment it starts. */
class StartIT extends OnOperatorWorld {
    private static final Configuration.Scope DEFAULT_ALONE =
            new Configuration.Scope(Set.of("default"), null, Configuration.SecretAccess.Listed);

    @Test
    void nothing_is_served_where_no_listed_namespace_may_be_and_it_may_start_later() {
        world.stopOperator();
        OperatorProcess process = world.launchOperator(DEFAULT_ALONE, OperatorProcess.ENDING);
        world.api.refuse("GET", "/namespaces/default/oauthconnections", 403);

        assertThat(process.start()).isFalse();
        assertThat(process.isHealthy()).isFalse();

        world.api.repaired();
        assertThat(process.start()).isTrue();
        books.connected().awaitReady();
    }
}
