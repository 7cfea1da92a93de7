package dev.oauthconnection.operator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.oauthconnection.api.Names;
import dev.oauthconnection.delivery.PodNotice;
import dev.oauthconnection.observe.Meters;
import dev.oauthconnection.observe.Meters.PodTold;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;

/** Tells the pods of a namespace of token Secrets that changed: one list, and one patch for each pod that {@link PodNotice} picks. */
final class PodNotices {
    private static final long PAGE = 100;
    /** Pods are large, up to a MiB each: this bounds those in memory, however many namespaces are told. */
    private static final int PAGES_AT_ONCE = 2;

    private static final int PATCHES_AT_ONCE = 8;
    private static final String NOT_ENDED = "status.phase!=Succeeded,status.phase!=Failed";

    private final KubernetesClient client;
    private final ExecutorService threads;
    private final Meters meters;
    /** Fair, so that a namespace of many pages lets the others have their turn. */
    private final Semaphore pages = new Semaphore(PAGES_AT_ONCE, true);

    private final Semaphore patches = new Semaphore(PATCHES_AT_ONCE);

    PodNotices(KubernetesClient client, ExecutorService threads, Meters meters) {
        this.client = client;
        this.threads = threads;
        this.meters = meters;
    }

    /**
     * How it went.
     *
     * @param trouble for a person, the same words while it is the same trouble; empty where all pods know
     */
    record Told(Optional<String> trouble, Set<PodNotice.SubPath> subPaths) {}

    /** What came of one page; holds none of its pods. */
    private record Page(Optional<String> trouble, String next) {}

    /** @param versions of the Secrets that changed, by name */
    Told tell(String namespace, Map<String, String> versions) {
        Set<PodNotice.SubPath> subPaths = new HashSet<>();
        Optional<String> trouble = Optional.empty();
        String next = "";
        do {
            Page page;
            pages.acquireUninterruptibly();
            try {
                page = tellPage(namespace, next, versions, subPaths);
            } catch (KubernetesClientException e) {
                meters.propagation(outcomeOf(e));
                return new Told(
                        Optional.of("the pods of namespace " + namespace + " could not be listed" + because(e, "")),
                        subPaths);
            } finally {
                pages.release();
            }
            trouble = trouble.or(page::trouble);
            next = page.next();
        } while (!next.isEmpty());
        return new Told(trouble, subPaths);
    }

    private Page tellPage(
            String namespace, String from, Map<String, String> versions, Set<PodNotice.SubPath> subPaths) {
        PodList list = list(namespace, from);
        return new Page(
                tell(list.getItems(), versions, subPaths),
                Objects.requireNonNullElse(list.getMetadata().getContinue(), ""));
    }

    private Optional<String> tell(List<Pod> pods, Map<String, String> versions, Set<PodNotice.SubPath> subPaths) {
        List<CompletableFuture<Optional<String>>> answers = pods.stream()
                .flatMap(pod -> {
                    PodNotice notice = PodNotice.of(pod, versions);
                    subPaths.addAll(notice.subPaths());
                    return notice.value().stream()
                            .map(value -> CompletableFuture.supplyAsync(() -> patch(pod, value), threads));
                })
                .toList();
        // All of them, whatever came of the first: the pods are in memory until the last one has its answer.
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).join();
        return answers.stream()
                .map(CompletableFuture::join)
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Without a resource version, since with one the API server ignores the limit. */
    private PodList list(String namespace, String from) {
        return client.pods()
                .inNamespace(namespace)
                .list(new ListOptionsBuilder()
                        .withLimit(PAGE)
                        .withContinue(from.isEmpty() ? null : from)
                        .withFieldSelector(NOT_ENDED)
                        .build());
    }

    /** What a person has to know about it; that a pod is gone is nothing of that. */
    private Optional<String> patch(Pod pod, String value) {
        String name = pod.getMetadata().getName();
        String namespace = pod.getMetadata().getNamespace();
        // Named and nothing else: the client reads no pod before it patches one that it is given.
        Pod named = new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .build();
        patches.acquireUninterruptibly();
        try {
            client.resource(named).patch(PatchContext.of(PatchType.JSON_MERGE), annotation(value));
            meters.propagation(PodTold.Told);
            return Optional.empty();
        } catch (KubernetesClientException e) {
            PodTold outcome = outcomeOf(e);
            meters.propagation(outcome);
            return outcome == PodTold.Missed
                    ? Optional.empty()
                    : Optional.of(
                            "pods of namespace " + namespace + " could not be told of a new token" + because(e, name));
        } finally {
            patches.release();
        }
    }

    private static String annotation(String value) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("metadata").putObject("annotations").put(Names.TOKEN_CHANGED, value);
        return patch.toString();
    }

    private static PodTold outcomeOf(KubernetesClientException e) {
        return switch (e.getCode()) {
            case HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_CONFLICT -> PodTold.Missed;
            case HttpURLConnection.HTTP_FORBIDDEN, 422 -> PodTold.Refused;
            default -> PodTold.Failed;
        };
    }

    /** Without the pod's name: it is another one each time, and the words stand in the status. */
    private static String because(KubernetesClientException e, String pod) {
        String cause = e.getStatus() != null && e.getStatus().getMessage() != null
                ? e.getStatus().getMessage().replace("pods \"" + pod + "\"", "pods")
                : "the API server did not answer";
        return " (" + cause + "): "
                + (outcomeOf(e) == PodTold.Refused
                        ? "deploy the component eager-propagation, which has the rights and the policy for it, or remove "
                                + "spec.secret.propagation"
                        : "the kubelet copies it within 60 to 90 seconds");
    }
}
