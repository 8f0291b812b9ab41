package dev.nexusdelta.proxy;

import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is malformed or ambiguous in the head of a request although the decoder let it pass.
 * Whoever sends such a head may see another message in it than we do: it is refused and its
 * connection closed. Pure.
 */
final class RequestCheck {
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
  private static final int MOST_HEADERS = 100;

  /** What is spelt well, only not implemented. */
  private static final Pattern KNOWN_ENCODINGS =
      Pattern.compile(
          "((x-)?(gzip|compress)|deflate)(, ?((x-)?(gzip|compress)|deflate))*, ?chunked",
          Pattern.CASE_INSENSITIVE);

  private RequestCheck() {}

  /**
   * The fault of a head.
   *
   * @param target as it stood in the request line
   * @return null if there is none
   */
  static @Nullable Problem faultOf(
      String method, String target, @Nullable HttpVersion version, MultiMap headers) {
    Seen seen = new Seen();
    headers.forEach(seen);
    if (seen.misspelt != null) {
      return invalid(
          "header '" + seen.misspelt + "' could be taken for one that frames the request");
    }
    if (seen.count > MOST_HEADERS) {
      return Problem.of(
          ProblemCode.HEADERS_TOO_LARGE,
          "the request has " + seen.count + " headers; at most " + MOST_HEADERS + " are taken");
    }
    boolean hostless = version == HttpVersion.HTTP_1_0 || version == HttpVersion.HTTP_2;
    if (seen.hosts > 1 || (seen.hosts == 0 && !hostless)) {
      return invalid("the request has " + seen.hosts + " Host headers; expected exactly one");
    }
    if (seen.pseudo) {
      return invalid("the request has a header line that begins with ':'");
    }
    if (seen.host != null && !isHost(seen.host)) {
      return invalid("the Host header is not a name or address with or without a port");
    }
    if (seen.encoding != null && !KNOWN_ENCODINGS.matcher(seen.encoding.trim()).matches()) {
      return invalid("the transfer encoding is not a list that ends with chunked");
    }
    if (seen.encoding != null) {
      return Problem.of(
          ProblemCode.NOT_IMPLEMENTED, "no other transfer encoding than chunked is implemented");
    }
    if (!METHODS.contains(method)) {
      return Problem.of(
          ProblemCode.NOT_IMPLEMENTED, "method '" + shown(method) + "' is not implemented");
    }
    Problem fault = targetFault(method, target, seen.host);
    return fault == null ? lineFault(target) : fault;
  }

  /** Whom a request addresses, with port if it says so; null if it does not say. */
  static @Nullable String hostOf(HttpServerRequest request) {
    String host = request.getHeader(HttpHeaders.HOST);
    if (host != null || request.version() != HttpVersion.HTTP_2) {
      return host;
    }
    HostAndPort authority = request.authority();
    return authority == null ? null : authority.toString();
  }

  /** Whether it holds only what names, addresses and ports are made of. */
  private static boolean isHost(String host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      boolean good =
          (c >= 'a' && c <= 'z')
              || (c >= '-' && c <= ':' && c != '/')
              || (c >= 'A' && c <= 'Z')
              || c == '_'
              || c == '['
              || c == ']';
      if (!good) {
        return false;
      }
    }
    return true;
  }

  /** HTTP/2 has no request line whose decoder would have seen it. */
  private static @Nullable Problem lineFault(String target) {
    if (target.length() > ServerOptions.MAX_LINE) {
      return Problem.of(
          ProblemCode.URI_TOO_LONG,
          "the request target is longer than " + ServerOptions.MAX_LINE + " bytes");
    }
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        return invalid("the request target holds a character that must be percent-encoded");
      }
    }
    return null;
  }

  /** The path of the target; an absolute one must name the host of the header. */
  static String originForm(String target) {
    int scheme = target.indexOf("://");
    if (scheme <= 0 || target.charAt(0) == '/') {
      return target;
    }
    int path = target.indexOf('/', scheme + 3);
    return path < 0 ? "/" : target.substring(path);
  }

  private static @Nullable Problem targetFault(
      String method, String target, @Nullable String host) {
    if (target.startsWith("/") || (target.equals("*") && method.equals("OPTIONS"))) {
      return null;
    }
    int scheme = target.indexOf("://");
    if (scheme <= 0 || host == null) {
      return invalid("the request target is neither a path nor an absolute URI");
    }
    int path = target.indexOf('/', scheme + 3);
    String authority = target.substring(scheme + 3, path < 0 ? target.length() : path);
    return authority.equalsIgnoreCase(host)
        ? null
        : invalid("the request target names another host than the Host header");
  }

  /** One walk over the headers, without an object for each. */
  private static final class Seen implements BiConsumer<String, String> {
    private int count;
    private int hosts;
    private @Nullable String host;
    private @Nullable String misspelt;
    private @Nullable String encoding;
    private boolean pseudo;

    @Override
    public void accept(String name, String value) {
      count++;
      if (name.length() == 4 && name.equalsIgnoreCase("host")) {
        hosts++;
        host = value;
      } else if (name.length() == 17 && name.equalsIgnoreCase("transfer-encoding")) {
        encoding = value.trim().equalsIgnoreCase("chunked") ? encoding : value;
      } else if (name.isEmpty() || name.charAt(0) == ':') {
        pseudo = true;
      } else if (name.indexOf('_') >= 0 && HeadRules.FRAMING.contains(name.replace('_', '-'))) {
        misspelt = name;
      }
    }
  }

  private static Problem invalid(String detail) {
    return Problem.of(ProblemCode.INVALID_REQUEST, detail);
  }

  private static String shown(String text) {
    return text.length() <= 20 ? text : text.substring(0, 20) + "…";
  }
}
