package dev.nexusdelta.host.code;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The JDK that runs Java agents.
 *
 * @param feature 17, 25, …
 * @param version the whole version, for names of caches
 */
public record JavaHome(Path home, int feature, String version) {
  private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"((\\d+)[^\"]*)\"");

  /** Reads the JDK's own {@code release} file. */
  public static JavaHome of(Path home) throws IOException {
    Path release = home.resolve("release");
    Matcher matcher = VERSION.matcher(Files.readString(release));
    if (!matcher.find()) {
      throw new IOException(
          release + " names no JAVA_VERSION: is " + home + " the home of a JDK 17 or later?");
    }
    return new JavaHome(home, Integer.parseInt(matcher.group(2)), matcher.group(1));
  }

  public String java() {
    return home.resolve("bin").resolve("java").toString();
  }
}
