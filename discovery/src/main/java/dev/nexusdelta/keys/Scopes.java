package dev.nexusdelta.keys;

import java.util.List;
import java.util.stream.Collectors;

/**
 * All that a key permits. Agents are named by their lower-case form. Immutable.
 *
 * @param all at least one
 */
public record Scopes(List<Scope> all) {
  /** What the operator's own token permits. */
  public static final Scopes ADMIN = new Scopes(List.of(Scope.ADMIN));

  /** Copies the list. */
  public Scopes {
    all = List.copyOf(all);
    if (all.isEmpty()) {
      throw new IllegalArgumentException("a key needs at least one scope");
    }
  }

  /**
   * Reads each.
   *
   * @throws IllegalArgumentException at the first that is none
   */
  public static Scopes of(List<String> texts) {
    return new Scopes(texts.stream().map(Scope::of).distinct().toList());
  }

  /** Whether everything is permitted. */
  public boolean isAdmin() {
    return all.contains(Scope.ADMIN);
  }

  /** Whether it may read all that the admin API tells. */
  public boolean mayRead() {
    return isAdmin() || all.contains(Scope.READ);
  }

  /** Whether it may change that agent. */
  public boolean mayManage(String agent) {
    return isAdmin() || any(Scope.Kind.MANAGE, agent);
  }

  /** Whether the admin API may tell it of that agent. */
  public boolean mayRead(String agent) {
    return mayRead() || any(Scope.Kind.MANAGE, agent);
  }

  /** Whether it may call that tool. */
  public boolean mayCall(String agent, String tool) {
    return isAdmin()
        || all.stream()
            .anyMatch(
                it ->
                    it.kind() == Scope.Kind.INVOKE
                        && it.isAbout(agent)
                        && (it.tool().isEmpty() || it.tool().equals(tool)));
  }

  /** Whether it may call every tool of the agent, also one whose name is not known. */
  public boolean mayCallAll(String agent) {
    return isAdmin()
        || all.stream()
            .anyMatch(
                it -> it.kind() == Scope.Kind.INVOKE && it.isAbout(agent) && it.tool().isEmpty());
  }

  /** Whether it may call anything of the agent. */
  public boolean mayCallAny(String agent) {
    return isAdmin() || any(Scope.Kind.INVOKE, agent);
  }

  /** Whether the agent and its tools may be shown to it: it may call or read something of it. */
  public boolean sees(String agent) {
    return mayRead(agent) || any(Scope.Kind.INVOKE, agent);
  }

  /** Whether a tool may be shown to it. */
  public boolean sees(String agent, String tool) {
    return mayRead(agent) || mayCall(agent, tool);
  }

  private boolean any(Scope.Kind kind, String agent) {
    return all.stream().anyMatch(it -> it.kind() == kind && it.isAbout(agent));
  }

  @Override
  public String toString() {
    return all.stream().map(Scope::toString).collect(Collectors.joining(" "));
  }
}
