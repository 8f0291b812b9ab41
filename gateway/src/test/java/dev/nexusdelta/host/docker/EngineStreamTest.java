package dev.nexusdelta.host.docker;

import static dev.nexusdelta.host.docker.CannedAnswers.answer;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.transport.DockerHttpClient.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class EngineStreamTest {
  private final AtomicReference<EngineStream> stream = new AtomicReference<>();
  private final List<Integer> used = new CopyOnWriteArrayList<>();

  @Test
  void nothingIsUsedOfAnAnswerThatWasDroppedWhileItWasRead() {
    InputStream droppedAfterOne =
        new InputStream() {
          private int reads;

          @Override
          public int read() {
            if (++reads == 2) {
              stream.get().reopen();
            }
            return reads;
          }
        };
    CannedAnswers engine =
        new CannedAnswers(
            answer(200, droppedAfterOne),
            answer(200, new ByteArrayInputStream(new byte[] {7, 8, 9})));
    EngineWire wire = new EngineWire(engine, new ReopenDelay(new Random(1)), System::nanoTime);
    stream.set(new EngineStream("test", wire, this::readThree, ended -> {}));
    stream.get().start();
    TinyContainers.until("over", () -> TinyContainers.threads().isEmpty());
    assertThat(used).containsExactly(1, 7, 8, 9);
  }

  private boolean readThree(EngineStream opener) throws IOException {
    try (Response response = opener.open("/")) {
      for (int i = 0; i < 3; i++) {
        int next = response.getBody().read();
        opener.heard();
        used.add(next);
      }
    }
    return false;
  }
}
