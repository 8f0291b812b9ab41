package dev.nexusdelta.app;

import dev.nexusdelta.keys.ApiKey;
import dev.nexusdelta.keys.KeyStore;
import dev.nexusdelta.keys.Scopes;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The keys of callers as they are in force here, for a term. */
final class TermKeys {
  private static final Logger log = LoggerFactory.getLogger(TermKeys.class);
  private static final String OWN = "admin";

  private TermKeys() {}

  /**
   * Takes them up, with the one of the operator's file, and puts down when they are used.
   *
   * @throws SettingsException if there is none where nobody gets in without one
   */
  static KeyStore begin(Frame frame, ClusterRegistry cluster, Closing closing) {
    KeyStore shared = cluster.store().keys();
    KeyStore keys =
        frame
            .adminKey()
            .filter(token -> isNew(shared, token))
            .<KeyStore>map(token -> new WithOwnKey(shared, own(frame, token)))
            .orElse(shared);
    refuseWithoutKeys(frame.settings(), keys, cluster.isShared());
    KeyUseWrites.start(frame.loops(), keys, frame.keyUses(), KeyUseWrites.USUAL, closing);
    return keys;
  }

  /** One that is known is what the registry says of it, also that it was revoked. */
  private static boolean isNew(KeyStore shared, AdminKeyFile.Token token) {
    return shared.ring().all().stream().noneMatch(key -> key.hash().equals(token.hash()));
  }

  private static ApiKey own(Frame frame, AdminKeyFile.Token token) {
    return new ApiKey(
        token.id(),
        OWN,
        token.hash(),
        Scopes.ADMIN,
        frame.world().clock().instant(),
        "file",
        Optional.empty(),
        Optional.empty());
  }

  /** The keys of a cluster are known once it is joined; until then nobody gets in. */
  private static void refuseWithoutKeys(Settings settings, KeyStore keys, boolean shared) {
    if (settings.isOpenWithoutKeys() || !keys.ring().isEmpty()) {
      return;
    }
    if (shared) {
      log.info("no key is known here yet, and beyond loopback nobody is let in without one");
      return;
    }
    SettingKey key =
        Settings.Address.isLoopback(settings.listen().host())
            ? SettingKey.ADMIN
            : SettingKey.LISTEN;
    throw new SettingsException(List.of(key.key() + ": " + ListenReader.KEY_FIRST));
  }
}
