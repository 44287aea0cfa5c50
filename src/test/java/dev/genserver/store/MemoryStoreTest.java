package dev.genserver.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MemoryStoreTest extends StateStoreContract {
  private final StoreFailure failure = new StoreFailure("no", true, null);
  private MemoryStore memory;

  @Override
  StateStore open() {
    memory = memory == null ? new MemoryStore() : memory.reopen();
    return memory;
  }

  @Test
  void failNext_failsOnce_withoutAChange() {
    memory.failNext(failure);

    assertThatThrownBy(() -> commit(put("counters", "a", 1))).isSameAs(failure);
    assertThat(store.counts()).isEmpty();
    commit(put("counters", "a", 1));
    assertThat(memory.commits()).isEqualTo(1);
  }

  @Test
  void makeNextButFail_failsOnce_withTheChange() {
    memory.makeNextButFail(failure);

    assertThatThrownBy(() -> commit(put("counters", "a", 1))).isSameAs(failure);
    assertThat(store.find("counters", "a")).isNotNull();
  }

  @Test
  void hold_commitsWaitForTheRelease() throws Exception {
    memory.hold();
    CompletableFuture<Void> commit =
        CompletableFuture.runAsync(() -> commit(put("counters", "a", 1)));
    memory.awaitHeld();
    assertThat(store.counts()).isEmpty();

    memory.release();

    commit.join();
    assertThat(store.counts()).hasSize(1);
  }
}
