package dev.nexusdelta.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a small agent through its life and exits 0: start, health, tools, calls, errors, end.
 * Whoever runs it with the JDK's option to archive classes at exit gets the archive that every
 * agent then starts from; the package's page has the flags. It touches all that an agent touches
 * from its start to its first answers, and nothing more: what is in the archive costs every agent
 * memory.
 */
public final class Train {
  private static final int ROUNDS = 10;

  private Train() {}

  /** The built-in agent, alike the one that beginners write. */
  @Agent(name = "Training", version = "1")
  public static final class Trainee {
    /** What the tool answers. */
    public record Summary(int count, double sum, double mean) {}

    /** Sums up numbers. */
    @Tool(description = "Counts and adds numbers", readOnly = true)
    public Summary processData(
        @Param("Numbers") List<Double> data, @Param(defaultValue = "1", min = 0) double factor) {
      double sum = 0;
      for (double number : data) {
        sum += number * factor;
      }
      return new Summary(data.size(), sum, data.isEmpty() ? 0 : sum / data.size());
    }

    /** Answers with what it got. */
    @Tool
    public Map<String, Object> echo(Map<String, Object> values, ToolContext context) {
      return values;
    }
  }

  /** Serves any free port, as the Launch of an agent would. */
  static final class Session {
    private Session() {}

    /** Called by {@link Launch}, as the own main of an agent is. */
    public static void main(String[] args) throws IOException {
      Map<String, String> variables = new HashMap<>(System.getenv());
      variables.put("PORT", "0");
      variables.put("AGENT_REPLICA", "r1");
      Object trainee = Instances.create(Trainee.class);
      RunningAgent agent = AgentBuilder.of(trainee).environment(variables).start();
      for (int i = 0; i < ROUNDS; i++) {
        calls(agent.port());
      }
      agent.close();
    }
  }

  /** See the class. */
  public static void main(String[] args) {
    Launch.main(new String[] {Session.class.getName()});
    System.exit(0);
  }

  private static void calls(int port) throws IOException {
    request(port, "GET", "/health", "");
    request(port, "GET", "/tools", "");
    execute(port, "process_data", "{\"data\":[1.5,2,3.25],\"factor\":2}");
    execute(port, "echo", "{\"values\":{\"text\":\"é\",\"list\":[1,true,null]}}");
    execute(port, "process_data", "{\"data\":[\"one\"],\"more\":1}");
  }

  private static void execute(int port, String tool, String parameters) throws IOException {
    request(
        port,
        "POST",
        "/execute",
        "{\"tool_name\":\"" + tool + "\",\"parameters\":" + parameters + "}");
  }

  private static void request(int port, String method, String path, String body)
      throws IOException {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String head =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nX-Nexus-Replica: r1\r\nX-Nexus-Timeout: 30000ms\r\n"
            + "Content-Length: "
            + content.length
            + "\r\n\r\n";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      OutputStream out = socket.getOutputStream();
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      out.write(content);
      out.flush();
      InputStream in = socket.getInputStream();
      in.readAllBytes();
    }
  }
}
