package dev.nexusdelta.hop;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a proof says, which stands in one header: {@code
 * 1;<millis>;<stream>;<serial>;<own>;<from>;<to>;<replica>;<mac>}.
 *
 * @param millis when it was made, on the wall clock
 * @param stream whose serials these are: one event loop of one life of a gateway
 * @param serial grows with each proof of the stream
 * @param own whether the manifest set the deadline: then a replica that passes it is to blame
 * @param from name of the gateway that passes the call on
 * @param to name of the gateway that it is for
 * @param replica id of the replica that it is for
 */
record HopProof(
    long millis, long stream, long serial, boolean own, String from, String to, String replica) {
  private static final String VERSION = "1";
  private static final int PARTS = 9;
  private static final int LONGEST = 1024;

  /** Nothing that parts one field from the next, or ends a line. */
  private static final Pattern NAME = Pattern.compile("[\\x21-\\x3a\\x3c-\\x7e]{1,200}");

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  HopProof {
    for (String name : new String[] {from, to, replica}) {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "'" + name + "' cannot stand in a hop: expected up to 200 printable characters, no ;");
      }
    }
  }

  /** What is proved: itself and the request's line. */
  String text(String method, String path) {
    return said() + "\n" + method + "\n" + path;
  }

  /** The header's value. */
  String header(String mac) {
    return said() + ";" + mac;
  }

  private String said() {
    return String.join(
        ";",
        VERSION,
        Long.toString(millis),
        Long.toHexString(stream),
        Long.toString(serial),
        own ? "1" : "0",
        from,
        to,
        replica);
  }

  /** A proof with what is to prove it. */
  record Read(HopProof proof, String mac) {}

  /** Reads a header's value; empty if it is none of this form. */
  static Optional<Read> read(String header) {
    if (header.length() > LONGEST) {
      return Optional.empty();
    }
    String[] parts = header.split(";", -1);
    if (parts.length != PARTS
        || !parts[0].equals(VERSION)
        || !NUMBER.matcher(parts[1]).matches()
        || !NUMBER.matcher(parts[3]).matches()) {
      return Optional.empty();
    }
    try {
      HopProof proof =
          new HopProof(
              Long.parseLong(parts[1]),
              Long.parseUnsignedLong(parts[2], 16),
              Long.parseLong(parts[3]),
              parts[4].equals("1"),
              parts[5],
              parts[6],
              parts[7]);
      // Written in one way only: what was proved is what was read.
      return proof.header(parts[8]).equals(header)
          ? Optional.of(new Read(proof, parts[8]))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
