package dev.nexusdelta.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexusdelta.access.TrustedProxies;
import dev.nexusdelta.exchange.RawUpstream;
import dev.nexusdelta.tls.PemFiles;
import dev.nexusdelta.tls.TestCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The encrypted listener, as callers of HTTP/1.1 see it. */
class TlsTest {
  private static final String CALL =
      "POST /agents/math/execute HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
          + "Content-Length: 19\r\n\r\n{\"tool_name\":\"add\"}";

  @TempDir Path folder;
  private PemFiles files;
  private ProxyFixture proxy;
  private RawUpstream agent;

  @BeforeEach
  void open() {
    files = TestCertificates.make(folder, "first");
    proxy = new ProxyFixture(folder, encrypted(files));
    agent = RawUpstream.answering("ok");
    proxy.fleet.serve("math", agent.port());
  }

  @AfterEach
  void close() {
    proxy.close();
    agent.close();
  }

  static ProxySettings encrypted(PemFiles files) {
    return new ProxySettings(
        "127.0.0.1",
        0,
        2,
        Duration.ofSeconds(1),
        Duration.ofSeconds(60),
        Duration.ofMillis(500),
        Duration.ofSeconds(10),
        1000,
        TrustedProxies.NONE,
        (PemFiles.Good) files.read());
  }

  @Test
  void servesCallsAndTellsAgentsThatTheyWereEncrypted() throws Exception {
    try (SSLSocket caller = caller("TLSv1.3");
        SSLSocket older = caller("TLSv1.2")) {
      assertThat(answer(caller)).startsWith("HTTP/1.1 200 OK").endsWith("ok");
      assertThat(answer(caller)).startsWith("HTTP/1.1 200 OK").endsWith("ok");
      assertThat(answer(older)).startsWith("HTTP/1.1 200 OK").endsWith("ok");
      assertThat(caller.getSession().getProtocol()).isEqualTo("TLSv1.3");
      assertThat(older.getSession().getCipherSuite()).contains("ECDHE", "GCM");
    }
    assertThat(agent.requests.get(0).toLowerCase())
        .contains("x-forwarded-proto: https", "x-forwarded-for: 127.0.0.1\r\n")
        .contains("x-forwarded-host: localhost\r\n");
  }

  @Test
  void speaksNothingWithoutEncryptionAndNothingOld() throws Exception {
    try (RawClient plain = proxy.client()) {
      plain.get("/agents");
      assertThat(plain.rest()).doesNotContain("HTTP/");
    }
    assertThat(SSLContext.getDefault().getSupportedSSLParameters().getProtocols())
        .contains("TLSv1.1");
    try (SSLSocket old = unconnected("TLSv1.1")) {
      org.assertj.core.api.Assertions.assertThatThrownBy(old::startHandshake)
          .isInstanceOf(IOException.class);
    }
    try (SSLSocket weak = unconnected("TLSv1.2")) {
      weak.setEnabledCipherSuites(new String[] {"TLS_RSA_WITH_AES_128_CBC_SHA"});
      org.assertj.core.api.Assertions.assertThatThrownBy(weak::startHandshake)
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void aHeadThatTakesTooLongIsToldSoInsideTheEncryption() throws Exception {
    try (SSLSocket caller = caller("TLSv1.3")) {
      send(caller, "GET /agents HTTP/1.1\r\nHost: loc");
      assertThat(text(caller.getInputStream())).startsWith("HTTP/1.1 408 Request Timeout");
    }
  }

  @Test
  void aNewCertificateIsTakenWithoutADroppedConnection() throws Exception {
    PemFiles second = TestCertificates.make(folder, "second");
    try (SSLSocket before = caller("TLSv1.3")) {
      assertThat(answer(before)).endsWith("ok");
      Files.copy(second.key(), files.key(), StandardCopyOption.REPLACE_EXISTING);
      ProxyFixture.until(
          () -> proxy.metrics.scrape().contains("tls_reloads_total{result=\"failed\"} 1.0"));
      assertThat(shown()).isEqualTo("CN=first");
      Files.copy(second.cert(), files.cert(), StandardCopyOption.REPLACE_EXISTING);
      ProxyFixture.until(() -> shown().equals("CN=second"));
      assertThat(answer(before)).endsWith("ok");
    }
    ProxyFixture.until(
        () -> proxy.metrics.scrape().contains("nexus_tls_reloads_total{result=\"ok\"} 1.0"));
    assertThat(proxy.metrics.scrape()).contains("nexus_tls_certificate_expiry_timestamp_seconds ");
  }

  private String shown() {
    try (SSLSocket caller = caller("TLSv1.3")) {
      X509Certificate leaf = (X509Certificate) caller.getSession().getPeerCertificates()[0];
      return leaf.getSubjectX500Principal().getName();
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private SSLSocket caller(String protocol) throws IOException, GeneralSecurityException {
    SSLSocket socket = unconnected(protocol);
    socket.startHandshake();
    return socket;
  }

  private SSLSocket unconnected(String protocol) throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TrustsAll()}, null);
    Socket plain = new Socket("127.0.0.1", proxy.port);
    plain.setSoTimeout(15_000);
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", proxy.port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(new String[] {protocol});
    socket.setSSLParameters(parameters);
    return socket;
  }

  private static String answer(SSLSocket socket) throws IOException {
    send(socket, CALL);
    InputStream in = socket.getInputStream();
    StringBuilder text = new StringBuilder();
    while (text.indexOf("\r\n\r\n") < 0) {
      text.append((char) in.read());
    }
    return text + new String(in.readNBytes(2), StandardCharsets.US_ASCII);
  }

  private static void send(SSLSocket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  private static String text(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
  }

  private static final class TrustsAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
