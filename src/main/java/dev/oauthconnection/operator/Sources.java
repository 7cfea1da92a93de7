package dev.oauthconnection.operator;

import dev.oauthconnection.api.ClusterOAuthProvider;
import dev.oauthconnection.api.Names;
import dev.oauthconnection.api.OAuthConnection;
import dev.oauthconnection.api.ProviderSpec;
import dev.oauthconnection.delivery.TokenSecrets;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.TransformingItemStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is watched beside the connections: grant Secrets (metadata only), token Secrets (digests only) and providers. Only Secrets with
 * our labels; a client's Secret is read by name when it is needed. Where Secrets are reached by name alone, the token Secrets are too.
 */
public final class Sources {
    private static final Duration UNWATCHED_LOOKED_AT_AGAIN = Duration.ofMinutes(10);

    private final Configuration configuration;
    private final GrantCache grants;
    private final TokenSecrets secrets;
    private final SimpleInboundEventSource<OAuthConnection> again = new SimpleInboundEventSource<>("again");
    private volatile Optional<IndexerResourceCache<OAuthConnection>> connections = Optional.empty();
    private volatile Optional<InformerEventSource<Secret, OAuthConnection>> tokens = Optional.empty();
    private volatile Optional<InformerEventSource<ClusterOAuthProvider, OAuthConnection>> providers = Optional.empty();

    public Sources(Configuration configuration, GrantCache grants, TokenSecrets secrets) {
        this.configuration = configuration;
        this.grants = grants;
        this.secrets = secrets;
    }

    List<EventSource<?, OAuthConnection>> prepare(EventSourceContext<OAuthConnection> context) {
        InformerEventSource<Secret, OAuthConnection> grantSource = grants(context);
        InformerEventSource<ClusterOAuthProvider, OAuthConnection> providerSource = providers(context);
        connections = Optional.of(context.getPrimaryCache());
        grants.watch(name -> grantSource.get(new ResourceID(name, configuration.namespace())));
        providers = Optional.of(providerSource);
        if (isByName()) {
            return List.of(grantSource, providerSource, again);
        }
        InformerEventSource<Secret, OAuthConnection> tokenSource = tokens(context);
        tokens = Optional.of(tokenSource);
        return List.of(grantSource, tokenSource, providerSource, again);
    }

    /** Has a connection looked at again, for what no watch tells. */
    void wake(OAuthConnection connection) {
        again.propagateEvent(ResourceID.fromResource(connection));
    }

    /** Has every connection looked at again: when it was to be looked at is not known any more. */
    void wakeAll() {
        connections.ifPresent(cache -> cache.list().forEach(this::wake));
    }

    private InformerEventSource<Secret, OAuthConnection> grants(EventSourceContext<OAuthConnection> context) {
        return new InformerEventSource<>(
                InformerEventSourceConfiguration.from(Secret.class, OAuthConnection.class)
                        .withName("grants")
                        .withNamespaces(configuration.namespace())
                        .withLabelSelector(selector(Names.GRANT))
                        .withItemStore(new TransformingItemStore<>(grants::reduce))
                        .withOnDeleteFilter((secret, unknown) -> grants.deleted(secret))
                        .withSecondaryToPrimaryMapper(Sources::connection)
                        .build(),
                context);
    }

    private InformerEventSource<Secret, OAuthConnection> tokens(EventSourceContext<OAuthConnection> context) {
        // In the namespaces of the controller, which is the default.
        InformerEventSourceConfiguration<Secret> settings = InformerEventSourceConfiguration.from(
                        Secret.class, OAuthConnection.class)
                .withName("tokens")
                .withLabelSelector(selector(Names.TOKEN))
                .withItemStore(new TransformingItemStore<>(TokenSecrets::reduce))
                .withSecondaryToPrimaryMapper(Sources::connection)
                .build();
        return new InformerEventSource<>(settings, context);
    }

    private static InformerEventSource<ClusterOAuthProvider, OAuthConnection> providers(
            EventSourceContext<OAuthConnection> context) {
        return new InformerEventSource<>(
                InformerEventSourceConfiguration.from(ClusterOAuthProvider.class, OAuthConnection.class)
                        .withName("providers")
                        // Of no namespace: one that is looked for in the controller's own namespaces is never found.
                        .withWatchAllNamespaces()
                        .withSecondaryToPrimaryMapper(provider -> connectionsOf(provider, context))
                        .build(),
                context);
    }

    private static Set<ResourceID> connectionsOf(
            ClusterOAuthProvider provider, EventSourceContext<OAuthConnection> context) {
        String name = provider.getMetadata().getName();
        return context.getPrimaryCache()
                .list(c -> c.getSpec() != null
                        && name.equals(c.getSpec().provider().name()))
                .map(ResourceID::fromResource)
                .collect(Collectors.toSet());
    }

    private static Set<ResourceID> connection(HasMetadata secret) {
        Map<String, String> annotations =
                Objects.requireNonNullElse(secret.getMetadata().getAnnotations(), Map.of());
        String name = annotations.get(Names.CONNECTION_NAME);
        String namespace = annotations.get(Names.CONNECTION_NAMESPACE);
        return name == null || namespace == null ? Set.of() : Set.of(new ResourceID(name, namespace));
    }

    private static String selector(String role) {
        return Names.MANAGED_BY + "=" + Names.MANAGER + "," + Names.ROLE + "=" + role;
    }

    private boolean isByName() {
        return configuration.scope().secrets() == Configuration.SecretAccess.Named;
    }

    /** By when a connection is looked at again in any case: the drift of a token Secret that is not watched is seen then. */
    Optional<Duration> unwatched() {
        return isByName() ? Optional.of(UNWATCHED_LOOKED_AT_AGAIN) : Optional.empty();
    }

    /** The token Secret of a connection as the watch knows it, or as it is where none watches; values replaced by digests. */
    Optional<Secret> tokenSecret(OAuthConnection connection) {
        if (isByName()) {
            return secrets.findPermitted(connection).map(TokenSecrets::reduce);
        }
        return tokens.flatMap(source -> source.get(new ResourceID(
                TokenSecrets.name(connection), connection.getMetadata().getNamespace())));
    }

    /** A ClusterOAuthProvider that is applied. */
    public Optional<ProviderSpec> provider(String name) {
        return providers.flatMap(source -> source.get(new ResourceID(name))).map(ClusterOAuthProvider::getSpec);
    }
}
