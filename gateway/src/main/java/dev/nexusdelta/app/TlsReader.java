package dev.nexusdelta.app;

import dev.nexusdelta.access.TrustedProxies;
import dev.nexusdelta.tls.PemFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Reads what encrypts the listener and who may stand in front of it. The files themselves are read
 * by whoever serves: not everybody who reads the configuration may read a key. Used once.
 */
final class TlsReader {
  private final Path folder;
  private final Function<SettingKey, String> values;
  private final BiConsumer<SettingKey, String> faults;

  /**
   * A reader.
   *
   * @param folder relative paths count from here
   * @param values of all keys
   * @param faults takes what was expected of which key
   */
  TlsReader(
      Path folder, Function<SettingKey, String> values, BiConsumer<SettingKey, String> faults) {
    this.folder = folder;
    this.values = values;
    this.faults = faults;
  }

  Optional<PemFiles> files() {
    String cert = values.apply(SettingKey.TLS_CERT);
    String key = values.apply(SettingKey.TLS_KEY);
    if (cert.isEmpty() && key.isEmpty()) {
      return Optional.empty();
    }
    if (cert.isEmpty() || key.isEmpty()) {
      SettingKey missing = cert.isEmpty() ? SettingKey.TLS_CERT : SettingKey.TLS_KEY;
      SettingKey there = cert.isEmpty() ? SettingKey.TLS_KEY : SettingKey.TLS_CERT;
      faults.accept(
          missing, "expected a PEM file, since " + there.key() + " names one; or leave both empty");
      return Optional.empty();
    }
    return Optional.of(new PemFiles(path(cert), path(key)));
  }

  TrustedProxies proxies() {
    try {
      return TrustedProxies.of(SettingKey.items(values.apply(SettingKey.TRUSTED_PROXIES)));
    } catch (IllegalArgumentException e) {
      faults.accept(
          SettingKey.TRUSTED_PROXIES, e.getMessage() + "; list each with a comma between");
      return TrustedProxies.NONE;
    }
  }

  private Path path(String text) {
    return folder.resolve(text).toAbsolutePath().normalize();
  }

  /**
   * What the files hold; blocks.
   *
   * @throws SettingsException naming the key, the file and what was expected
   */
  static Optional<PemFiles.Good> load(Settings settings) {
    if (settings.tls().isEmpty()) {
      return Optional.empty();
    }
    PemFiles.Reading reading = settings.tls().get().read();
    if (reading instanceof PemFiles.Good good) {
      return Optional.of(good);
    }
    PemFiles.Bad bad = (PemFiles.Bad) reading;
    SettingKey key = bad.ofKey() ? SettingKey.TLS_KEY : SettingKey.TLS_CERT;
    throw new SettingsException(List.of(key.key() + " = " + bad.fault()));
  }
}
