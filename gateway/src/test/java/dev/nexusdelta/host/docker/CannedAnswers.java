package dev.nexusdelta.host.docker;

import com.github.dockerjava.transport.DockerHttpClient;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Gives prepared answers, one after the other, whatever is asked. */
final class CannedAnswers implements DockerHttpClient {
  final List<String> asked = new CopyOnWriteArrayList<>();
  private final Response[] answers;

  CannedAnswers(Response... answers) {
    this.answers = answers;
  }

  @Override
  public Response execute(Request request) {
    asked.add(request.path());
    return answers[asked.size() - 1];
  }

  @Override
  public void close() {}

  static Response answer(int status, InputStream body) {
    return new Response() {
      @Override
      public int getStatusCode() {
        return status;
      }

      @Override
      public Map<String, List<String>> getHeaders() {
        return Map.of();
      }

      @Override
      public InputStream getBody() {
        return body;
      }

      @Override
      public void close() {}
    };
  }
}
