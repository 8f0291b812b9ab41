package dev.nexusdelta.app;

import dev.nexusdelta.admin.GatewayControl.Cluster;
import dev.nexusdelta.admin.GatewayControl.Member;
import dev.nexusdelta.admin.OtherGateways;
import dev.nexusdelta.hop.Hop;
import dev.nexusdelta.hop.HopSigner;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Asks other gateways on connections of their own, each question with a proof that it is a
 * gateway's. Thread-safe.
 */
final class AskedGateways implements OtherGateways {
  private static final int CONNECT_MILLIS = 1000;

  /** As many as operators may follow logs at once: each takes one. */
  private static final int CONNECTIONS = 512;

  private final String self;
  private final Supplier<Cluster> cluster;
  private final Function<String, Optional<String>> urls;
  private final HopSigner signer;
  private final HttpClient client;

  /**
   * Asks nobody yet.
   *
   * @param self name of this gateway
   * @param cluster as this one sees it
   * @param urls where a gateway of that name takes calls of others, if it is there
   * @param signer used by nobody else
   */
  AskedGateways(
      Vertx vertx,
      String self,
      Supplier<Cluster> cluster,
      Function<String, Optional<String>> urls,
      HopSigner signer) {
    this.self = self;
    this.cluster = cluster;
    this.urls = urls;
    this.signer = signer;
    client =
        vertx
            .httpClientBuilder()
            .with(new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS).setKeepAlive(false))
            .with(new PoolOptions().setHttp1MaxSize(CONNECTIONS))
            // Whoever asks is told of it by the answer.
            .withConnectHandler(connection -> connection.exceptionHandler(broken -> {}))
            .build();
  }

  /** Those of this gateway's cluster. */
  static AskedGateways begin(Frame frame, ClusterRegistry cluster) {
    Standing self = frame.standing();
    Surroundings world = frame.world();
    return new AskedGateways(
        frame.loops(),
        self.name(),
        self::cluster,
        cluster::url,
        frame.peers().gate(self, world.clock()).signer(world.random().nextLong()));
  }

  /** Ends all questions. */
  Future<Void> close() {
    return client.close();
  }

  @Override
  public Set<String> names() {
    Set<String> names = new TreeSet<>(cluster.get().away());
    names.addAll(present());
    names.remove(self);
    return names;
  }

  @Override
  public Set<String> present() {
    return cluster.get().gateways().stream()
        .map(Member::name)
        .filter(name -> !name.isEmpty() && !name.equals(self))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Override
  public Future<HttpClientResponse> get(String gateway, String path) {
    Optional<String> url = urls.apply(gateway);
    if (url.isEmpty()) {
      return Future.failedFuture("it is not there");
    }
    RequestOptions question;
    try {
      question = question(URI.create(url.get()), gateway, path);
    } catch (IllegalArgumentException e) {
      return Future.failedFuture("it cannot be asked (" + e.getMessage() + ")");
    }
    return client
        .request(question)
        .compose(request -> request.send())
        // Whoever reads it sets another one; whoever does not, ends it.
        .map(answer -> answer.pause().exceptionHandler(broken -> {}))
        .recover(
            failure -> Future.failedFuture("it cannot be reached (" + failure.getMessage() + ")"))
        .compose(AskedGateways::judged);
  }

  private RequestOptions question(URI url, String gateway, String path) {
    String host = url.getHost();
    if (host == null) {
      throw new IllegalArgumentException("'" + url + "' is no http://host:port");
    }
    String proof;
    synchronized (signer) {
      proof = signer.prove(gateway, Hop.ALL, false, HttpMethod.GET.name(), path);
    }
    return new RequestOptions()
        .setHost(host.startsWith("[") ? host.substring(1, host.length() - 1) : host)
        .setPort(url.getPort())
        .setURI(path)
        .putHeader(Hop.HEADER, Hop.ONCE)
        .putHeader(Hop.PROOF, proof);
  }

  private static Future<HttpClientResponse> judged(HttpClientResponse answer) {
    boolean gateway = Hop.ANSWERED.equals(answer.getHeader(Hop.HEADER));
    if (gateway && answer.statusCode() == 200) {
      return Future.succeededFuture(answer);
    }
    if (!gateway) {
      answer.request().reset();
      // One of an older version takes it for a caller's.
      return Future.failedFuture("it does not take this question (" + answer.statusCode() + ")");
    }
    Future<JsonObject> problem = answer.body().map(JsonObject::new);
    answer.resume();
    return problem
        .map(said -> said.getString("detail", "it answers " + answer.statusCode()))
        .otherwise("it answers " + answer.statusCode())
        .compose(Future::failedFuture);
  }
}
