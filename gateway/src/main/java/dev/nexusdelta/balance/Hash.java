package dev.nexusdelta.balance;

/** Spreads keys evenly over all 64 bits. Pure; the same on every machine and in every life. */
public final class Hash {
  private Hash() {}

  /** The key of a text; never {@link Balancer#NO_KEY}. */
  public static long of(String text) {
    // FNV-1a over the characters, then mixed, as it spreads short texts badly.
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    long key = mixed(hash);
    return key == Balancer.NO_KEY ? 1 : key;
  }

  /** How strongly a key is drawn to a candidate, compared unsigned. */
  static long score(long key, int identity) {
    return mixed(key ^ mixed(identity));
  }

  /** The finaliser of SplitMix64 (Stafford's variant 13): each bit changes half of all. */
  private static long mixed(long bits) {
    long mixed = bits + 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
