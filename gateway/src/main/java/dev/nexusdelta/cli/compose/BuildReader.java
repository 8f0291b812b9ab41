package dev.nexusdelta.cli.compose;

import dev.nexusdelta.cli.compose.ServiceAgent.Folder;
import dev.nexusdelta.cli.compose.ServiceAgent.Origin;
import dev.nexusdelta.cli.compose.ServiceAgent.Template;
import dev.nexusdelta.manifest.PlacedYaml;
import dev.nexusdelta.manifest.PlacedYaml.Fields;
import dev.nexusdelta.manifest.PlacedYaml.Nothing;
import dev.nexusdelta.manifest.PlacedYaml.Text;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads {@code build}: the folder that is built, and what its container runs.
 *
 * @param folder of the file
 */
record BuildReader(Path folder, Variables variables) {

  Origin read(PlacedYaml build, PlacedYaml entrypoint, PlacedYaml command) {
    String context = "";
    String dockerfile = "Dockerfile";
    if (build instanceof Text text) {
      context = variables.filled(text);
    } else if (build instanceof Fields fields) {
      context = text(fields, "context", ".");
      dockerfile = text(fields, "dockerfile", dockerfile);
      for (String key : fields.fields().keySet()) {
        if (!key.equals("context") && !key.equals("dockerfile")) {
          variables
              .findings()
              .ignore(
                  "build." + key, fields.fields().get(key).line(), "write it into the Dockerfile");
        }
      }
    } else {
      variables.findings().fault(build, "build is " + build.kind() + "; expected a folder");
    }
    return origin(context, dockerfile, entrypoint, command);
  }

  private String text(Fields fields, String key, String fallback) {
    return fields.fields().get(key) instanceof Text text ? variables.filled(text) : fallback;
  }

  private Origin origin(
      String context, String dockerfile, PlacedYaml entrypoint, PlacedYaml command) {
    Path path = folder.resolve(context).normalize();
    if (!Files.isDirectory(path)) {
      return new Template(
          "build '"
              + context
              + (Files.exists(path) ? "' is a file" : "' does not exist")
              + ", not a folder with a program and its Dockerfile");
    }
    if (!Files.isRegularFile(path.resolve(dockerfile))) {
      return new Template("'" + context + "' holds no " + dockerfile);
    }
    Optional<String> line = line(path.resolve(dockerfile), entrypoint, command);
    return line.isEmpty()
        ? new Template(
            "neither 'command' nor " + dockerfile + " in '" + context + "' names a command")
        : new Folder(path, dockerfile, line.get());
  }

  private Optional<String> line(Path dockerfile, PlacedYaml entrypoint, PlacedYaml command) {
    if (entrypoint instanceof Nothing && command instanceof Nothing) {
      return Words.ofDockerfile(dockerfile);
    }
    String begin = Words.of(entrypoint, variables).orElse("");
    return Optional.of((begin + " " + Words.of(command, variables).orElse("")).strip())
        .filter(line -> !line.isEmpty());
  }
}
