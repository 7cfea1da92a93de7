package dev.oauthconnection.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A redemption runs on a thread of the operating system's, as if its caller did it. */
class OwnThreadTest {
    @Test
    void a_task_of_a_virtual_thread_runs_on_no_virtual_thread() throws InterruptedException {
        AtomicReference<Boolean> virtual = new AtomicReference<>();
        Thread.ofVirtual()
                .start(() ->
                        virtual.set(OwnThread.call(() -> Thread.currentThread().isVirtual())))
                .join();
        assertThat(virtual.get()).isFalse();
    }

    @Test
    void what_the_task_throws_its_caller_gets() {
        assertThatIllegalStateException()
                .isThrownBy(() -> OwnThread.call(() -> {
                    throw new IllegalStateException("no");
                }))
                .withMessage("no");
    }

    @Test
    void a_caller_that_is_interrupted_interrupts_its_task_and_still_waits_for_it() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicReference<String> seen = new AtomicReference<>("");
        Thread caller = Thread.ofVirtual().start(() -> {
            String result = OwnThread.call(() -> {
                begun.countDown();
                try {
                    new CountDownLatch(1).await();
                    return "never";
                } catch (InterruptedException e) {
                    return "interrupted";
                }
            });
            seen.set(result + " " + Thread.currentThread().isInterrupted());
        });
        begun.await();
        caller.interrupt();
        caller.join();
        assertThat(seen.get()).isEqualTo("interrupted true");
    }
}
