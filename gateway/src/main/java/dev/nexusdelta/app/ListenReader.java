package dev.nexusdelta.app;

import dev.nexusdelta.app.Settings.Address;
import dev.nexusdelta.app.Settings.Admin;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Reads where the gateway listens, and what keys that takes. Used once. */
final class ListenReader {
  /** Why an address is refused, and what to do. */
  static final String KEY_FIRST =
      "only loopback addresses (127.0.0.1, ::1, localhost) are allowed while no key protects the gateway:"
          + " make one first with nexus keys create NAME --scope admin, or give one in a file with "
          + SettingKey.ADMIN_KEY_FILE.environmentName()
          + "; or put a TLS proxy on this machine in front of it, or, in a container whose port is published"
          + " on loopback, set "
          + SettingKey.LISTEN_WITHOUT_KEYS.environmentName()
          + "=true";

  /** Of an admin listener that nobody asked for. */
  private static final int ADMIN_PORT = 8079;

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
  ListenReader(
      Path folder, Function<SettingKey, String> values, BiConsumer<SettingKey, String> faults) {
    this.folder = folder;
    this.values = values;
    this.faults = faults;
  }

  /** Where callers come in. */
  Address listen() {
    return address(SettingKey.LISTEN);
  }

  private Address address(SettingKey key) {
    String text = values.apply(key);
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? text : text.substring(0, colon);
    int port = SettingKey.number(colon < 0 ? "" : text.substring(colon + 1));
    if (host.isEmpty() || port < 0 || port > 65535) {
      faults.accept(
          key,
          "expected ADDRESS:PORT such as 127.0.0.1:" + (key == SettingKey.LISTEN ? 8080 : 8079));
      return new Address("127.0.0.1", 0);
    }
    return new Address(host.replace("[", "").replace("]", ""), port);
  }

  /** Where operators do, if apart. */
  Optional<Admin> admin(Address listen) {
    if (values.apply(SettingKey.ADMIN).isEmpty()) {
      return Address.isLoopback(listen.host())
          ? Optional.empty()
          : Optional.of(new Admin(new Address("127.0.0.1", ADMIN_PORT), false));
    }
    Address own = address(SettingKey.ADMIN);
    if (own.equals(listen) && own.port() != 0) {
      faults.accept(SettingKey.ADMIN, "expected another address than listen, or none");
    }
    return Optional.of(new Admin(own, true));
  }

  /** Whether nobody needs a key before one exists, wherever it listens. */
  boolean withoutKeys() {
    String text = values.apply(SettingKey.LISTEN_WITHOUT_KEYS);
    if (!text.equals("true") && !text.equals("false")) {
      faults.accept(SettingKey.LISTEN_WITHOUT_KEYS, "expected true or false");
    }
    return text.equals("true");
  }

  /** Whose content is a key of this gateway. */
  Optional<Path> adminKeyFile() {
    String text = values.apply(SettingKey.ADMIN_KEY_FILE);
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(folder.resolve(text).toAbsolutePath().normalize());
  }

  /** Refuses to listen beyond loopback where there can be no key yet. */
  void refuseWithoutKeys(Address listen, Optional<Admin> admin) {
    refuseWithoutKeys(SettingKey.LISTEN, listen);
    admin.ifPresent(own -> refuseWithoutKeys(SettingKey.ADMIN, own.address()));
  }

  private void refuseWithoutKeys(SettingKey key, Address address) {
    if (!Address.isLoopback(address.host())) {
      faults.accept(key, KEY_FIRST);
    }
  }
}
