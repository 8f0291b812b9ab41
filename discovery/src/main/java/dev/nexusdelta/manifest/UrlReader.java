package dev.nexusdelta.manifest;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** Reads one address of {@code run.url}. */
final class UrlReader {
  private UrlReader() {}

  /**
   * {@code http://host[:port]} or {@code container://Name[:port]}: the gateway adds the paths, and
   * one slash at the end is dropped.
   */
  static Optional<URI> address(Value item) {
    String expected = "an address such as http://192.0.2.7:9000 or container://MyAgent";
    Optional<String> text = item.scalar(expected);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String written = text.get();
    URI uri;
    try {
      uri = new URI(written.endsWith("/") ? written.substring(0, written.length() - 1) : written);
    } catch (URISyntaxException e) {
      return item.refused(withoutUser(written), expected);
    }
    if (uri.getRawUserInfo() != null) {
      item.fault("carries a user name or password; leave everything before '@' out");
    } else if ("https".equalsIgnoreCase(uri.getScheme())) {
      item.fault("is https, which is not supported yet; use http:// inside your own network");
    } else if (isContainer(uri) ? !AgentName.isValid(host(uri)) : !isHttp(uri)) {
      return item.refused(withoutUser(written), expected);
    } else if (uri.getPort() == 0 || uri.getPort() > 65535) {
      item.fault("has port " + uri.getPort() + "; expected 1 to 65535");
    } else if (!uri.getRawPath().isEmpty()
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null) {
      item.fault(
          "has a path or query; only "
              + (isContainer(uri) ? "container://Name:port" : "http://host:port")
              + " is allowed, the gateway adds paths");
    } else {
      return Optional.of(uri);
    }
    return Optional.empty();
  }

  private static boolean isHttp(URI uri) {
    return "http".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null;
  }

  private static boolean isContainer(URI uri) {
    return "container".equalsIgnoreCase(uri.getScheme());
  }

  private static String host(URI uri) {
    return uri.getHost() == null ? "" : uri.getHost();
  }

  private static String withoutUser(String text) {
    int at = text.lastIndexOf('@');
    return at < 0 ? text : "…" + text.substring(at);
  }
}
