package dev.nexusdelta.exchange;

import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/** What a decoded head of an answer means. Pure. */
sealed interface AnswerHead {
  /** It is none, or none that a proxy may pass on. */
  record Fault(String errorType, String detail) implements AnswerHead {}

  /** It goes ahead of another one. */
  record Interim(int status, MultiMap headers) implements AnswerHead {
    boolean isEarlyHints() {
      return status == 103;
    }
  }

  /**
   * It is the answer's.
   *
   * @param length of the body by its framing; negative if not known
   * @param isKept whether its connection may carry another call afterwards
   */
  record Read(int status, MultiMap headers, long length, boolean isKept) implements AnswerHead {}

  /** Judges a head as the decoder gives it. */
  static AnswerHead of(HttpResponse response) {
    if (response.decoderResult().isFailure()) {
      return faultOf(response.decoderResult().cause());
    }
    int status = response.status().code();
    if (!(response.headers() instanceof MultiMap headers)
        || response.protocolVersion().majorVersion() != 1) {
      return fault("its answer is no HTTP/1");
    }
    if (status == 101) {
      return fault("it switched to another protocol, which nobody had asked for");
    }
    return status < 200 ? new Interim(status, headers) : read(response, status, headers);
  }

  private static AnswerHead read(HttpResponse response, int status, MultiMap headers) {
    String coding = headers.get(HttpHeaderNames.TRANSFER_ENCODING);
    if (coding != null && !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(coding.trim())) {
      return new Fault(
          "http_response_transfer_coding", "its answer has another transfer coding than chunked");
    }
    long length = -1;
    if (status == 204 || status == 304) {
      length = 0;
    } else if (coding == null) {
      String declared = headers.get(HttpHeaderNames.CONTENT_LENGTH);
      // The decoder has checked its form.
      length = declared == null ? -1 : Long.parseLong(declared.trim());
    }
    boolean kept =
        response.protocolVersion() == HttpVersion.HTTP_1_1
            && (length >= 0 || coding != null)
            && !response
                .headers()
                .containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
    return new Read(status, headers, length, kept);
  }

  private static Fault faultOf(@Nullable Throwable cause) {
    if (cause instanceof PrematureChannelClosureException) {
      return new Fault("connection_terminated", "its connection broke before an answer");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return new Fault("http_response_header_section_size", "the head of its answer is too large");
    }
    return fault("its answer is no HTTP");
  }

  private static Fault fault(String detail) {
    return new Fault("http_protocol_error", detail);
  }
}
