package dev.oauthconnection.grant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oauthconnection.grant.StateSearch.Move;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StateSearchTest {
    @Test
    void each_state_is_visited_once_however_many_ways_lead_there() {
        StateSearch.Result result = new StateSearch<>(new Jumps(100)).run();

        assertThat(result.wrong()).isNull();
        assertThat(result.states()).isEqualTo(10);
        assertThat(result.moves()).isEqualTo(20);
    }

    @Test
    void what_is_wrong_is_told_with_the_shortest_way_there() {
        StateSearch.Result result = new StateSearch<>(new Jumps(8)).run();

        assertThat(result.wrong()).isEqualTo("8 is wrong");
        assertThat(result.schedule())
                .containsExactly(
                        "one on from 0 to 1", "one on from 1 to 2", "three on from 2 to 5", "three on from 5 to 8");
    }

    /** On a circle of ten, by one or by three. */
    private record Jumps(int wrong) implements StateSearch.Model<Integer> {
        @Override
        public Integer initial() {
            return 0;
        }

        @Override
        public List<Move<Integer>> moves(Integer state) {
            int one = (state + 1) % 10;
            int three = (state + 3) % 10;
            return List.of(
                    new Move<>("one on from " + state + " to " + one, one),
                    new Move<>("three on from " + state + " to " + three, three));
        }

        @Override
        public Optional<String> wrong(Integer state) {
            return state == wrong ? Optional.of(state + " is wrong") : Optional.empty();
        }
    }
}
