package dev.nexusdelta.admin;

import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.manifest.*;
import io.vertx.core.Future;
import java.util.Optional;

public final class FolderSync {
  interface FileState {
    Optional<AgentSpec> onto(Optional<AgentSpec> stored);
  }

  public Source source(AgentSpec spec) {
    return Source.NONE;
  }

  Future<String> codeHash(Manifest m) {
    return Future.succeededFuture("");
  }

  Future<Optional<String>> fileHash(AgentName n) {
    return Future.succeededFuture(Optional.empty());
  }

  Future<Optional<FileState>> read(AgentName n) {
    return Future.succeededFuture(Optional.empty());
  }

  String path(AgentName n) {
    return "";
  }
}
