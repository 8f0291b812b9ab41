package dev.nexusdelta.proxy;

import dev.nexusdelta.fleet.AgentView;
import dev.nexusdelta.fleet.FleetBench;
import dev.nexusdelta.fleet.FleetView;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** From a request's target and body to its agent's view and its tool, among 1 and 10,000 agents. */
public class RouteBench {
  private static final byte[] BODY =
      "{\"tool_name\":\"echo\",\"parameters\":{\"text\":\"0123456789abcdef\"}}"
          .getBytes(StandardCharsets.UTF_8);

  /** The fleet, and the targets of its agents, which are asked for in turn. */
  @State(Scope.Benchmark)
  public static class Agents {
    @Param({"1", "10000"})
    public int agents;

    FleetView fleet = FleetView.EMPTY;
    String[] targets = {};

    /** As many agents as wanted. */
    @Setup(Level.Trial)
    public void prepare() {
      Map<String, AgentView> views = new HashMap<>();
      targets = new String[Math.min(agents, 1024)];
      for (int i = 0; i < agents; i++) {
        views.put("agent" + i, FleetBench.view("agent" + i));
        if (i < targets.length) {
          targets[i] = "/agents/agent" + i + "/execute";
        }
      }
      fleet = new FleetView(views);
    }
  }

  /** A loop's own. */
  @State(Scope.Thread)
  public static class Loop {
    int next;
  }

  /** Path, route, view. */
  @Benchmark
  public Object route(Agents all, Loop loop) {
    loop.next = loop.next + 1 < all.targets.length ? loop.next + 1 : 0;
    Route route = Routes.of(RequestPath.of(all.targets[loop.next]).value());
    return Objects.requireNonNull(all.fleet.agent(route.agent()));
  }

  /** The tool's name in a body of 60 bytes. */
  @Benchmark
  public Object tool() {
    return ToolScan.of(BODY);
  }
}
