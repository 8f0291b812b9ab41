package dev.nexusdelta.host.docker.image;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * One file of a build context. Content is read when it is sent, so that large files cost no memory.
 *
 * @param name relative, with slashes
 * @param executable whether it may be run
 */
record Entry(String name, boolean executable, Content content) {
  /** Where the bytes are. */
  sealed interface Content {
    /** How many bytes {@link #open} gives. */
    long size() throws IOException;

    InputStream open() throws IOException;
  }

  /** Bytes that are here already. */
  record Bytes(byte[] bytes) implements Content {
    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public InputStream open() {
      return new ByteArrayInputStream(bytes);
    }
  }

  /** A file of this machine. */
  record OfFile(Path path) implements Content {
    @Override
    public long size() throws IOException {
      return Files.size(path);
    }

    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(path);
    }
  }

  /** A file inside a jar. */
  record OfJar(Path jar, String inside, long size) implements Content {
    @Override
    public InputStream open() throws IOException {
      ZipFile zip = new ZipFile(jar.toFile());
      ZipEntry entry = zip.getEntry(inside);
      if (entry == null) {
        zip.close();
        throw new IOException(jar + " does not hold " + inside + " any more");
      }
      return new FilterInputStream(zip.getInputStream(entry)) {
        @Override
        public void close() throws IOException {
          zip.close();
        }
      };
    }
  }

  /** A symbolic link; {@code target} as it is written. */
  record Link(String target) implements Content {
    @Override
    public long size() {
      return 0;
    }

    @Override
    public InputStream open() {
      return InputStream.nullInputStream();
    }
  }

  static Entry text(String name, String text) {
    return new Entry(name, false, new Bytes(text.getBytes(StandardCharsets.UTF_8)));
  }

  static Entry file(String name, Path path) {
    return new Entry(name, Files.isExecutable(path), new OfFile(path));
  }

  /** A file whose right to be run is no matter of its place here. */
  static Entry plain(String name, Path path) {
    return new Entry(name, false, new OfFile(path));
  }
}
