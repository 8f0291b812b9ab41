package dev.nexusdelta.agent.tools;

import dev.nexusdelta.agent.json.Json;
import dev.nexusdelta.agent.shape.Shape;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The items of a stream as one ordinary answer, for callers that take nothing else. They are held
 * as the bytes that will be sent, up to a bound.
 */
final class Collected implements Flow.Subscriber<Object> {
  static final int LARGEST = 4 << 20;

  private static final byte[] BEFORE = "{\"result\":[".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] AFTER = "]}".getBytes(StandardCharsets.US_ASCII);

  private final Shape shape;
  private final Call call;
  private final Consumer<byte[]> whole;
  private final Consumer<Throwable> failed;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
  private Flow.@Nullable Subscription subscription;
  private boolean over;

  private static final class TooLarge extends RuntimeException implements ToolFailure {
    private static final long serialVersionUID = 1L;

    TooLarge() {
      super(
          "the items take more than the "
              + LARGEST
              + " bytes of one answer; ask for a stream with Accept: application/x-ndjson or"
              + " text/event-stream");
    }

    @Override
    public int status() {
      return 406;
    }

    @Override
    public String code() {
      return "stream_too_large";
    }
  }

  /**
   * @param shape of an item
   * @param whole takes the answer
   * @param failed takes the failure instead
   */
  Collected(Shape shape, Call call, Consumer<byte[]> whole, Consumer<Throwable> failed) {
    this.shape = shape;
    this.call = call;
    this.whole = whole;
    this.failed = failed;
    bytes.writeBytes(BEFORE);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    if (subscription != null) {
      given.cancel();
      return;
    }
    subscription = given;
    call.onCancel(given::cancel);
    given.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(Object item) {
    if (over) {
      return;
    }
    try {
      byte[] json = Json.write(out -> shape.put(out, item));
      if (bytes.size() + json.length > LARGEST) {
        throw new TooLarge();
      }
      if (bytes.size() > BEFORE.length) {
        bytes.write(',');
      }
      bytes.writeBytes(json);
    } catch (Throwable e) {
      over = true;
      if (subscription != null) {
        subscription.cancel();
      }
      failed.accept(e);
    }
  }

  @Override
  public void onError(Throwable cause) {
    if (!over) {
      over = true;
      failed.accept(cause);
    }
  }

  @Override
  public void onComplete() {
    if (!over) {
      over = true;
      bytes.writeBytes(AFTER);
      whole.accept(bytes.toByteArray());
    }
  }
}
