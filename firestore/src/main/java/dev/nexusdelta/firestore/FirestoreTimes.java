package dev.nexusdelta.firestore;

import com.google.cloud.Timestamp;

/** Firestore's times as text whose order is that of time. */
final class FirestoreTimes {
  private FirestoreTimes() {}

  /** Twelve digits of seconds since 1970, nine of nanoseconds. */
  static String text(Timestamp time) {
    return "%012d.%09d".formatted(time.getSeconds(), time.getNanos());
  }

  /** Of such a text. */
  static Timestamp time(String text) {
    int dot = text.indexOf('.');
    return Timestamp.ofTimeSecondsAndNanos(
        Long.parseLong(text.substring(0, dot)), Integer.parseInt(text.substring(dot + 1)));
  }
}
