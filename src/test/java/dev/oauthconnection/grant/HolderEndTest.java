package dev.oauthconnection.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HolderEndTest {
    private static final String OBSERVER = "pod-a/boot-1/process-2";
    private static final String BEFORE = "pod-a/boot-1/process-1";

    static Stream<Arguments> ends() {
        return Stream.of(
                // holder, observer, whether the observer may have the answer, whether the pod is over, what is known
                arguments("pod-b/boot-1/process-1", OBSERVER, false, false, HolderEnd.NotKnown),
                arguments("pod-b/boot-1/process-1", OBSERVER, false, true, HolderEnd.PodOver),
                arguments(BEFORE, OBSERVER, false, false, HolderEnd.JournalEmpty),
                arguments(BEFORE, OBSERVER, true, false, HolderEnd.NotKnown),
                arguments(OBSERVER, OBSERVER, false, false, HolderEnd.AttemptOver),
                arguments(OBSERVER, OBSERVER, true, false, HolderEnd.NotKnown),
                arguments("pod-a/boot-0/process-1", OBSERVER, false, false, HolderEnd.Gone),
                arguments("pod-a/boot-0/process-1", OBSERVER, true, false, HolderEnd.NotKnown),
                arguments("pod-a//process-1", OBSERVER, false, false, HolderEnd.Gone),
                arguments("pod-a//process-1", "pod-a//process-2", false, false, HolderEnd.Gone),
                arguments("pod-a/process-1", OBSERVER, false, false, HolderEnd.Gone),
                arguments("pod-a/process-1", "pod-ab/boot-1/process-2", false, false, HolderEnd.NotKnown));
    }

    @ParameterizedTest
    @MethodSource("ends")
    void the_end_of_a_holder_is_what_pod_journal_and_boot_tell_of_it(
            String holder, String observer, boolean mayHave, boolean podOver, HolderEnd end) {
        assertThat(HolderEnd.of(holder, observer, mayHave, podOver)).isEqualTo(end);
    }
}
