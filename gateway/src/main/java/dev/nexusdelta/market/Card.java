package dev.nexusdelta.market;

import dev.nexusdelta.manifest.AgentName;
import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.Manifest.ToolDeclaration;
import dev.nexusdelta.manifest.Run;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A card as somebody registers it, checked. Pure.
 *
 * @param said the manifest of an agent that is nothing but this card; where no address is given,
 *     its {@code run} means nothing
 * @param given members that the card has
 * @param address where it says the agent runs
 */
public record Card(Manifest said, Set<String> given, Optional<URI> address) {

  /** Copies the set. */
  public Card {
    given = Set.copyOf(given);
  }

  /** Of the agent. */
  public AgentName name() {
    return said.name();
  }

  /** Names of its tools. */
  Set<String> tools() {
    Set<String> names = new LinkedHashSet<>();
    said.tools().forEach(tool -> names.add(tool.name()));
    return names;
  }

  /**
   * What an agent that came by card is to be: where it runs and what it says is the card's, what an
   * operator has set besides (limits, health, balance) stays.
   *
   * @param before as it is until now
   */
  public Manifest onto(Manifest before) {
    return with(
        before,
        said.version(),
        new Words(said.description(), said.category(), said.model(), said.capabilities()),
        address.isPresent() ? said.run() : before.run(),
        said.tools());
  }

  /**
   * What an agent that the operator runs is to say of itself: only what stands in the card, and of
   * tools only what the manifest declares itself; what its code says of others is left.
   */
  public Manifest describing(Manifest before) {
    List<ToolDeclaration> tools = new ArrayList<>();
    for (ToolDeclaration declared : before.tools()) {
      tools.add(
          said.tools().stream()
              .filter(tool -> tool.name().equals(declared.name()))
              .findFirst()
              .map(tool -> described(declared, tool))
              .orElse(declared));
    }
    return with(
        before,
        before.version(),
        new Words(
            given("purpose") || given("description") ? said.description() : before.description(),
            given("category") ? said.category() : before.category(),
            given("model") ? said.model() : before.model(),
            given("capabilities") ? said.capabilities() : before.capabilities()),
        before.run(),
        tools);
  }

  /** Tools of the card that {@link #describing} leaves as they are. */
  public List<String> leftAlone(Manifest before) {
    Set<String> names = tools();
    before.tools().forEach(tool -> names.remove(tool.name()));
    return List.copyOf(names);
  }

  private boolean given(String member) {
    return given.contains(member);
  }

  private static ToolDeclaration described(ToolDeclaration declared, ToolDeclaration said) {
    return new ToolDeclaration(
        declared.name(),
        said.description().isEmpty() ? declared.description() : said.description(),
        said.inputSchema().or(declared::inputSchema),
        said.outputSchema().or(declared::outputSchema),
        declared.readOnly(),
        declared.idempotent(),
        declared.destructive(),
        declared.timeout(),
        declared.concurrency());
  }

  private record Words(
      String description, String category, String model, List<String> capabilities) {}

  private static Manifest with(
      Manifest before, String version, Words words, Run run, List<ToolDeclaration> tools) {
    return new Manifest(
        before.name(),
        version,
        words.description(),
        words.category(),
        words.model(),
        words.capabilities(),
        run,
        before.port(),
        before.env(),
        before.secrets(),
        before.resources(),
        before.health(),
        before.limits(),
        before.balance(),
        before.scale(),
        tools,
        before.expose(),
        before.allowedLiterals());
  }
}
