package dev.nexusdelta.travel;

import dev.nexusdelta.folders.CodeParcel;
import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Asks other gateways for code, part by part, and gives them what is here. Who may ask, and that an
 * answer is another gateway's, is up to those who carry the questions. Thread-safe.
 */
public final class Courier implements CodeSource {
  private static final int PART = 256 * 1024;

  private final Vertx vertx;
  private final CodePlaces places;
  private final Function<AgentName, Optional<Manifest>> manifests;
  private final Supplier<List<String>> others;
  private final Post post;

  /** The parcel that was last asked for: the next part is asked for soon. */
  private volatile SoftReference<Packed> last = new SoftReference<>(null);

  private record Packed(String agent, String codeHash, byte[] parcel) {}

  /** Carries questions to other gateways. */
  public interface Post {
    /** Asks one gateway; fails if it does not answer in time. */
    Future<String> ask(String gateway, String question);
  }

  /**
   * A courier.
   *
   * @param manifests as the registry has them
   * @param others those that are there now, without this one
   */
  public Courier(
      Vertx vertx,
      CodePlaces places,
      Function<AgentName, Optional<Manifest>> manifests,
      Supplier<List<String>> others,
      Post post) {
    this.vertx = vertx;
    this.places = places;
    this.manifests = manifests;
    this.others = others;
    this.post = post;
  }

  @Override
  public Future<byte[]> fetch(AgentName agent, String codeHash) {
    return ask(others.get(), 0, agent, codeHash, "");
  }

  /** The first one that has it gives all of it; if it goes away meanwhile, the next one does. */
  private Future<byte[]> ask(
      List<String> gateways, int next, AgentName agent, String codeHash, String seen) {
    if (next == gateways.size()) {
      return Future.failedFuture(
          new IOException(
              "the code of agent '"
                  + agent
                  + "' is neither here nor on another gateway that is there"
                  + (seen.isEmpty() ? "" : " (" + seen + ")")
                  + ": put its folder into agents/ here, or start a gateway that has it"));
    }
    return part(gateways.get(next), agent, codeHash, new byte[0], 0)
        .recover(
            failure ->
                ask(gateways, next + 1, agent, codeHash, String.valueOf(failure.getMessage())));
  }

  private Future<byte[]> part(
      String gateway, AgentName agent, String codeHash, byte[] parcel, int have) {
    String question =
        new JsonObject()
            .put("agent", agent.value())
            .put("code", codeHash)
            .put("from", have)
            .encode();
    return post.ask(gateway, question)
        .compose(
            text -> {
              JsonObject answer = new JsonObject(text);
              String refusal = answer.getString("refusal", "");
              int size = answer.getInteger("size", -1);
              byte[] part = answer.getBinary("part", new byte[0]);
              if (!refusal.isEmpty()) {
                return Future.failedFuture(refusal);
              }
              boolean first = have == 0;
              boolean fits = size > 0 && size <= 2 * CodeParcel.LARGEST;
              if (!fits
                  || (!first && size != parcel.length)
                  || part.length == 0
                  || have + part.length > size) {
                return Future.failedFuture("it has answered with something else");
              }
              byte[] whole = first ? new byte[size] : parcel;
              System.arraycopy(part, 0, whole, have, part.length);
              int now = have + part.length;
              return now == size
                  ? Future.succeededFuture(whole)
                  : part(gateway, agent, codeHash, whole, now);
            });
  }

  /** Answers another gateway's question. */
  public Future<String> answer(String question) {
    JsonObject asked = new JsonObject(question);
    AgentName agent = new AgentName(asked.getString("agent", ""));
    String codeHash = asked.getString("code", "");
    int from = asked.getInteger("from", 0);
    return vertx.executeBlocking(() -> answer(agent, codeHash, from).encode(), false);
  }

  private JsonObject answer(AgentName agent, String codeHash, int from) throws IOException {
    Optional<byte[]> parcel = packed(agent, codeHash);
    if (parcel.isEmpty() || from < 0 || from >= parcel.get().length) {
      return new JsonObject().put("refusal", refusal(agent, codeHash));
    }
    byte[] whole = parcel.get();
    int to = Math.min(whole.length, from + PART);
    return new JsonObject()
        .put("size", whole.length)
        .put("part", Arrays.copyOfRange(whole, from, to));
  }

  private Optional<byte[]> packed(AgentName agent, String codeHash) throws IOException {
    Packed known = last.get();
    if (known != null && known.agent().equals(agent.key()) && known.codeHash().equals(codeHash)) {
      return Optional.of(known.parcel());
    }
    Optional<Path> place = place(agent, codeHash);
    Optional<byte[]> parcel = place.isEmpty() ? Optional.empty() : CodeParcel.pack(place.get());
    parcel.ifPresent(it -> last = new SoftReference<>(new Packed(agent.key(), codeHash, it)));
    return parcel;
  }

  private Optional<Path> place(AgentName agent, String codeHash) {
    return manifests.apply(agent).flatMap(manifest -> places.find(manifest, codeHash));
  }

  private String refusal(AgentName agent, String codeHash) {
    return place(agent, codeHash).isEmpty()
        ? "it has none of it"
        : "its files are more than " + (CodeParcel.LARGEST >> 20) + " MiB or 5000";
  }
}
