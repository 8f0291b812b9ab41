package dev.nexusdelta.backup;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import dev.nexusdelta.manifest.AgentName;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a backup: bytes in, all of it or every fault out. One agent after the other, so that a
 * large one takes little more memory than its bytes.
 *
 * <p>Nothing of a document that turns out to be something else is quoted: it may hold secrets.
 */
public final class BackupReader {
  /**
   * A document larger than this is not read, bytes. Some thousands of agents with all their
   * releases; the gateway, whose heap is small, has the document and what it says in memory at
   * once.
   */
  public static final int MOST_BYTES = 32 << 20;

  private static final int DEEPEST = 128;
  private static final int LONGEST_WORD = 5; // false
  private static final int MOST_FAULTS = 50;
  private static final List<String> KEYS = List.of("kind", "version", "taken", "gateway", "agents");
  private static final String HINT =
      "'nexus backup FILE' writes one, and what it has written must not be cut or merged";
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(DEEPEST).maxNumberLength(64).build())
          .build();

  private boolean begun;
  private final JsonObject head = new JsonObject();
  private final List<BackupEntry> entries = new ArrayList<>();
  private final List<BackupFault> faults = new ArrayList<>();
  private final Map<AgentName, Integer> places = new HashMap<>();

  private BackupReader() {}

  /** Reads and checks a document. */
  public static BackupResult read(byte[] document) {
    if (document.length > MOST_BYTES) {
      return whole("is larger than " + (MOST_BYTES >> 20) + " MiB, the most that is read");
    }
    if (document.length == 0) {
      return whole("is empty; " + HINT);
    }
    BackupReader reader = new BackupReader();
    try (JsonParser parser = FACTORY.createParser(document)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return whole("is no backup: expected a JSON object; " + HINT);
      }
      reader.begun = true;
      reader.members(parser);
      if (parser.nextToken() != null) {
        return whole("goes on after the end of the backup" + place(parser.currentLocation()));
      }
      return reader.result();
    } catch (JsonProcessingException e) {
      if (reader.begun && isEnd(e, document)) {
        return whole("is truncated: it ends in the middle" + place(e.getLocation()));
      }
      return whole("is no backup: it stops being JSON" + place(e.getLocation()) + "; " + HINT);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // bytes do not fail to be read
    }
  }

  private static BackupResult whole(String message) {
    return new BackupResult.Invalid(List.of(new BackupFault("", "", message)));
  }

  /** Half a word or number at the end is told as a bad one. */
  private static boolean isEnd(JsonProcessingException e, byte[] document) {
    JsonLocation at = e.getLocation();
    int last = document.length - 1;
    while (last > 0 && document[last] <= ' ' && document[last] >= 0) {
      last--;
    }
    boolean closed = document[last] == '}';
    return e instanceof JsonEOFException
        || (!closed && at != null && at.getByteOffset() > last - LONGEST_WORD);
  }

  private static String place(@Nullable JsonLocation at) {
    return at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
  }

  private void members(JsonParser parser) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      JsonToken token = parser.nextToken();
      if (key.equals("agents") && token == JsonToken.START_ARRAY) {
        head.put(key, new JsonArray());
        agents(parser);
      } else {
        head.put(key, value(parser));
      }
    }
  }

  private void agents(JsonParser parser) throws IOException {
    for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
      Object value = value(parser);
      if (faults.size() < MOST_FAULTS) {
        agent(value, i);
      }
    }
  }

  private void agent(@Nullable Object value, int index) {
    List<BackupFault> own = new ArrayList<>();
    String pointer = "/agents/" + index;
    Optional<BackupEntry> entry = EntryReader.read(value, pointer, own);
    faults.addAll(own);
    if (entry.isPresent()) {
      AgentName name = entry.get().spec().name();
      Integer first = places.putIfAbsent(name, index);
      if (first == null) {
        entries.add(entry.get());
      } else {
        faults.add(
            new BackupFault(
                name.value(),
                pointer + "/name",
                "stands twice, also at /agents/" + first + "; expected each agent once"));
      }
    }
  }

  /** What is wrong with the head says more than what follows from it. */
  private BackupResult result() {
    Members at = new Members(head, "", "", new ArrayList<>());
    if (!Backup.KIND.equals(head.getValue("kind"))) {
      return whole("is no backup: it has no \"kind\": \"" + Backup.KIND + "\"; " + HINT);
    }
    Optional<Long> version = at.whole("version", 1, Integer.MAX_VALUE);
    if (version.isPresent() && version.get() > Backup.VERSION) {
      at.fault(
          "/version",
          "is "
              + version.get()
              + ", expected at most "
              + Backup.VERSION
              + ": a newer Nexus Delta wrote it, and that or a later one reads it");
      return new BackupResult.Invalid(at.faults());
    }
    at.onlyThese(KEYS);
    var taken = at.moment("taken");
    var gateway = at.text("gateway", 200);
    at.list("agents");
    faults.addAll(0, at.faults());
    return faults.isEmpty()
        ? new BackupResult.Ok(new Backup(taken.orElseThrow(), gateway.orElseThrow(), entries))
        : new BackupResult.Invalid(faults);
  }

  private static @Nullable Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        JsonObject object = new JsonObject();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String key = parser.currentName();
          parser.nextToken();
          object.put(key, value(parser));
        }
        yield object;
      }
      case START_ARRAY -> {
        JsonArray array = new JsonArray();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          array.add(value(parser));
        }
        yield array;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> finite(parser);
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  private static Number finite(JsonParser parser) throws IOException {
    Number number = parser.getNumberValue();
    if (Double.isInfinite(number.doubleValue())) {
      throw new JsonParseException(parser, "too large");
    }
    return number;
  }
}
