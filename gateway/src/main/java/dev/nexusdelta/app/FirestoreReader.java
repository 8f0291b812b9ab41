package dev.nexusdelta.app;

import dev.nexusdelta.app.Settings.Firestore;
import dev.nexusdelta.sync.RemoteSettings;
import dev.nexusdelta.sync.Trust;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads the keys under {@code registry.firestore}. Used once. */
final class FirestoreReader {
  private static final Pattern PROJECT = Pattern.compile("[a-z][a-z0-9-]{4,61}[a-z0-9]");
  private static final Pattern COLLECTION = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,99}");
  private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9.-]+:[0-9]{1,5}");

  private final Function<SettingKey, String> values;
  private final BiConsumer<SettingKey, String> faults;

  /**
   * A reader.
   *
   * @param values of all keys
   * @param faults takes what was expected of which key
   */
  FirestoreReader(Function<SettingKey, String> values, BiConsumer<SettingKey, String> faults) {
    this.values = values;
    this.faults = faults;
  }

  Optional<Firestore> read() {
    String project = values.apply(SettingKey.FIRESTORE_PROJECT);
    String emulator = values.apply(SettingKey.FIRESTORE_EMULATOR);
    String collection = values.apply(SettingKey.FIRESTORE_COLLECTION);
    check(
        SettingKey.FIRESTORE_PROJECT,
        project.isEmpty() || PROJECT.matcher(project).matches(),
        "expected the id of a project, such as my-agents-4711");
    check(
        SettingKey.FIRESTORE_EMULATOR,
        emulator.isEmpty() || ADDRESS.matcher(emulator).matches(),
        "expected HOST:PORT such as 127.0.0.1:8085");
    check(
        SettingKey.FIRESTORE_EMULATOR,
        emulator.isEmpty() || !project.isEmpty(),
        "a project is needed too, any id will do: registry.firestore.project: demo-nexus");
    check(
        SettingKey.FIRESTORE_COLLECTION,
        COLLECTION.matcher(collection).matches(),
        "expected a name such as agents");
    Trust trust = trust();
    return project.isEmpty()
        ? Optional.empty()
        : Optional.of(new Firestore(new RemoteSettings(project, collection, emulator), trust));
  }

  private Trust trust() {
    String text = values.apply(SettingKey.FIRESTORE_TRUST);
    check(
        SettingKey.FIRESTORE_TRUST,
        text.equals("card") || text.equals("full"),
        "expected card or full");
    return text.equals("full") ? Trust.FULL : Trust.CARD;
  }

  private void check(SettingKey key, boolean good, String expectation) {
    if (!good) {
      faults.accept(key, expectation);
    }
  }
}
