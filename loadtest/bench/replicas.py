"""A journal agent, whose tools write down what they were asked, and its replicas under load.

Only for the scripts beside it.
"""
import collections
import os

import workspace

AGENT = "Journal"
MANIFEST = """name: Journal
version: 1.0.0
description: Writes down what it was asked
run:
  java: Journal.java
env: {JOURNAL: "%s"}
limits: {%s}
%s"""
SOURCE = """
import dev.nexusdelta.agent.Agent;
import dev.nexusdelta.agent.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

@Agent(name = "Journal", description = "Writes down what it was asked")
public final class Journal {
  private static final Path FILE = Path.of(System.getenv("JOURNAL"));

  @Tool(description = "Writes an id, works a little, answers it")
  public String write(String id) throws IOException, InterruptedException {
    note("began", id);
    Thread.sleep(20);
    note("ended", id);
    return id;
  }

  @Tool(description = "Waits 20 ms")
  public String pause(String id) throws InterruptedException {
    Thread.sleep(20);
    return id;
  }

  private static void note(String what, String id) throws IOException {
    // One append of a short line is never torn, not even between processes.
    Files.writeString(FILE, what + " " + id + "\\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  @Tool(description = "The same, and says that repeating it does no harm", idempotent = true)
  public String put(String id) throws IOException, InterruptedException {
    return write(id);
  }
}
"""


def deploy(place, limits="", more=""):
    """Starts the agent as its manifest says, with further lines of one; answers the journal's file, which is the
    container's own where it runs in one."""
    folder = os.path.join(place.folder, "agents", AGENT.lower())
    journal = "/tmp/journal.txt" if place.env["NEXUS_HOST"] == "docker" else os.path.join(place.folder, "journal.txt")
    os.makedirs(folder)
    with open(os.path.join(folder, "agent.yaml"), "w") as manifest:
        manifest.write(MANIFEST % (journal, limits, more))
    with open(os.path.join(folder, AGENT + ".java"), "w") as source:
        source.write(SOURCE)
    place.nexus("start", "--name", AGENT)
    return journal


def start(place, count, limits=""):
    """Starts the agent with so many replicas, each warmed up; answers the journal's file."""
    journal = deploy(place, limits)
    place.nexus("scale", f"{AGENT}={count}")
    workspace.wait_until(lambda: len(place.healthy(AGENT)) == count, 60, f"{count} replicas")
    for i in range(50 * count):
        status, body = place.execute(AGENT, "write", {"id": f"warm-{i}"})
        if status != 200:
            raise workspace.Failure(f"warm-up call {i} was answered with {status}: {body[:300]!r}")
    return journal


def body(tool):
    """Of a call, with the place of its id left open."""
    return '{"tool_name":"%s","parameters":{"id":"@ID@"}}' % tool


def target(port):
    return f"{port}/agents/{AGENT.lower()}/execute"


def executions(journal):
    """How often the execution of each id began, and how often it came to its end."""
    began, ended = collections.Counter(), collections.Counter()
    with open(journal) as lines:
        for line in lines:
            what, name = line.split()
            (began if what == "began" else ended)[name] += 1
    return began, ended
