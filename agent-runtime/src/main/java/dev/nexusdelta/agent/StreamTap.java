package dev.nexusdelta.agent;

import dev.nexusdelta.agent.json.Json;
import dev.nexusdelta.agent.tools.Answer;
import dev.nexusdelta.agent.tools.Outlet;
import dev.nexusdelta.agent.tools.StreamFormat;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The caller's end of a stream in a unit test: reads the lines that would be sent. */
final class StreamTap implements Outlet, Outlet.Stream {
  private final int most;
  private final List<@Nullable Object> items = new ArrayList<>();
  private final List<AgentTester.Progress> progress = new ArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private @Nullable ToolException failure;

  StreamTap(int most) {
    this.most = most;
  }

  AgentTester.Streamed await(Duration patience) {
    try {
      if (!over.await(patience.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("the stream did not end within " + patience);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
    synchronized (this) {
      return new AgentTester.Streamed(new ArrayList<>(items), List.copyOf(progress), failure);
    }
  }

  @Override
  public StreamFormat streams() {
    return StreamFormat.NDJSON;
  }

  @Override
  public synchronized void answer(Answer answer) {
    if (Json.parse(answer.body()) instanceof Map<?, ?> members) {
      if (answer.status() == 200) {
        failure = new ToolException("the tool answers no stream, but one result");
      } else {
        failure = AgentTester.failure(members, answer);
      }
    }
    over.countDown();
  }

  @Override
  public Outlet.Stream begin(StreamFormat format) {
    return this;
  }

  @Override
  public synchronized void write(byte[] bytes) throws IOException {
    if (bytes.length == 1) {
      // An empty line: a heartbeat.
      return;
    }
    if (!(Json.parse(bytes) instanceof Map<?, ?> line)) {
      throw new IllegalStateException("no line of a stream");
    }
    if (line.containsKey("item")) {
      if (items.size() == most) {
        throw new IOException("left");
      }
      items.add(line.get("item"));
    } else if (line.get("progress") instanceof Map<?, ?> report) {
      Object message = report.get("message");
      progress.add(
          new AgentTester.Progress(
              number(report.get("done")),
              number(report.get("total")),
              message == null ? "" : message.toString()));
    } else if (line.containsKey("error")) {
      failure = AgentTester.failure(line, null);
    }
  }

  private static long number(@Nullable Object json) {
    return json instanceof Number number ? number.longValue() : 0;
  }

  @Override
  public void flush() throws IOException {
    synchronized (this) {
      if (items.size() == most) {
        throw new IOException("left");
      }
    }
  }

  @Override
  public void end() {
    over.countDown();
  }

  @Override
  public void cut() {
    over.countDown();
  }
}
