package dev.nexusdelta.keyed;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Claims in the form in which they are stored and travel: a line of JSON, and behind it the bytes
 * of the answer's body. Pure.
 */
public final class ClaimTexts {
  private ClaimTexts() {}

  /** Bytes of the answer's body. */
  public static int size(ClaimState state) {
    return state instanceof ClaimState.Answered answered ? answered.answer().body().length() : 0;
  }

  /** A state as bytes. */
  public static byte[] bytes(ClaimState state) {
    Buffer bytes = Buffer.buffer(head(state).encode()).appendByte((byte) '\n');
    if (state instanceof ClaimState.Answered answered) {
      bytes.appendBuffer(answered.answer().body());
    }
    return bytes.getBytes();
  }

  private static JsonObject head(ClaimState state) {
    if (state instanceof ClaimState.Answered answered) {
      JsonArray headers = new JsonArray();
      answered
          .answer()
          .headers()
          .forEach(header -> headers.add(header.getKey()).add(header.getValue()));
      return new JsonObject().put("answered", answered.answer().status()).put("headers", headers);
    }
    if (state instanceof ClaimState.NotKept notKept) {
      return new JsonObject().put("notKept", notKept.status());
    }
    return state instanceof ClaimState.Unknown unknown
        ? new JsonObject().put("unknown", unknown.reason())
        : new JsonObject();
  }

  /**
   * Reads {@link #bytes}.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static ClaimState state(byte[] bytes) {
    int end = 0;
    while (end < bytes.length && bytes[end] != '\n') {
      end++;
    }
    try {
      JsonObject head = new JsonObject(new String(bytes, 0, end, StandardCharsets.UTF_8));
      if (head.containsKey("answered")) {
        Buffer body = Buffer.buffer().appendBytes(bytes, end + 1, bytes.length - end - 1);
        return new ClaimState.Answered(
            new StoredAnswer(head.getInteger("answered"), headers(head), body));
      }
      if (head.containsKey("notKept")) {
        return new ClaimState.NotKept(head.getInteger("notKept"));
      }
      return head.containsKey("unknown")
          ? new ClaimState.Unknown(head.getString("unknown"))
          : new ClaimState.InProgress();
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("a claim cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<Map.Entry<String, String>> headers(JsonObject head) {
    JsonArray flat = head.getJsonArray("headers");
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      headers.add(Map.entry(flat.getString(i), flat.getString(i + 1)));
    }
    return headers;
  }

  /** A whole claim as one text. */
  public static String text(Claim claim) {
    return new JsonObject()
        .put("key", claim.key().text())
        .put("print", claim.print().sha256())
        .put("owner", claim.owner())
        .put("request", claim.requestId())
        .put("since", claim.sinceMillis())
        .put("state", Base64.getEncoder().encodeToString(bytes(claim.state())))
        .encode();
  }

  /** Reads {@link #text}. */
  public static Claim claim(String text) {
    JsonObject claim = new JsonObject(text);
    return new Claim(
        CallKey.of(claim.getString("key")),
        new Fingerprint(claim.getString("print")),
        claim.getString("owner"),
        claim.getString("request"),
        claim.getLong("since"),
        state(Base64.getDecoder().decode(claim.getString("state"))));
  }
}
