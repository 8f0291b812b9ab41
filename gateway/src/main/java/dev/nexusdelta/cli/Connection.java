package dev.nexusdelta.cli;

import dev.nexusdelta.app.Settings;
import dev.nexusdelta.cli.process.RunningGateway;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.sdk.Admin;
import dev.nexusdelta.sdk.Credentials;
import dev.nexusdelta.sdk.GatewayUrl;
import dev.nexusdelta.sdk.Market;
import dev.nexusdelta.sdk.NexusClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A gateway and the right to talk to it. */
record Connection(NexusClient client) {
  Admin admin() {
    return client.admin();
  }

  Market market() {
    return client.market();
  }

  URI url() {
    return client.gateway();
  }

  /** The gateway that was named, or the one that runs on the data folder. */
  static Connection open(Shell shell, FolderOptions folders, @Nullable String named) {
    Settings settings = folders.settings(shell);
    Optional<RunningGateway> recorded = RunningGateway.recorded(settings.data());
    if (named != null) {
      URI url = url(named);
      Optional<RunningGateway> same =
          recorded.filter(gateway -> gateway.url().equals(url) || gateway.admin().equals(url));
      boolean ours = same.isPresent() || GatewayUrl.isLoopback(url);
      return to(
          same.orElse(null), url, token(folders.keyFile(shell), ours ? settings.data() : null));
    }
    RunningGateway gateway =
        recorded.orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.UNREACHABLE,
                    "no gateway runs on the data folder " + shell.shown(settings.data()),
                    "nexus up (or nexus up -d), or --url with the address of another one"));
    if (!gateway.alive()) {
      throw new CommandFailure(
          ExitCode.UNREACHABLE,
          "no gateway runs on the data folder "
              + shell.shown(settings.data())
              + "; the last one, pid "
              + gateway.pid()
              + ", is gone",
          gateway.again(settings)
              + " (-d: in the background), which goes on with the agents that still run");
    }
    return to(gateway, folders.keyFile(shell), settings.data());
  }

  /**
   * The gateway that runs on this data folder.
   *
   * @param keyFile null = that of the folder
   */
  static Connection to(RunningGateway gateway, @Nullable Path keyFile, Path data) {
    return to(gateway, gateway.url(), token(keyFile, data));
  }

  /** With a token that is known. */
  static Connection to(URI url, @Nullable String token) {
    return to(null, url, token);
  }

  private static Connection to(@Nullable RunningGateway known, URI url, @Nullable String token) {
    try {
      return new Connection(
          (known == null ? NexusClient.builder(url) : known.client())
              .token(token)
              .key(token)
              .actor("cli")
              .timeout(Duration.ofSeconds(60))
              .build());
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(
          ExitCode.USAGE, String.valueOf(e.getMessage()), "--url http://127.0.0.1:8080");
    }
  }

  private static URI url(String text) {
    try {
      return GatewayUrl.parse(text);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(
          ExitCode.USAGE, String.valueOf(e.getMessage()), "--url http://127.0.0.1:8080");
    }
  }

  private static @Nullable String token(@Nullable Path keyFile, @Nullable Path data) {
    try {
      if (keyFile == null) {
        return data == null ? null : Credentials.ofFolder(data);
      }
      String key = Credentials.ofFile(keyFile);
      if (!key.matches("[!-~]+")) {
        throw noKey("file " + keyFile + " is empty, or holds more than a key");
      }
      return key;
    } catch (NoSuchFileException e) {
      throw noKey("there is no file " + keyFile);
    } catch (IOException e) {
      throw noKey("cannot read the key from " + keyFile + ": " + e.getMessage());
    }
  }

  private static CommandFailure noKey(String why) {
    return new CommandFailure(
        ExitCode.NOT_AUTHORISED,
        why,
        "--key-file with a readable file that holds the key and nothing else");
  }
}
