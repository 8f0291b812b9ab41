package dev.nexusdelta.cli;

import dev.nexusdelta.cli.folder.AgentFolder;
import dev.nexusdelta.cli.shell.Shell;
import dev.nexusdelta.sdk.Admin;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nexus delete}. */
@Command(
    name = "delete",
    mixinStandardHelpOptions = true,
    description = "Ends agents and takes them out of the registry. Their folders stay.")
final class DeleteCommand implements Callable<Integer> {
  private final Shell shell;
  @Mixin private GatewayOptions gateway = new GatewayOptions();
  @Mixin private OutputOption output = new OutputOption();
  @Mixin private WaitOptions wait = new WaitOptions();
  @Mixin private NameArguments names = new NameArguments();

  DeleteCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    int code =
        new AgentWork(shell, gateway.connect(shell), output, wait.timeout())
            .run(names.some("delete"), Admin::delete);
    for (String name : names.all()) {
      AgentFolder folder = AgentFolder.of(gateway.settings(shell).agents(), name);
      if (code == 0 && folder.exists()) {
        shell.say(
            "the folder "
                + shell.shown(folder.path())
                + " stays; it becomes an agent again when its content changes");
      }
    }
    return code;
  }
}
