package dev.oauthconnection.delivery;

import dev.oauthconnection.api.Names;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one pod has to be told of token Secrets that changed: a pure decision. The kubelet copies a changed Secret into a pod at its next
 * look, and it looks at once when the pod itself changes. So the pod gets an annotation with the version of each Secret that it mounts; a
 * pod that has it already is left alone, whoever set it and when.
 *
 * @param value the new value of the annotation {@link Names#TOKEN_CHANGED}; empty where the pod needs none
 * @param subPaths mounts of these Secrets that no change ever reaches
 */
public record PodNotice(Optional<String> value, Set<SubPath> subPaths) {
    private static final String ENTRY = "[a-z0-9][-a-z0-9.]{0,252}=[0-9a-f]{1,16}";
    private static final PodNotice NONE = new PodNotice(Optional.empty(), Set.of());
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    /**
     * A container that mounts a token Secret by subPath.
     *
     * @param template what the pods of one template have in common: the UID of their controller, or the pod's own name
     */
    public record SubPath(String secret, String template, String pod, String container) {
        /** Whether who corrects the one corrects the other. */
        public boolean isOfOneTemplateWith(SubPath other) {
            return template.equals(other.template) && container.equals(other.container);
        }
    }

    /**
     * Decides.
     *
     * @param versions of the Secrets that changed, by their names in the pod's namespace
     */
    public static PodNotice of(Pod pod, Map<String, String> versions) {
        if (pod.getStatus() != null && ENDED.contains(pod.getStatus().getPhase())) {
            return NONE;
        }
        Map<String, Set<String>> volumes = secretsByVolume(pod);
        Set<String> followed = new HashSet<>();
        Set<SubPath> subPaths = new LinkedHashSet<>();
        containers(pod).forEach(container -> {
            for (VolumeMount mount : container.getVolumeMounts()) {
                Set<String> secrets = volumes.getOrDefault(mount.getName(), Set.of());
                if (!hasSubPath(mount)) {
                    followed.addAll(secrets);
                    continue;
                }
                secrets.stream()
                        .filter(versions::containsKey)
                        .map(secret -> new SubPath(
                                secret, template(pod), pod.getMetadata().getName(), container.getName()))
                        .forEach(subPaths::add);
            }
        });
        return new PodNotice(value(pod, followed, versions), subPaths);
    }

    /** What the annotation becomes, where that differs from what it is. It keeps what is known of other Secrets that the pod mounts. */
    private static Optional<String> value(Pod pod, Set<String> followed, Map<String, String> versions) {
        Map<String, String> changed = new HashMap<>(versions);
        changed.keySet().retainAll(followed);
        Map<String, String> known = known(pod);
        if (known.entrySet().containsAll(changed.entrySet())) {
            return Optional.empty();
        }
        known.keySet().retainAll(followed);
        known.putAll(changed);
        return Optional.of(known.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(",")));
    }

    private static Map<String, String> known(Pod pod) {
        Map<String, String> known = new TreeMap<>();
        String text = SecretDigest.orEmpty(pod.getMetadata().getAnnotations()).getOrDefault(Names.TOKEN_CHANGED, "");
        for (String entry : text.split(",")) {
            if (entry.matches(ENTRY)) {
                int equals = entry.indexOf('=');
                known.put(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        return known;
    }

    /** Volumes of the kind secret have one Secret, projected ones any number. */
    private static Map<String, Set<String>> secretsByVolume(Pod pod) {
        Map<String, Set<String>> secrets = new HashMap<>();
        for (Volume volume : pod.getSpec().getVolumes()) {
            if (volume.getSecret() != null && volume.getSecret().getSecretName() != null) {
                secrets.put(volume.getName(), Set.of(volume.getSecret().getSecretName()));
            } else if (volume.getProjected() != null) {
                secrets.put(
                        volume.getName(),
                        volume.getProjected().getSources().stream()
                                .filter(source -> source.getSecret() != null)
                                .map(source -> source.getSecret().getName())
                                .collect(Collectors.toSet()));
            }
        }
        return secrets;
    }

    private static Stream<Container> containers(Pod pod) {
        return Stream.concat(pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream());
    }

    private static boolean hasSubPath(VolumeMount mount) {
        return Stream.of(Optional.ofNullable(mount.getSubPath()), Optional.ofNullable(mount.getSubPathExpr()))
                .anyMatch(path -> path.filter(text -> !text.isEmpty()).isPresent());
    }

    private static String template(Pod pod) {
        List<OwnerReference> owners = pod.getMetadata().getOwnerReferences();
        return owners.stream()
                .filter(owner -> Boolean.TRUE.equals(owner.getController()))
                .map(OwnerReference::getUid)
                .findFirst()
                .orElseGet(() -> pod.getMetadata().getName());
    }
}
