package dev.oauthconnection.laboratory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The table of faults adds up what trials with other seeds found. */
class ReportTest {
    private static FaultOutcome outcome(int stuck, Map<Window, Long> losses, long recovered, long peak) {
        return new FaultOutcome(
                Disturbance.LostPod,
                RotatingServer.Mode.Strict,
                1,
                stuck,
                losses,
                1,
                recovered,
                recovered / 2,
                peak,
                166);
    }

    private static List<String> lines(FaultOutcome... outcomes) {
        return Report.of(List.of(), List.of(outcomes))
                .text()
                .lines()
                .filter(line -> line.contains("LostPod"))
                .toList();
    }

    @Test
    void losses_add_up_by_window_and_of_times_and_peaks_the_worst_counts() {
        assertThat(lines(
                        outcome(0, Map.of(Window.JournalLost, 1L), 4_000, 30),
                        outcome(0, Map.of(Window.JournalLost, 1L, Window.AnswerLost, 1L), 9_000, 20)))
                .containsExactly("| Strict | LostPod | 2 | 3 | the answer was lost on its way: 1; "
                        + "the journal was lost before the answer was stored: 2 | 2 | 9.0 s | 4.5 s | 30, 1.7 |");
    }

    @Test
    void what_did_not_recover_is_not_told_as_a_time_alone() {
        assertThat(lines(outcome(0, Map.of(), 4_000, 30), outcome(1, Map.of(), 240_000, 30)))
                .singleElement()
                .asString()
                .contains("| 240.0 s, NOT IN 1 OF 2 |");
    }
}
