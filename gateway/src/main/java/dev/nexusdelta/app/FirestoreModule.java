package dev.nexusdelta.app;

import dev.nexusdelta.sync.RemoteRegistryProvider;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Firestore's client with all that it needs: as large as the rest of the gateway together, so it is
 * loaded only where Firestore is wanted. Once per process; ended when nothing of it is in use.
 */
final class FirestoreModule implements AutoCloseable {
  private final URLClassLoader loader;
  private final RemoteRegistryProvider provider;

  private FirestoreModule(URLClassLoader loader, RemoteRegistryProvider provider) {
    this.loader = loader;
    this.provider = provider;
  }

  /** Where Firestore is wanted, what opens it; ended with the rest. */
  static Optional<RemoteRegistryProvider> open(Settings settings, Path layout, Closing closing)
      throws IOException {
    if (settings.firestore().isEmpty()) {
      return Optional.empty();
    }
    FirestoreModule module = load(layout);
    closing.add("client of Firestore", module);
    return Optional.of(module.provider);
  }

  /**
   * Loads what lies in {@code lib/firestore}.
   *
   * @param layout folder with {@code lib/}
   * @throws IOException if it is not there
   */
  private static FirestoreModule load(Path layout) throws IOException {
    Path folder = layout.resolve("lib").resolve("firestore");
    List<URL> jars = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
        for (Path jar : files) {
          jars.add(jar.toUri().toURL());
        }
      }
    }
    URLClassLoader loader =
        new URLClassLoader(
            "firestore", jars.toArray(URL[]::new), FirestoreModule.class.getClassLoader());
    return ServiceLoader.load(RemoteRegistryProvider.class, loader)
        .findFirst()
        .map(provider -> new FirestoreModule(loader, provider))
        .orElseThrow(
            () ->
                new IOException(
                    "registry.firestore.project is set, but Firestore's client is not in "
                        + folder
                        + ": into a package, unpack nexus-delta-VERSION-firestore.tar.gz too; in a"
                        + " clone, ./nexus builds it on first use where nexus.yaml or"
                        + " NEXUS_REGISTRY_FIRESTORE_PROJECT names a project; by hand: mvn package"
                        + " -DskipTests -pl firestore -am"));
  }

  @Override
  public void close() throws IOException {
    loader.close();
  }
}
