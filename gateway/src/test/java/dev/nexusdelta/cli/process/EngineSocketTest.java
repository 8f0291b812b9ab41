package dev.nexusdelta.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineSocketTest {
  @TempDir private Path folder;

  /** An engine that answers one request like this; completes with the request. */
  private CompletableFuture<String> engine(ServerSocketChannel server, String answer) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (SocketChannel caller = server.accept()) {
            ByteBuffer in = ByteBuffer.allocate(4096);
            StringBuilder request = new StringBuilder();
            while (request.indexOf("\r\n\r\n") < 0 && caller.read(in) >= 0) {
              request.append(new String(in.array(), 0, in.position(), StandardCharsets.US_ASCII));
              in.clear();
            }
            caller.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
            return request.toString();
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void asksForTheKill() throws Exception {
    Path socket = folder.resolve("e.sock");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      EngineSocket engine = new EngineSocket(URI.create("unix://" + socket));
      CompletableFuture<String> asked = engine(server, "HTTP/1.0 204 No Content\r\n\r\n");
      engine.kill("0123abc");
      assertThat(asked.get(10, TimeUnit.SECONDS))
          .startsWith("POST /containers/0123abc/kill?signal=KILL HTTP/1.0\r\n");
      engine(server, "HTTP/1.0 404 Not Found\r\n\r\n{\"message\":\"No such container\"}");
      assertThatThrownBy(() -> engine.kill("0123abc")).hasMessageContaining("No such container");
    }
  }

  @Test
  void saysWhichEngineDoesNotAnswerAndWhatIsNoId() {
    EngineSocket nobody = new EngineSocket(URI.create("unix://" + folder.resolve("none.sock")));
    assertThatThrownBy(() -> nobody.kill("0123abc"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none.sock");
    assertThatThrownBy(() -> nobody.kill("../images")).hasMessageContaining("no id");
  }
}
