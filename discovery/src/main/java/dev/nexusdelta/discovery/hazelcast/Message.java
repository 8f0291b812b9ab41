package dev.nexusdelta.discovery.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A text on its way to one member, where it is answered with another one. */
final class Message
    implements Callable<String>, HazelcastInstanceAware, IdentifiedDataSerializable {
  static final int FACTORY = 4711;
  private static final int CLASS = 1;

  /** What begins an answer that tells a failure; a seal never does. */
  static final String FAILED = "!";

  /** Under which the member keeps who answers. */
  static final String RECEIVER = "nexus.receiver";

  private String text;
  private transient @Nullable HazelcastInstance hazelcast;

  Message(String text) {
    this.text = text;
  }

  static IdentifiedDataSerializable make(int ignored) {
    return new Message("");
  }

  /** Answers messages on a thread that may block; never fails, as not every failure can travel. */
  interface Receiver {
    String answer(String text);
  }

  @Override
  public void setHazelcastInstance(HazelcastInstance instance) {
    hazelcast = instance;
  }

  @Override
  public String call() {
    HazelcastInstance here = hazelcast;
    Object receiver = here == null ? null : here.getUserContext().get(RECEIVER);
    return receiver instanceof Receiver it
        ? it.answer(text)
        : FAILED + "this gateway does not take messages yet";
  }

  @Override
  public int getFactoryId() {
    return FACTORY;
  }

  @Override
  public int getClassId() {
    return CLASS;
  }

  @Override
  public void writeData(ObjectDataOutput out) throws IOException {
    out.writeString(text);
  }

  @Override
  public void readData(ObjectDataInput in) throws IOException {
    text = String.valueOf(in.readString());
  }
}
