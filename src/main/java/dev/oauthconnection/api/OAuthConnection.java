package dev.oauthconnection.api;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** One grant with one provider, declared by a team in its namespace; its access token is kept current in a Secret. */
@Group(Names.GROUP)
@Version(Names.VERSION)
@Kind("OAuthConnection")
@Singular("oauthconnection")
@Plural("oauthconnections")
@ShortNames({"oac", "oauthconn"})
@Categories("oauth")
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Reason", jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "Provider", jsonPath = ".spec.provider.name")
@AdditionalPrinterColumn(
        name = "Expires",
        jsonPath = ".status.token.expiresAt",
        type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public class OAuthConnection extends CustomResource<OAuthConnectionSpec, OAuthConnectionStatus> implements Namespaced {}
