package dev.nexusdelta.cli;

import dev.nexusdelta.cli.folder.AgentFolder;
import dev.nexusdelta.cli.process.SecretFile;
import dev.nexusdelta.cli.shell.CommandFailure;
import dev.nexusdelta.cli.shell.ExitCode;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.cli.shell.Table;
import dev.nexusdelta.sdk.JsonValue;
import java.io.Console;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code nexus secret}. */
@Command(
    name = "secret",
    mixinStandardHelpOptions = true,
    description = "Keeps secrets that agents get in their environment.",
    subcommands = {SecretCommand.Set.class, SecretCommand.Names.class, SecretCommand.Unset.class})
final class SecretCommand extends CommandGroup {
  SecretCommand() {
    super(
        "secret needs a sub-command: nexus secret set AGENT NAME, secret list, secret unset AGENT NAME");
  }

  /** {@code nexus secret set}. */
  @Command(
      name = "set",
      mixinStandardHelpOptions = true,
      description = {
        "Sets a secret of an agent whose manifest lists it under 'secrets'.",
        "The value is asked for, or read from standard input: never an argument, which others see.",
        "It takes effect when the agent starts: nexus restart AGENT."
      },
      footer = {"", "Example: nexus secret set TextAgent OPENAI_API_KEY < key.txt"})
  static final class Set implements Callable<Integer> {
    /** Bytes of a variable's name and value; the sign between them and the end are not counted. */
    private static final int LONGEST = 128 * 1024 - 2;

    private final Shell shell;
    @Mixin private SecretArguments secret = new SecretArguments();

    Set(Shell shell) {
      this.shell = shell;
    }

    @Override
    public Integer call() {
      String key = secret.checkedKey();
      String agent = secret.agent();
      String name = secret.name();
      secret.file(shell).set(key, name, value(name));
      shell.say(
          "secret "
              + name
              + " of "
              + agent
              + " is set; it takes effect with: nexus restart "
              + agent);
      hint(secret.folder(shell), name);
      return ExitCode.OK.number();
    }

    private void hint(AgentFolder folder, String name) {
      if (folder.manifest().filter(manifest -> !manifest.secrets().contains(name)).isPresent()) {
        shell.say(
            "add "
                + name
                + " to secrets: in "
                + shell.shown(folder.manifestFile())
                + ", otherwise the agent does not get it");
      }
    }

    private String value(String name) {
      Console console = shell.keyboard() ? System.console() : null;
      if (console != null) {
        char[] typed = console.readPassword("%s: ", name);
        return checked(name, typed == null ? "" : new String(typed));
      }
      if (shell.keyboard()) {
        throw new CommandFailure(
            ExitCode.USAGE,
            "what is typed would be shown, for the output is not this terminal",
            "the same without redirection, or the value from a file: nexus secret set AGENT NAME"
                + " < file");
      }
      try {
        // One line end belongs to the file, not to the secret.
        byte[] bytes = shell.in().readAllBytes();
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        return checked(name, text.replaceFirst("\r?\n\\z", ""));
      } catch (CharacterCodingException e) {
        throw new CommandFailure(
            ExitCode.REFUSED,
            "the value is no UTF-8 text, and the environment of an agent holds text only",
            "a file of the secret that the agent reads: its path in env");
      } catch (IOException e) {
        throw new CommandFailure(
            ExitCode.FAILED,
            "cannot read the value from standard input: " + e.getMessage(),
            "nexus secret set AGENT NAME < file");
      }
    }

    private static String checked(String name, String value) {
      int bytes = value.getBytes(StandardCharsets.UTF_8).length;
      if (name.length() + bytes > LONGEST) {
        throw new CommandFailure(
            ExitCode.REFUSED,
            "the value has "
                + bytes
                + " bytes, and Linux starts no program with a variable of more than "
                + LONGEST,
            "a file of the secret that the agent reads: its path in env");
      }
      if (value.isEmpty() || value.indexOf('\0') >= 0) {
        throw new CommandFailure(
            ExitCode.REFUSED,
            "the value is empty or holds a NUL character",
            "nexus secret set AGENT NAME < file");
      }
      return value;
    }
  }

  /** {@code nexus secret list}. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists the names of the secrets that are set; values are never shown.")
  static final class Names implements Callable<Integer> {
    private final Shell shell;
    @Mixin private GatewayOptions gateway = new GatewayOptions();
    @Mixin private OutputOption output = new OutputOption();

    @Parameters(
        arity = "0..1",
        paramLabel = "AGENT",
        description = "name of an agent; without it, those of all")
    private String agent = "";

    Names(Shell shell) {
      this.shell = shell;
    }

    @Override
    public Integer call() {
      Map<String, List<String>> names = new SecretFile(gateway.settings(shell).data()).names();
      if (!agent.isEmpty()) {
        names.keySet().retainAll(List.of(AgentFolder.checked(agent).key()));
      }
      List<JsonValue> rows = new ArrayList<>();
      Table table = new Table("AGENT", "NAME");
      names.forEach(
          (key, all) ->
              all.forEach(
                  name -> {
                    rows.add(JsonValue.object().with("agent", key).with("name", name));
                    table.row(key, name);
                  }));
      output.print(shell, JsonValue.object().with("secrets", rows), table::toString);
      if (rows.isEmpty()) {
        shell.say("no secret is set; to set one: nexus secret set AGENT NAME");
      }
      return ExitCode.OK.number();
    }
  }

  /** {@code nexus secret unset}. */
  @Command(
      name = "unset",
      mixinStandardHelpOptions = true,
      description = {
        "Forgets a secret of an agent.",
        "Replicas that run keep it until they are replaced: nexus restart AGENT."
      })
  static final class Unset implements Callable<Integer> {
    private final Shell shell;
    @Mixin private SecretArguments secret = new SecretArguments();

    Unset(Shell shell) {
      this.shell = shell;
    }

    @Override
    public Integer call() {
      String key = secret.checkedKey();
      String agent = secret.agent();
      String name = secret.name();
      if (!secret.file(shell).unset(key, name)) {
        throw new CommandFailure(
            ExitCode.NOT_FOUND,
            "secret " + name + " of " + agent + " is not set",
            "nexus secret list");
      }
      shell.say(
          "secret "
              + name
              + " of "
              + agent
              + " is forgotten; replicas that run keep it until: nexus restart "
              + agent);
      secret
          .folder(shell)
          .manifest()
          .filter(manifest -> manifest.secrets().contains(name))
          .ifPresent(
              manifest ->
                  shell.say(
                      agent
                          + " still lists "
                          + name
                          + " under secrets: it starts only while the gateway has "
                          + name
                          + " in its environment"));
      return ExitCode.OK.number();
    }
  }
}
