package dev.nexusdelta.proxy;

import dev.nexusdelta.keys.KeyRing;
import dev.nexusdelta.quota.Quotas;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * By what callers are known. Thread-safe.
 *
 * <p>While no key exists, and none is needed anyway, nobody is asked for one, and whatever is shown
 * is not looked at: a command with an old header goes on working.
 *
 * @param ring the keys as they are now; another object after each change of them
 * @param always a key is needed though none exists: others than this machine reach the gateway
 * @param operator whether a text is the operator's own token, which permits everything
 * @param used is told the id of a key each time it is shown rightly; must be quick
 * @param quotas how often each key may be used
 */
public record CallerKeys(
    Supplier<KeyRing> ring,
    boolean always,
    Predicate<String> operator,
    Consumer<String> used,
    Quotas quotas) {
  /** Nobody needs any. */
  public static CallerKeys none(Quotas quotas) {
    return new CallerKeys(() -> KeyRing.EMPTY, false, text -> false, id -> {}, quotas);
  }
}
