package dev.nexusdelta.proxy;

import dev.nexusdelta.tls.PemPair;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How listeners are set up: the bounds of what callers may send, and what encrypts it. Pure. */
final class ServerOptions {
  static final int MAX_LINE = 8 * 1024;
  static final int MAX_HEADERS = 16 * 1024;

  /** Streams of one connection that may be under way. */
  private static final int STREAMS = 100;

  /** What one request may send before it is read. */
  private static final int STREAM_WINDOW = 64 * 1024 - 1;

  /** More than one stream's, so that one that is not read does not hold up the others. */
  private static final int CONNECTION_WINDOW = 1024 * 1024;

  private static final int RESETS = 200;
  private static final int RESETS_SECONDS = 30;

  /** Authenticated ciphers with forward secrecy, and nothing else. */
  private static final List<String> CIPHERS =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private ServerOptions() {}

  /**
   * Of one listener.
   *
   * @param pair null = plain text, and so HTTP/1.1 only
   */
  static HttpServerOptions of(@Nullable PemPair pair) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHttp2ClearTextEnabled(false)
            .setMaxInitialLineLength(MAX_LINE)
            .setMaxHeaderSize(MAX_HEADERS)
            .setMaxChunkSize(16 * 1024)
            .setDecoderInitialBufferSize(256)
            .setPerFrameWebSocketCompressionSupported(false)
            .setPerMessageWebSocketCompressionSupported(false)
            .setTcpNoDelay(true)
            // A successor listens beside this gateway before this one leaves.
            .setReusePort(true)
            .setAcceptBacklog(1024);
    if (pair != null) {
      options
          .setSsl(true)
          .setUseAlpn(true)
          .setSslHandshakeTimeout(10)
          .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS)
          .setInitialSettings(
              new Http2Settings()
                  .setMaxConcurrentStreams(STREAMS)
                  .setMaxHeaderListSize(MAX_HEADERS)
                  .setInitialWindowSize(STREAM_WINDOW))
          .setHttp2ConnectionWindowSize(CONNECTION_WINDOW)
          .setHttp2RstFloodMaxRstFramePerWindow(RESETS)
          .setHttp2RstFloodWindowDuration(RESETS_SECONDS)
          .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS)
          .setKeyCertOptions(pem(pair))
          .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"));
      CIPHERS.forEach(options::addEnabledCipherSuite);
    }
    return options;
  }

  /** What encrypts from now on. */
  static ServerSSLOptions encryption(PemPair pair) {
    return of(pair).getSslOptions();
  }

  private static PemKeyCertOptions pem(PemPair pair) {
    return new PemKeyCertOptions()
        .setCertValue(Buffer.buffer(pair.certificates()))
        .setKeyValue(Buffer.buffer(pair.key()));
  }
}
