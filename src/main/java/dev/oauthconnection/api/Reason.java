package dev.oauthconnection.api;

/** Why a connection is in the state it is in: the reasons of its conditions. The documentation of reasons is generated from here. */
public enum Reason {
    TokenCurrent("The token Secret holds a valid access token.", "Nothing to do."),
    Progressing(
            "The operator is carrying out the current spec or a requested action.", "Wait; the message says for what."),
    AwaitingConsent(
            "The connection waits for the resource owner's consent.",
            "Open status.consent.url and enter the code from the Secret <connection>-consent."),
    Suspended("spec.suspend is true: nothing is sent to the provider.", "Set spec.suspend to false to go on."),
    Revoked(
            "The grant has ended here, as the annotation revoke-requested asked; the message says so where the provider did not confirm it.",
            "Give consent again to connect again; end the consent at the provider where that was not confirmed."),
    ProviderNotFound(
            "There is no provider of that name, neither applied nor built in.",
            "Correct spec.provider.name, or apply a ClusterOAuthProvider of that name."),
    ProviderInvalid(
            "The provider is declared, and cannot be used as it is.",
            "Correct the ClusterOAuthProvider, or its caBundle, as the message says."),
    ProviderUnavailable(
            "The provider could not be reached, or did not process the request. The grant is untouched.",
            "Nothing, if it is an outage; it is tried again with growing pauses. If it lasts, check the provider's endpoints and the way there: proxy, firewall, NetworkPolicy."),
    ClientSecretNotFound(
            "The Secret with the client's credentials does not exist.",
            "Create the Secret that spec.client.secretRef names; it is read again within 30 seconds."),
    ClientSecretInvalid(
            "The Secret with the client's credentials lacks a key, or a value is empty.",
            "Correct the keys client_id and client_secret; they are read again within 30 seconds."),
    ClientNotAllowed(
            "The connection names no client, and the provider's client is not for it.",
            "Set spec.client, or have an admin allow this namespace and these scopes in the ClusterOAuthProvider."),
    ClientRefused(
            "The provider refused the client (invalid_client, unauthorized_client).",
            "Correct the client's credentials; a changed Secret is used at once. The grant is kept."),
    RequestRefused(
            "The provider refused the request for a reason that is not the grant's, such as invalid_scope.",
            "Correct what the message names; the grant is kept."),
    ConsentRequired(
            "The grant belongs to another provider, client or set of scopes than the spec names now and is not used there, or it has no refresh token.",
            "Give consent again, or undo the change that the message names; the grant is kept as it was."),
    ConsentSuperseded(
            "A consent was completed after another one for the same connection, and was not used.",
            "Nothing, if the first one was meant; otherwise give consent again."),
    GrantRefused(
            "The provider refused every refresh token of the grant (invalid_grant).",
            "Give consent again at status.consent.url. The newest refresh token stays stored and is tried again now and then."),
    GrantLost(
            "The answer that held the next refresh token was lost, and the provider accepts no earlier one.",
            "Give consent again at status.consent.url. The message names the window and says where to look for the cause; docs/loss-windows.md tells more."),
    GrantRolledBack(
            "The grant Secret is older than the token Secret made from it, as after the restore of a backup. Nothing is sent.",
            "An admin sets the annotation oauthconnection.dev/release on the grant Secret to the epoch the message names, or consent is given again."),
    GrantExported(
            "The grant was exported to be used elsewhere. Nothing is sent from here any more, and no revocation either; the published token is served until it lapses.",
            "Delete the connection once the other one is Ready. Only if nobody imported the grant, an admin sets the annotation oauthconnection.dev/release on the grant Secret to the epoch the message names. docs/backup-and-move.md tells more."),
    GrantUnreadable(
            "The grant Secret was edited, and what it holds is no grant. Nothing is sent, and it is left as it is.",
            "Restore the grant Secret from a backup, or delete it and give consent again."),
    RedemptionHeld(
            "The end of the last refresh is not known, and the policy is to hold.",
            "An admin sets the annotation oauthconnection.dev/release on the grant Secret to the epoch the message names, or consent is given again."),
    RedemptionUncertain(
            "The end of the last refresh is not known; it is waited for as long as the published token allows.",
            "Nothing; the message says when it is resolved. Make sure that the pods of the operator run and reach the API server."),
    ExistingGrantInvalid(
            "The Secret with the existing refresh token is missing, empty, for another provider or client, or was taken before.",
            "Correct the Secret that spec.existingGrant.secretRef names, or remove existingGrant and give consent."),
    ScopesReduced(
            "The provider granted fewer scopes than were asked for.",
            "Ask for fewer scopes, or give consent again and allow them all."),
    AnswerInvalid(
            "The provider's answer could not be used: its ID token or its subject is not the right one.",
            "Do what the message says: as a rule, correct the issuer of the provider, or give consent again as the subject of the first one. Nothing was published from that answer."),
    SecretConflict(
            "A Secret of the token Secret's name exists and is not this connection's.",
            "Rename or delete that Secret, or set spec.secret.name."),
    SecretAccessMissing(
            "RBAC does not let the operator reach a Secret of the connection. Nothing is sent meanwhile.",
            "Apply the Role and the RoleBinding that the message holds; it is looked at again within a minute."),
    TemplateInvalid(
            "A template of spec.secret.template cannot be rendered.", "Correct the template as the message says."),
    DeliveryFailed(
            "The token Secret could not be written; the token is kept and delivered later.",
            "Correct what the message names: a quota, an admission policy, or missing rights of the operator."),
    PropagationFailed(
            "spec.secret.propagation is Eager, and pods could not be told of a new token; the kubelet copies it within 60 to 90 seconds. An event's reason.",
            "Deploy the component eager-propagation and start the operator with --eager-propagation, or remove spec.secret.propagation."),
    SubPathMount(
            "A pod mounts the token Secret by subPath, and such a file never changes. An event's reason.",
            "Mount the whole Secret, as a folder, in the pod and container that the message names."),
    ServedByAnother(
            "Another installation of the operator serves this connection, and this one leaves it alone.",
            "Narrow --selector or --watch-namespaces of one of them, or clear status.servedBy when the other one is gone for good: the message has the command."),
    Deleting(
            "The connection is being deleted, and its grant is revoked first.",
            "Nothing; where the provider does not confirm it, the connection is let go after 10 minutes, with an event.");

    private final String meaning;
    private final String action;

    Reason(String meaning, String action) {
        this.meaning = meaning;
        this.action = action;
    }

    /** What the reason says. */
    public String meaning() {
        return meaning;
    }

    /** What a person can do about it. */
    public String action() {
        return action;
    }
}
