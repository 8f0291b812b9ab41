package dev.nexusdelta.sdk;

import java.net.URI;

/** Addresses of gateways as people write them. */
public final class GatewayUrl {
  private GatewayUrl() {}

  /**
   * Reads one; {@code http://} may be left out.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static URI parse(String text) {
    URI url;
    try {
      url = URI.create(text.contains("://") ? text : "http://" + text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "gateway address '" + text + "' is no URL like http://127.0.0.1:8080", e);
    }
    return checked(url);
  }

  static URI checked(URI url) {
    boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!web || url.getHost() == null) {
      throw new IllegalArgumentException(
          "gateway address '" + url + "' is no URL like http://127.0.0.1:8080");
    }
    return url;
  }

  /**
   * Whether it is on this machine whatever a name server says: only such a gateway is given what
   * stands in a folder of this machine.
   */
  public static boolean isLoopback(URI url) {
    String host = String.valueOf(url.getHost());
    return host.equals("localhost")
        || host.equals("[::1]")
        || host.matches("127(\\.[0-9]{1,3}){3}");
  }
}
