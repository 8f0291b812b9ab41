package dev.nexusdelta.loadtest;

import dev.nexusdelta.loadtest.Tool.Payload;
import java.util.List;

/** A question or more to each sample agent, with what stands in the right answer. */
final class SampleTools {
  static final List<String> AGENTS =
      List.of("DataAgent", "TextAgent", "ImageAgent", "CodeAgent", "MathAgent");

  /** A PNG of one red pixel. */
  private static final String RED_DOT =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQD3A0FDAAAAAElFTkSuQmCC";

  private SampleTools() {}

  static Tool numbers() {
    return of(
        "DataAgent",
        "process_data",
        new Payload("{\"data\":[1,2,3,4,5]}", "\"mean\":3.0"),
        new Payload("{\"data\":[10,20,60]}", "\"mean\":30.0"),
        new Payload("{\"data\":[-4.5,4.5,0.25,-0.25]}", "\"mean\":0.0"));
  }

  static Tool languages() {
    return of(
        "TextAgent",
        "detect_language",
        new Payload("{\"text\":\"This is the language of the text.\"}", "\"language\":\"en\""),
        new Payload(
            "{\"text\":\"Das ist die Sprache, in der der Text geschrieben ist.\"}",
            "\"language\":\"de\""),
        new Payload(
            "{\"text\":\"C'est la langue dans laquelle le texte est écrit.\"}",
            "\"language\":\"fr\""));
  }

  static Tool images() {
    return of(
        "ImageAgent",
        "describe_image",
        new Payload("{\"image\":\"" + RED_DOT + "\"}", "\"format\":\"png\""));
  }

  static Tool sources() {
    return of(
        "CodeAgent",
        "check",
        new Payload("{\"source\":\"class A { }\"}", "\"valid\":true"),
        new Payload("{\"source\":\"record Point(int x, int y) { }\"}", "\"valid\":true"),
        new Payload("{\"source\":\"class A { void f( }\"}", "\"valid\":false"));
  }

  static Tool derivatives() {
    return of(
        "MathAgent",
        "derivative",
        new Payload("{\"expression\":\"x^3\"}", "\"derivative\":\"3 * x^2\""),
        new Payload("{\"expression\":\"x^5\"}", "\"derivative\":\"5 * x^4\""));
  }

  private static Tool of(String agent, String name, Payload... payloads) {
    return Tool.of(agent, name, LoadTools.inTurn(List.of(payloads)));
  }
}
