package dev.oauthconnection.api;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
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
@JsonClassDescription(
        "One grant with one OAuth 2.0 provider. Its access token is kept current in a Secret that workloads mount; "
                + "the refresh token stays with the operator.")
@ValidationRule(
        value = "size(self.metadata.name) <= 63",
        message = "metadata.name may have 63 characters at most, since it becomes part of other names")
@ValidationRule(
        value =
                "!has(self.spec.secret) || !has(self.spec.secret.name) || self.spec.secret.name != self.metadata.name + '-consent'",
        message =
                "the Secret <name>-consent holds the code that is needed for the consent: choose another spec.secret.name")
@ValidationRule(
        value = "!has(self.spec.client) || !has(self.spec.client.secretRef) || self.spec.client.secretRef.name != "
                + OAuthConnection.TOKEN_SECRET,
        message =
                "the token Secret would overwrite the client's Secret, since both have one name: set spec.secret.name, or rename the client's Secret")
@ValidationRule(
        value = "!has(self.spec.existingGrant) || self.spec.existingGrant.secretRef.name != "
                + OAuthConnection.TOKEN_SECRET,
        message =
                "the token Secret would overwrite the existing grant's Secret, since both have one name: set spec.secret.name, or rename the existing grant's Secret")
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Reason", jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "Provider", jsonPath = ".spec.provider.name")
// Not of type date: kubectl shows a time in the future as <invalid>.
@AdditionalPrinterColumn(name = "Expires", jsonPath = ".status.token.expiresAt")
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public class OAuthConnection extends CustomResource<OAuthConnectionSpec, OAuthConnectionStatus> implements Namespaced {
    /** CEL: the name of the token Secret. */
    static final String TOKEN_SECRET =
            "(has(self.spec.secret) && has(self.spec.secret.name) ? self.spec.secret.name : self.metadata.name)";
}
