package dev.nexusdelta.discovery.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.ExecutionCallback;
import com.hazelcast.core.HazelcastInstance;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Questions to single gateways of the cluster and their answers, each sealed. Callable from any
 * thread. A gateway is addressed by the value of one attribute of its member, which is durable
 * where the member's own id changes with each start.
 */
public final class HazelcastMessages {
  private static final Logger LOG = LoggerFactory.getLogger(HazelcastMessages.class);

  /** For how long an answer is waited for. */
  private static final long PATIENCE_MILLIS = 2000;

  private final Vertx vertx;
  private final HazelcastMember member;
  private final String attribute;
  private final String self;
  private final Seal seal;
  private final AtomicLong asked = new AtomicLong();
  private final AtomicBoolean toldOfStrangers = new AtomicBoolean();
  private final Map<String, Function<String, Future<String>>> receivers = new ConcurrentHashMap<>();

  /**
   * Messages of this member, whose owner closes it.
   *
   * @param attribute of members, by which they are addressed
   * @param self this gateway's value of it
   */
  public HazelcastMessages(
      Vertx vertx, HazelcastMember member, String attribute, String self, Seal seal) {
    this.vertx = vertx;
    this.member = member;
    this.attribute = attribute;
    this.self = self;
    this.seal = seal;
    Message.Receiver answering =
        message -> {
          try {
            return answer(message);
          } catch (TimeoutException e) {
            return Message.FAILED + "gateway " + self + " has found no answer within 2 s";
          } catch (Exception e) {
            return Message.FAILED + (e.getMessage() == null ? e.toString() : e.getMessage());
          }
        };
    member
        .instance()
        .onSuccess(hazelcast -> hazelcast.getUserContext().put(Message.RECEIVER, answering));
  }

  /**
   * Asks one gateway.
   *
   * @param topic what it is about, a word
   * @param to its value of the attribute
   * @return its answer; fails after two seconds without one, when it is not there, when it has
   *     failed, or when one of the two does not know the secret. It may have been heard all the
   *     same
   */
  public Future<String> send(String topic, String to, String text) {
    Promise<String> answer = Promise.promise();
    long timer =
        vertx.setTimer(
            PATIENCE_MILLIS,
            late -> answer.tryFail("gateway " + to + " has not answered within 2 s"));
    answer.future().onComplete(done -> vertx.cancelTimer(timer));
    Future<HazelcastInstance> joined = member.instance();
    if (!joined.succeeded()) {
      answer.tryFail("this gateway has not joined the cluster yet");
      return answer.future();
    }
    try {
      submit(joined.result(), to, topic + "\n" + text, answer);
    } catch (RuntimeException e) {
      answer.tryFail(e);
    }
    return answer.future();
  }

  private void submit(HazelcastInstance hazelcast, String to, String text, Promise<String> answer) {
    Optional<Member> receiver =
        hazelcast.getCluster().getMembers().stream()
            .filter(it -> to.equals(it.getAttribute(attribute)))
            .findFirst();
    if (receiver.isEmpty()) {
      answer.tryFail("gateway " + to + " is not there");
      return;
    }
    String question = self + "/" + asked.incrementAndGet();
    String message = seal.seal("to " + to, question + "\n" + text);
    hazelcast
        .getExecutorService(HazelcastConfig.MESSAGES)
        .submitToMember(
            new Message(message),
            receiver.get(),
            new ExecutionCallback<String>() {
              @Override
              public void onResponse(String response) {
                if (response.startsWith(Message.FAILED)) {
                  answer.tryFail(response.substring(Message.FAILED.length()));
                  return;
                }
                try {
                  answer.tryComplete(seal.open("to " + question, response));
                } catch (IllegalArgumentException e) {
                  answer.tryFail(e);
                }
              }

              @Override
              public void onFailure(Throwable failure) {
                answer.tryFail(failure);
              }
            });
  }

  /**
   * Answers from now on what this gateway is asked about this topic.
   *
   * @param receiver is called on threads of its own and must not block; after two seconds nobody
   *     waits for its answer
   */
  public void receive(String topic, Function<String, Future<String>> receiver) {
    receivers.put(topic, receiver);
  }

  private String answer(String message) throws Exception {
    String opened;
    try {
      opened = seal.open("to " + self, message);
    } catch (IllegalArgumentException e) {
      if (toldOfStrangers.compareAndSet(false, true)) {
        LOG.warn("refused, as will be others like it: {}", e.getMessage());
      }
      throw e;
    }
    String[] parts = opened.split("\n", 3);
    Function<String, Future<String>> receiver = receivers.get(parts[1]);
    if (receiver == null) {
      throw new IllegalStateException("gateway " + self + " does not answer that yet");
    }
    String answer =
        receiver
            .apply(parts[2])
            .toCompletionStage()
            .toCompletableFuture()
            .get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    return seal.seal("to " + parts[0], answer);
  }
}
