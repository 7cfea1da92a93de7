package dev.oauthconnection.api;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
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
@JsonClassDescription(
        "How to talk to one authorization server, for the connections of every namespace. Applied by an admin. "
                + "It takes precedence over a built-in provider of the same name.")
@ValidationRule(
        value = "size(self.metadata.name) <= 63 && !self.metadata.name.contains('.')",
        message = "metadata.name may have 63 characters at most and no dots, since spec.provider.name refers to it")
@AdditionalPrinterColumn(name = "Issuer", jsonPath = ".spec.issuer")
@AdditionalPrinterColumn(name = "Token endpoint", jsonPath = ".spec.token.endpoint", priority = 1)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public class ClusterOAuthProvider extends CustomResource<ProviderSpec, Void> {}
