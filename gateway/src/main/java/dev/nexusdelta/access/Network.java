package dev.nexusdelta.access;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** The addresses that share their first bits with this one. */
record Network(byte[] address, int bits) {

  static @Nullable Network of(String text) {
    int slash = text.indexOf('/');
    InetAddress first = literal(slash < 0 ? text : text.substring(0, slash));
    if (first == null) {
      return null;
    }
    byte[] bytes = first.getAddress();
    int bits = bytes.length * 8;
    if (slash < 0) {
      return new Network(bytes, bits);
    }
    String length = text.substring(slash + 1);
    if (!length.matches("[0-9]{1,3}") || Integer.parseInt(length) > bits) {
      return null;
    }
    return new Network(bytes, Integer.parseInt(length));
  }

  boolean contains(byte[] other) {
    if (other.length != address.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit += 8) {
      int left = Math.min(8, bits - bit);
      int mask = 0xff << (8 - left);
      if (((address[bit / 8] ^ other[bit / 8]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  /** An address as people write it, never a name; null if it is none. */
  static @Nullable InetAddress literal(String text) {
    // Never by a name: whoever calls would choose what the gateway looks up.
    byte[] bytes = text.indexOf('%') >= 0 ? null : NetUtil.createByteArrayFromIpAddressString(text);
    try {
      return bytes == null ? null : InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
