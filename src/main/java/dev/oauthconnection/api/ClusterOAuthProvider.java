package dev.oauthconnection.api;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** How to talk to one authorization server, for every namespace of the cluster. Applied by an admin. */
@Group(Names.GROUP)
@Version(Names.VERSION)
@Kind("ClusterOAuthProvider")
@Singular("clusteroauthprovider")
@Plural("clusteroauthproviders")
@ShortNames("coap")
@Categories("oauth")
@AdditionalPrinterColumn(name = "Issuer", jsonPath = ".spec.issuer")
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public class ClusterOAuthProvider extends CustomResource<ProviderSpec, Void> {}
