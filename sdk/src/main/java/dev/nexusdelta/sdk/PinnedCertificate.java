package dev.nexusdelta.sdk;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts one certificate, whatever name it is met under, and beside it what the system trusts: who
 * reads the gateway's own file needs nobody else's word for it.
 */
final class PinnedCertificate extends X509ExtendedTrustManager {
  private final Certificate pinned;
  private final X509ExtendedTrustManager system;

  private PinnedCertificate(Certificate pinned, X509ExtendedTrustManager system) {
    this.pinned = pinned;
    this.system = system;
  }

  /** Makes sockets that trust the first certificate of that file. */
  static SSLSocketFactory of(Path pem) throws IOException {
    try (InputStream in = Files.newInputStream(pem)) {
      Certificate first = CertificateFactory.getInstance("X.509").generateCertificate(in);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new PinnedCertificate(first, system())}, null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IOException("the certificate in " + pem + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static X509ExtendedTrustManager system() throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    for (TrustManager each : factory.getTrustManagers()) {
      if (each instanceof X509ExtendedTrustManager found) {
        return found;
      }
    }
    throw new GeneralSecurityException("the system trusts nobody");
  }

  private boolean isPinned(X509Certificate[] chain) {
    return chain.length > 0 && chain[0].equals(pinned);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    if (!isPinned(chain)) {
      system.checkServerTrusted(chain, type, socket);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    if (!isPinned(chain)) {
      system.checkServerTrusted(chain, type, engine);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    if (!isPinned(chain)) {
      system.checkServerTrusted(chain, type);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    system.checkClientTrusted(chain, type, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    system.checkClientTrusted(chain, type, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    system.checkClientTrusted(chain, type);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return system.getAcceptedIssuers();
  }
}
