package dev.nexusdelta.exchange;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.MultiMap;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a replica: in use by one call, idle, or closed. Stays on one event loop, from
 * the connect on.
 */
final class Upstream {
  private final ContextInternal context;
  private final Upstreams home;
  private final Upstreams.Kept kept;
  private final Exchange.Target target;
  private byte @Nullable [] authority;
  private final ResponseDecoder decoder = new ResponseDecoder(this);
  private @Nullable Channel channel;
  private @Nullable SocketAttempt call;
  private boolean surplus;
  private long idleSince;

  /**
   * One that is not connected.
   *
   * @param target whom it will be connected to
   */
  Upstream(ContextInternal context, Upstreams home, Upstreams.Kept kept, Exchange.Target target) {
    this.context = context;
    this.home = home;
    this.kept = kept;
    this.target = target;
  }

  ResponseDecoder decoder() {
    return decoder;
  }

  /** It is connected. */
  void connected(Channel newChannel) {
    channel = newChannel;
    SureClose.watch(newChannel);
  }

  Channel channel() {
    Channel current = channel;
    if (current == null) {
      throw new IllegalStateException("not connected");
    }
    return current;
  }

  /** Whose connection this is. */
  Upstreams.Kept kept() {
    return kept;
  }

  /** The line of a head that says who is asked. */
  byte[] authority() {
    byte[] written = authority;
    if (written == null) {
      written = RequestHead.authority(target.host(), target.address().port());
      authority = written;
    }
    return written;
  }

  long idleSince() {
    return idleSince;
  }

  void idleSince(long nanos) {
    idleSince = nanos;
  }

  /** Whether it can carry a call; a FIN that has been read shows here. */
  boolean isOpen() {
    return channel != null && channel.isActive();
  }

  /** Whether a call is under way on it. */
  boolean isBusy() {
    return call != null;
  }

  boolean isHeadRequest() {
    return call != null && call.isHeadRequest();
  }

  /** Carries this call from now on. */
  void carry(SocketAttempt attempt) {
    call = attempt;
    surplus = false;
  }

  void close() {
    if (channel != null) {
      channel.close();
    }
  }

  // What the decoder tells.

  /** Code of the project runs on its context. */
  @Nullable ContextInternal enter() {
    return context.beginDispatch();
  }

  void leave(@Nullable ContextInternal before) {
    context.endDispatch(before);
  }

  void decoded(Object message) {
    SocketAttempt current = call;
    if (current == null || current.isComplete()) {
      // Behind the end of an answer: no part of anything that was asked for.
      surplus = true;
      ReferenceCountUtil.release(message);
    } else {
      current.decoded(message);
    }
  }

  /**
   * One read is decoded.
   *
   * @param rest whether bytes are left over that make no whole message
   */
  void wasRead(boolean rest) {
    SocketAttempt current = call;
    if (current != null) {
      surplus |= rest && current.isComplete();
      current.wasRead();
    }
  }

  /** Nothing more is there to read at the moment: a connection whose call is over is free. */
  void readComplete() {
    SocketAttempt current = call;
    if (current == null || !current.isComplete()) {
      return;
    }
    call = null;
    if (surplus || !current.isReusable()) {
      close();
    } else {
      channel().config().setAutoRead(true);
      home.give(this);
    }
  }

  void writabilityChanged() {
    if (call != null && channel().isWritable()) {
      call.writable();
    }
  }

  /** It is closed, or will be. */
  void ended(@Nullable Throwable cause) {
    if (cause != null && !(cause instanceof IOException)) {
      context.reportException(cause);
    }
    SocketAttempt current = call;
    call = null;
    close();
    home.remove(this);
    if (current != null) {
      current.disconnected();
    }
  }

  /** What an answer says of how long its connections may idle. */
  void learn(MultiMap headers) {
    String text = headers.get(HttpHeaderNames.KEEP_ALIVE);
    if (text != null) {
      kept.learn(text);
    }
  }
}
