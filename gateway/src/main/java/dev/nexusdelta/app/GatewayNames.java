package dev.nexusdelta.app;

import dev.nexusdelta.consensus.Edit;
import dev.nexusdelta.consensus.Entry;
import dev.nexusdelta.consensus.Ledger;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names of the cluster's gateways, kept in its table: who is away is known by name, too.
 * Thread-safe.
 */
final class GatewayNames {
  private static final Logger log = LoggerFactory.getLogger(GatewayNames.class);
  private static final String PREFIX = "gateway/";
  private static final Pattern MEMBER = Pattern.compile("\\bmember ([0-9a-f]{16})\\b");

  private final Ledger ledger;
  private final String own;

  /**
   * @param own this gateway's name
   */
  GatewayNames(Ledger ledger, String own) {
    this.ledger = ledger;
    this.own = own;
  }

  /** The name of a member, by its ledger's id; the id itself while nobody knows it. */
  String of(String id) {
    Entry entry = ledger.entries().get(PREFIX + id);
    return entry == null ? id : entry.text();
  }

  /** The same with names in place of what the ledger calls its members, where they are known. */
  String in(String text) {
    return MEMBER
        .matcher(text)
        .replaceAll(
            found -> {
              String id = found.group(1);
              String name = of(id);
              return Matcher.quoteReplacement(
                  name.equals(id) ? found.group() : "gateway '" + name + "'");
            });
  }

  /** Sees to it that this gateway's is known; cheap where it is. */
  void tell() {
    if (ledger.state().leader().isEmpty()) {
      return;
    }
    String key = PREFIX + ledger.memberId();
    Entry known = ledger.entries().get(key);
    if (known != null && known.text().equals(own)) {
      return;
    }
    Edit edit = new Edit(key, Optional.ofNullable(known).map(Entry::written), Optional.of(own));
    ledger
        .write(List.of(edit))
        .onFailure(e -> log.debug("the name of this gateway is told later: {}", e.toString()));
  }
}
