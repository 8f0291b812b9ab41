package dev.nexusdelta.app;

import dev.nexusdelta.consensus.Transport;
import dev.nexusdelta.discovery.hazelcast.HazelcastMessages;
import io.vertx.core.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Carries the ledger's texts between gateways, from when there is a member: the ledger is open
 * before, as its id is what the others know this one's member by. Thread-safe.
 */
final class LedgerMessages implements Transport {
  private static final String TOPIC = "ledger";

  private volatile @Nullable HazelcastMessages messages;
  private volatile Function<String, Future<String>> handler =
      text -> Future.failedFuture("the ledger is not open yet");

  @Override
  public Future<String> send(String memberId, String text) {
    HazelcastMessages open = messages;
    return open == null
        ? Future.failedFuture("this gateway is no member of the cluster yet")
        : open.send(TOPIC, memberId, text);
  }

  @Override
  public void receive(Function<String, Future<String>> receiver) {
    handler = receiver;
  }

  void over(HazelcastMessages carrier) {
    messages = carrier;
    carrier.receive(TOPIC, text -> handler.apply(text));
  }
}
