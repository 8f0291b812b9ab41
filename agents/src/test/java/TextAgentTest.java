import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nexusdelta.agent.AgentTester;
import dev.nexusdelta.agent.ToolException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TextAgentTest {
  private static final String ARTICLE =
      "Machine learning is a field of study in artificial intelligence. It is concerned with statistical"
          + " algorithms that can learn from data. Dr. Smith says that machine learning algorithms generalise to"
          + " unseen data, e.g. images. Machine learning finds application in many fields, including computer"
          + " vision. The weather was nice yesterday. Neural networks, a class of statistical algorithms, have"
          + " surpassed many previous machine learning approaches in performance.";
  private final AgentTester agent = AgentTester.of(new TextAgent());

  private Json call(String tool, Map<String, ?> parameters) {
    return new Json(agent.call(tool, parameters));
  }

  @ParameterizedTest
  @CsvSource({
    "en, The quick brown fox jumps over the lazy dog.",
    "de, Der schnelle braune Fuchs springt über den faulen Hund.",
    "fr, Le renard brun saute par-dessus le chien paresseux.",
    "es, El zorro marrón salta sobre el perro perezoso.",
    "it, La volpe marrone salta sopra il cane pigro.",
    "pt, A raposa marrom pula sobre o cão preguiçoso.",
    "nl, De snelle bruine vos springt over de luie hond.",
    "sv, Den snabba bruna räven hoppar över den lata hunden.",
    "da, Den hurtige brune ræv hopper over den dovne hund.",
    "pl, Szybki brązowy lis przeskakuje nad leniwym psem.",
    "tr, Hızlı kahverengi tilki tembel köpeğin üzerinden atlar.",
    "ru, Быстрая коричневая лиса прыгает через ленивую собаку.",
    "uk, Швидка коричнева лисиця стрибає через лінивого собаку і це добре.",
    "ar, الثعلب البني السريع يقفز فوق الكلب الكسول في الحديقة",
    "fa, روباه سریع از روی سگ می‌پرد و این خوب است",
    "ja, 素早い茶色の狐が怠け者の犬を飛び越える",
    "zh, 敏捷的棕色狐狸跳过懒狗",
    "ko, 빠른 갈색 여우",
    "el, Η γρήγορη αλεπού",
    "und, xyzzy 123",
    "und, 😀😀",
    "und, ''",
  })
  void tellsLanguages(String language, String text) {
    assertThat(call("detect_language", Map.of("text", text)).text("language")).isEqualTo(language);
  }

  @Test
  void tellsDecomposedLettersLikeComposedOnes() {
    String decomposed = "U\u0308ber den Flu\u0308ssen ist es scho\u0308n.";

    assertThat(call("detect_language", Map.of("text", decomposed)).text("language"))
        .isEqualTo("de");
  }

  @Test
  void findsWhatATextIsAbout() {
    Json result = call("keywords", Map.of("text", ARTICLE, "limit", 3));

    assertThat(result.text("language")).isEqualTo("en");
    assertThat(result.list("keywords").stream().map(k -> k.text("keyword")))
        .containsExactly("machine learning", "statistical algorithms", "algorithms");
    assertThat(result.list("keywords").get(0).number("score")).isEqualTo(1);
    assertThat(result.list("keywords").get(0).number("count")).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "the of and", "😀 … 42"})
  void findsNothingWhereNothingIs(String text) {
    assertThat(call("keywords", Map.of("text", text)).list("keywords")).isEmpty();
  }

  @Test
  void countsSyllablesAndSentences() {
    Json easy = call("readability", Map.of("text", "The cat sat on the mat. The dog ran."));

    assertThat(easy.number("sentences")).isEqualTo(2);
    assertThat(easy.number("words")).isEqualTo(9);
    assertThat(easy.number("syllables")).isEqualTo(9);
    assertThat(easy.number("fleschReadingEase"))
        .isCloseTo(206.835 - 1.015 * 4.5 - 84.6, within(0.001));
    assertThat(easy.text("level")).isEqualTo("very easy");
    assertThat(easy.isAbsent("smog")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "make, 1",
    "makes, 1",
    "table, 2",
    "walked, 1",
    "wanted, 2",
    "boxes, 2",
    "idea, 3",
    "radio, 3",
    "creation, 3",
    "science, 2",
    "beautiful, 3",
    "business, 2",
    "something, 2",
    "algorithms, 4",
    "intelligence, 4",
    "special, 2",
    "being, 2",
    "people, 2",
    "queue, 1",
    "every, 2",
    "don't, 1",
  })
  void knowsHowEnglishIsSpoken(String word, int syllables) {
    Json result = call("readability", Map.of("text", word, "language", "en"));

    assertThat(result.number("syllables")).isEqualTo(syllables);
  }

  @Test
  void usesTheFormulaOfTheLanguage() {
    Json german =
        call(
            "readability",
            Map.of("text", "Der Hund läuft über die Straße, und das ist nicht gut."));

    assertThat(german.text("language")).isEqualTo("de");
    assertThat(german.number("syllables")).isEqualTo(13);
    assertThat(german.isAbsent("gradeLevel")).isTrue();
  }

  @Test
  void refusesToRateWhatItCannotRead() {
    assertThatThrownBy(() -> call("readability", Map.of("text", " ... ")))
        .isInstanceOf(ToolException.class)
        .hasMessageContaining("no word");
    assertThatThrownBy(
            () -> call("readability", Map.of("text", "Быстрая лиса, и это всё что мы не")))
        .isInstanceOf(ToolException.class)
        .hasMessageContaining("no formula for language ru");
  }

  @Test
  void summarizesByTheSentencesThatShareMost() {
    Json summary = call("summarize", Map.of("text", ARTICLE, "sentences", 2));

    assertThat(summary.number("total")).isEqualTo(6);
    assertThat(summary.texts("sentences"))
        .hasSize(2)
        .allMatch(s -> s.contains("machine learning"))
        .allMatch(ARTICLE::contains)
        .noneMatch(s -> s.contains("weather"));
  }

  @Test
  void doesNotEndASentenceAfterAnAbbreviation() {
    Json summary =
        call("summarize", Map.of("text", "Dr. Smith met Mr. Jones. They spoke, e.g. of U.S. law."));

    assertThat(summary.texts("sentences"))
        .containsExactly("Dr. Smith met Mr. Jones.", "They spoke, e.g. of U.S. law.");
  }

  @Test
  void givesBackShortTextsAndEqualSentences() {
    assertThat(call("summarize", Map.of("text", "")).list("sentences")).isEmpty();
    assertThat(
            call("summarize", Map.of("text", "One. One. One. One.", "sentences", 2))
                .text("summary"))
        .isEqualTo("One. One.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a'", "a-", "a", "1.", ". ", "é́", "A. ", "\n\n", "x y "})
  void survivesMonotonousText(String piece) {
    String text = piece.repeat(200_000 / piece.length());
    for (String tool : new String[] {"keywords", "readability", "summarize", "detect_language"}) {
      String body =
          "{\"tool_name\":\""
              + tool
              + "\",\"parameters\":{\"text\":\""
              + text.replace("\n", "\\n")
              + "\"}}";
      assertThat(agent.execute(body).status()).as(tool).isIn(200, 422);
    }
  }

  @Test
  void refusesTextBeyondTheLimit() {
    assertThatThrownBy(() -> call("keywords", Map.of("text", "a".repeat(200_001))))
        .isInstanceOf(ToolException.class)
        .hasMessageContaining("text");
  }
}
