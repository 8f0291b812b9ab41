package dev.nexusdelta.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nexusdelta.manifest.Manifest;
import dev.nexusdelta.manifest.ManifestReader;
import dev.nexusdelta.manifest.Run;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CardReaderTest {
  private static JsonObject seed() {
    return new JsonObject()
        .put("name", "FarAgent")
        .put("purpose", "Counts what is far away")
        .put("category", "utility")
        .put("model", "gpt-4")
        .put("tools", new JsonArray().add("count").add("measure"))
        .put("api_endpoint", "http://192.0.2.7:8081");
  }

  private static Manifest manifest(String yaml) {
    return ManifestReader.read(yaml)
        .fold(
            read -> read,
            faults -> {
              throw new AssertionError(faults.toString());
            });
  }

  private static CardException refused(JsonObject card) {
    return catchThrowableOfType(CardException.class, () -> CardReader.read(card.getMap()));
  }

  @Test
  void readsTheCardOfTheSeed() {
    Card card = CardReader.read(seed().getMap());
    assertThat(card.name().value()).isEqualTo("FarAgent");
    assertThat(card.address()).contains(URI.create("http://192.0.2.7:8081"));
    assertThat(card.said().description()).isEqualTo("Counts what is far away");
    assertThat(card.said().run()).isEqualTo(new Run.Url(List.of(card.address().get())));
    assertThat(card.tools()).containsExactly("count", "measure");
  }

  @Test
  void readsToolsInEitherSpellingWithHints() {
    JsonObject schema = new JsonObject().put("type", "object");
    Card card =
        CardReader.read(
            seed()
                .put(
                    "tools",
                    new JsonArray()
                        .add(
                            new JsonObject()
                                .put("name", "a")
                                .put("description", "first")
                                .put("inputSchema", schema)
                                .put("hints", new JsonObject().put("idempotent", true)))
                        .add(
                            new JsonObject()
                                .put("name", "b")
                                .put("input_schema", schema)
                                .put("readOnly", true)
                                .putNull("output_schema")))
                .getMap());
    assertThat(card.said().tools().get(0).idempotent()).isTrue();
    assertThat(card.said().tools().get(0).inputSchema()).contains(schema.encode());
    assertThat(card.said().tools().get(1).inputSchema()).contains(schema.encode());
    assertThat(card.said().tools().get(1).readOnly()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:9000,http://127.0.0.1:9000",
    "http://LOCALHOST.:9000/,http://127.0.0.1:9000",
    "http://agents.example.:9000,http://agents.example:9000",
    "http://192.0.2.7:9000/execute,http://192.0.2.7:9000",
    "http://[2001:db8::1]:9000,http://[2001:db8::1]:9000"
  })
  void oneAddressHasOneSpelling(String written, String read) {
    assertThat(CardReader.read(seed().put("api_endpoint", written).getMap()).address())
        .contains(URI.create(read));
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.1:9000",
    "http://user:geheim@192.0.2.7:9000",
    "https://192.0.2.7:9000",
    "ftp://192.0.2.7",
    "http://192.0.2.7:9000/base",
    "http://192.0.2.7:0",
    "192.0.2.7:9000"
  })
  void whatIsNoAddressIsRefusedAtItsPlace(String written) {
    CardException refused = refused(seed().put("api_endpoint", written));
    assertThat(refused.faults()).extracting(CardFault::pointer).containsOnly("/api_endpoint");
    assertThat(refused.getMessage()).doesNotContain("geheim");
  }

  @ParameterizedTest
  @CsvSource({
    "https://192.0.2.7:9000, is https",
    "https://192.0.2.7:9000, a forwarder of your own",
    "ftp://192.0.2.7, expected http://HOST:PORT such as http://192.0.2.7:9000",
    "container://MathAgent, expected http://HOST:PORT such as http://192.0.2.7:9000",
    "192.0.2.7:9000, an address such as http://192.0.2.7:9000",
    "http://192.0.2.7:9000/base, has a path"
  })
  void addressesAreSpokenOfAsACardHasThem(String written, String said) {
    assertThat(refused(seed().put("api_endpoint", written)).getMessage())
        .contains(said)
        .doesNotContain("run.url")
        .doesNotContain("container://My");
  }

  @Test
  void tellsAllFaultsWithTheNearestName() {
    CardException refused =
        refused(
            new JsonObject()
                .put("name", "-")
                .put("purpos", "x")
                .put(
                    "tools",
                    new JsonArray().add(new JsonObject().put("name", "t").put("inputShema", 1)))
                .put("api_endpoint", 1));
    assertThat(refused.faults())
        .extracting(CardFault::pointer)
        .contains("/purpos", "/tools/0/inputShema", "/api_endpoint", "/name");
    assertThat(refused.getMessage())
        .contains("did you mean 'purpose'?")
        .contains("did you mean 'inputSchema'?");
    assertThat(refused(seed().put("description", "again")).getMessage()).contains("/description");
    assertThat(refused(seed().put("tools", "count")).getMessage()).contains("/tools");
  }

  @Test
  void onAnAgentThatCameByCardItSaysEverythingButWhatAnOperatorHasSet() {
    Manifest before =
        manifest(
            "name: farAgent\ndescription: old\nlimits: {timeout: 5s}\ntools: [old]\n"
                + "run: {url: 'http://192.0.2.1:1'}");
    Manifest after = CardReader.read(seed().getMap()).onto(before);
    assertThat(after.description()).isEqualTo("Counts what is far away");
    assertThat(after.limits().timeout().toSeconds()).isEqualTo(5);
    assertThat(after.tools()).extracting(Manifest.ToolDeclaration::name).contains("count");
    assertThat(((Run.Url) after.run()).addresses().get(0).getPort()).isEqualTo(8081);
    JsonObject without = seed();
    without.remove("api_endpoint");
    assertThat(CardReader.read(without.getMap()).onto(before).run()).isEqualTo(before.run());
  }

  @Test
  void ofAnAgentThatTheOperatorRunsItChangesOnlyWhatIsSaid() {
    Manifest before =
        manifest(
            "name: FarAgent\nversion: '3'\ndescription: old\ncategory: mine\n"
                + "capabilities: [far]\nrun: {command: run}\n"
                + "tools: [{name: count, description: old, idempotent: true}]");
    JsonObject said = seed();
    said.remove("category");
    said.put(
        "tools",
        new JsonArray()
            .add(
                new JsonObject()
                    .put("name", "count")
                    .put("description", "new")
                    .put("readOnly", true))
            .add("measure"));
    Card card = CardReader.read(said.getMap());
    Manifest after = card.describing(before);
    assertThat(after.description()).isEqualTo("Counts what is far away");
    assertThat(after.category()).isEqualTo("mine");
    assertThat(after.version()).isEqualTo("3");
    assertThat(after.capabilities()).containsExactly("far");
    assertThat(after.run()).isEqualTo(before.run());
    assertThat(after.tools()).hasSize(1);
    assertThat(after.tools().get(0).description()).isEqualTo("new");
    assertThat(after.tools().get(0).readOnly()).isFalse();
    assertThat(after.tools().get(0).idempotent()).isTrue();
    assertThat(card.leftAlone(before)).containsExactly("measure");
  }
}
