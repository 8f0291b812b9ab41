package dev.nexusdelta.admin;

import dev.nexusdelta.access.Refusal;
import dev.nexusdelta.admin.Changes.Change;
import dev.nexusdelta.discovery.AgentSpec;
import dev.nexusdelta.discovery.AppliedMark.Origin;
import dev.nexusdelta.discovery.Registry;
import dev.nexusdelta.fleet.FleetControl;
import dev.nexusdelta.manifest.Run;
import dev.nexusdelta.market.Card;
import dev.nexusdelta.market.CardException;
import dev.nexusdelta.market.CardReader;
import dev.nexusdelta.problem.Problem;
import dev.nexusdelta.problem.ProblemCode;
import dev.nexusdelta.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Registers cards. A card of an agent that nobody knows makes one that runs where the card says, if
 * it may be called there; once more, it changes that one. Of an agent that the operator runs it
 * changes only what is said of it.
 */
final class CardRegistration {
  private static final Pattern PORT = Pattern.compile(":([0-9]{1,5})$");

  private static final String ALLOW =
      "the operator decides where agents of others may run: key marketplace.allow in"
          + " nexus.yaml (nexus config explain marketplace.allow)";

  private static final String ELSEWHERE =
      "no entry of marketplace.allow changes that: give the address of the agent itself, such as"
          + " http://192.0.2.7:9000; an agent that the gateway runs is called by its name";

  private final Registry registry;
  private final FleetControl fleet;
  private final Changes changes;
  private final AgentAddresses addresses;
  private final GatewayControl gateway;

  CardRegistration(
      Registry registry,
      FleetControl fleet,
      Changes changes,
      AgentAddresses addresses,
      GatewayControl gateway) {
    this.registry = registry;
    this.fleet = fleet;
    this.changes = changes;
    this.addresses = addresses;
    this.gateway = gateway;
  }

  /**
   * What came of a card.
   *
   * @param notes what of it was not taken, for people
   */
  record Registered(Change change, List<String> notes) {}

  /** Fails with a 422 for a bad card, with a 409 for one that contradicts what there is. */
  Future<Registered> register(RoutingContext ctx, Map<String, @Nullable Object> body) {
    Card card = read(body);
    Caller.check(ctx, Need.MANAGE_AGENT, card.name());
    Optional<AgentSpec> present = registry.agent(card.name());
    return isCards(present) ? elsewhere(ctx, card, present) : here(ctx, card, present.get());
  }

  private static Card read(Map<String, @Nullable Object> body) {
    try {
      return CardReader.read(body);
    } catch (CardException e) {
      throw new ProblemException(
          Problem.of(ProblemCode.INVALID_PARAMETERS, "the card is refused: " + e.getMessage())
              .hint("GET /openapi.json describes cards; nothing was changed")
              .errors(
                  e.faults().stream()
                      .map(fault -> new Problem.Fault(fault.pointer(), fault.message()))
                      .toList()));
    }
  }

  /** Whether a card says all that there is to the agent. */
  private static boolean isCards(Optional<AgentSpec> present) {
    return present.filter(spec -> spec.applied().origin() != Origin.CARD).isEmpty();
  }

  private Future<Registered> elsewhere(RoutingContext ctx, Card card, Optional<AgentSpec> present) {
    if (card.address().isEmpty() && present.isEmpty()) {
      throw Refusals.member(
          "api_endpoint",
          "is missing, and there is no agent '"
              + card.name()
              + "' here: say where it runs, such as http://192.0.2.7:9000, or let the gateway run it"
              + " (nexus create --name "
              + card.name()
              + ")");
    }
    return card.address()
        .map(addresses::refusal)
        .orElseGet(() -> Future.succeededFuture(Optional.empty()))
        .compose(
            refusal -> {
              if (refusal.isPresent()) {
                return Future.failedFuture(mayNot(refusal.get()));
              }
              return changes
                  .make(ctx, card.name(), stored -> registered(card, stored))
                  .map(change -> new Registered(change, List.of()));
            });
  }

  private static AgentSpec registered(Card card, Optional<AgentSpec> stored) {
    Optional<AgentSpec> present = stored.filter(spec -> !spec.deleted());
    if (!isCards(present)) {
      throw Refusals.conflict(
          "agent '" + card.name() + "' was made by somebody else meanwhile",
          "register the card again: it then changes what is said of that agent");
    }
    return SpecEdits.withCard(
        stored, present.map(spec -> card.onto(spec.manifest())).orElse(card.said()));
  }

  private static ProblemException mayNot(Refusal refusal) {
    return new ProblemException(
        Problem.of(ProblemCode.INVALID_PARAMETERS, "/api_endpoint: " + refusal.reason())
            .hint(refusal.listable() ? ALLOW : ELSEWHERE)
            .errors(List.of(new Problem.Fault("/api_endpoint", refusal.reason()))));
  }

  private Future<Registered> here(RoutingContext ctx, Card card, AgentSpec spec) {
    return card.address()
        .map(address -> isOwn(spec, address))
        .orElseGet(() -> Future.succeededFuture(true))
        .compose(
            own -> {
              if (!own) {
                return Future.failedFuture(runsHere(card, spec));
              }
              return changes
                  .change(
                      ctx,
                      card.name(),
                      stored -> SpecEdits.described(stored, card.describing(stored.manifest())))
                  .map(change -> new Registered(change, notes(card, change.after())));
            });
  }

  private static ProblemException runsHere(Card card, AgentSpec spec) {
    return Refusals.conflict(
        "agent '"
            + spec.name()
            + "' is run by this gateway's operator, and "
            + card.address().map(URI::toString).orElse("")
            + " is neither a replica of it nor this gateway",
        "leave api_endpoint out to change what is said of it, or register the agent that runs there"
            + " under another name");
  }

  private static List<String> notes(Card card, AgentSpec after) {
    List<String> notes = new ArrayList<>();
    card.address()
        .ifPresent(
            address ->
                notes.add(
                    "api_endpoint "
                        + address
                        + " is not taken: calls go through "
                        + AgentJson.endpoint(after.name())));
    List<String> left = card.leftAlone(after.manifest());
    if (!left.isEmpty()) {
      notes.add(
          "tools that its manifest does not declare are what the agent itself says: "
              + String.join(", ", left));
    }
    return notes;
  }

  /** Whether an address is one of the agent's replicas, or this gateway. */
  private Future<Boolean> isOwn(AgentSpec spec, URI address) {
    if (spec.manifest().run() instanceof Run.Url url && url.addresses().contains(address)) {
      return Future.succeededFuture(true);
    }
    int port = address.getPort() < 0 ? 80 : address.getPort();
    return ports(spec).contains(port) ? addresses.isHere(address) : Future.succeededFuture(false);
  }

  private Set<Integer> ports(AgentSpec spec) {
    Set<Integer> ports = new HashSet<>();
    spec.manifest().port().ifPresent(ports::add);
    fleet
        .status(spec.name())
        .ifPresent(status -> status.everywhere().forEach(it -> add(ports, it.address())));
    gateway.cluster().gateways().forEach(member -> add(ports, member.url()));
    return ports;
  }

  private static void add(Set<Integer> ports, String address) {
    Matcher port = PORT.matcher(address);
    if (port.find()) {
      ports.add(Integer.parseInt(port.group(1)));
    }
  }
}
