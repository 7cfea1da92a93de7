package dev.oauthconnection.consent;

import dev.oauthconnection.api.Names;
import dev.oauthconnection.consent.FormParameters.Unreadable;
import dev.oauthconnection.grant.GrantStore;
import dev.oauthconnection.grant.GrantStore.StoreUnavailable;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;
import java.net.URI;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consent over HTTP: {@code /connect/{namespace}/{name}} asks for the pairing code, then for a confirmation, then sends the browser
 * to the provider; the redirect URI takes the answer. An unknown connection looks like a wrong code.
 */
public final class ConsentEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(ConsentEndpoint.class);
    private static final List<String> RESPONSE_PARAMETERS =
            List.of("state", "code", "iss", "error", "error_description");

    private final ConsentService service;
    private final PairingCodes codes;
    private final URI publicUrl;
    private final URI redirectUri;
    private final InstantSource clock;
    private final GuessLimit guesses;
    private final BrowserCookie cookie;
    private final Pages pages = new Pages();

    /**
     * Makes the endpoint.
     *
     * @param publicUrl how browsers reach it, path prefix included; https, or http on loopback
     * @param redirectUri under the same origin
     * @throws IllegalArgumentException with a message for whoever configured the URLs
     */
    public ConsentEndpoint(
            ConsentService service, PairingCodes codes, URI publicUrl, URI redirectUri, InstantSource clock) {
        PublicUrl.check(publicUrl, redirectUri);
        this.service = service;
        this.codes = codes;
        this.publicUrl = publicUrl;
        this.redirectUri = redirectUri;
        this.clock = clock;
        this.guesses = new GuessLimit(clock);
        this.cookie = new BrowserCookie(publicUrl);
    }

    /** Adds the routes to a server. */
    public void addTo(RoutesConfig routes) {
        String connect = PublicUrl.path(publicUrl) + "/connect/{namespace}/{name}";
        routes.get(connect, safely(this::askForCode));
        routes.post(connect, safely(this::takeForm));
        routes.get(redirectUri.getPath(), safely(context -> finish(context, FormParameters.query(context))));
        routes.post(redirectUri.getPath(), safely(this::takeFormPost));
    }

    private void askForCode(Context context) {
        pages.code(200, context.pathParam("namespace"), context.pathParam("name"), null)
                .sendTo(context);
    }

    private void takeForm(Context context) throws Unreadable {
        if (!isFromOurPage(context)) {
            pages.failed(
                            403,
                            "Not from this page",
                            "The form was not sent by this page. Open the consent page itself, in a current browser.")
                    .sendTo(context);
            return;
        }
        Map<String, List<String>> form = FormParameters.body(context);
        String namespace = context.pathParam("namespace");
        String name = context.pathParam("name");
        if (!guesses.allows(namespace + "/" + name)) {
            context.header("Retry-After", Long.toString(GuessLimit.WINDOW.toSeconds()));
            pages.code(429, namespace, name, "There were too many wrong codes. Wait a minute, then try again.")
                    .sendTo(context);
            return;
        }
        boolean known = Names.isObjectName(namespace) && Names.isObjectName(name);
        String pairingCode = known ? codes.of(namespace, name) : null;
        String confirmation = first(form, "confirmation");
        if (pairingCode == null) {
            refuse(context, namespace, name);
        } else if (!confirmation.isEmpty()) {
            begin(context, namespace, name, pairingCode, confirmation);
        } else if (PairingCode.matches(pairingCode, first(form, "code"))) {
            askForConfirmation(context, namespace, name, pairingCode);
        } else {
            refuse(context, namespace, name);
        }
    }

    private void askForConfirmation(Context context, String namespace, String name, String pairingCode) {
        Page page =
                switch (service.offer(namespace, name)) {
                    case Offer.Closed closed -> pages.failed(409, "No consent is possible now", closed.message());
                    case Offer.Open open -> pages.confirm(open, Confirmation.issue(pairingCode, open, clock.instant()));
                };
        page.sendTo(context);
    }

    private void begin(Context context, String namespace, String name, String pairingCode, String confirmation) {
        if (service.offer(namespace, name) instanceof Offer.Open open
                && Confirmation.confirms(confirmation, pairingCode, open, clock.instant())) {
            Begin.Redirect begun = service.begin(open);
            Page.secure(context);
            cookie.set(context, begun.cookieValue());
            context.redirect(begun.authorizationRequest().toString(), HttpStatus.SEE_OTHER);
        } else {
            refuse(context, namespace, name);
        }
    }

    /** One text for a wrong code, an unknown connection and a confirmation of what is no longer so: who has no code learns nothing. */
    private void refuse(Context context, String namespace, String name) {
        guesses.wrongGuess(namespace + "/" + name);
        pages.code(
                        403,
                        namespace,
                        name,
                        "That is not the code of this connection, or the connection has changed since. Enter the code again.")
                .sendTo(context);
    }

    /** An answer by form_post comes from the provider's page, and so without our cookie. */
    private void takeFormPost(Context context) throws Unreadable {
        Map<String, List<String>> form = FormParameters.body(context);
        if (isFromOurPage(context)) {
            finish(context, form);
            return;
        }
        Map<String, String> known = new LinkedHashMap<>();
        for (String parameter : RESPONSE_PARAMETERS) {
            String value = first(form, parameter);
            if (!value.isEmpty()) {
                known.put(parameter, value);
            }
        }
        pages.relay(known).sendTo(context);
    }

    private void finish(Context context, Map<String, List<String>> parameters) {
        Page page =
                switch (service.complete(parameters, cookie.read(context))) {
                    case Completion.Failed(String title, String message) -> pages.failed(400, title, message);
                    case Completion.Granted granted -> {
                        cookie.clear(context);
                        yield pages.granted(granted);
                    }
                };
        page.sendTo(context);
    }

    private boolean isFromOurPage(Context context) {
        return Origin.isOurs(context.header("Sec-Fetch-Site"), context.header("Origin"), publicUrl);
    }

    private Handler safely(Step step) {
        return context -> {
            try {
                step.handle(context);
            } catch (Unreadable e) {
                pages.failed(e.status(), "This request cannot be read", String.valueOf(e.getMessage()))
                        .sendTo(context);
            } catch (GrantStore.Unreadable e) {
                pages.failed(409, "The grant cannot be read", e.getMessage() + ". Then open this page again.")
                        .sendTo(context);
            } catch (KubernetesClientException | StoreUnavailable e) {
                // Without the message: the API server may repeat there what it was sent.
                LOG.warn(
                        "A consent could not go on: the Kubernetes API failed with {}",
                        e.getClass().getSimpleName());
                pages.failed(503, "Not possible right now", "The cluster does not answer. Try again in a minute.")
                        .sendTo(context);
            }
        };
    }

    /** What a route does. */
    @FunctionalInterface
    private interface Step {
        void handle(Context context) throws Unreadable;
    }

    /** Empty where it is missing or repeated. */
    private static String first(Map<String, List<String>> form, String name) {
        List<String> values = form.getOrDefault(name, List.of());
        return values.size() == 1 ? values.getFirst() : "";
    }
}
