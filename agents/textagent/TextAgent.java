import dev.nexusdelta.agent.Agent;
import dev.nexusdelta.agent.Param;
import dev.nexusdelta.agent.Tool;
import dev.nexusdelta.agent.ToolException;
import java.text.BreakIterator;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Keywords, readability, summary and language of a text.
 *
 * <p>Stateless, so calls may run side by side. Languages are told by script and by their most
 * frequent words: a few kilobytes, where libraries with statistical models of each language take
 * many times this agent's memory.
 */
@Agent(
    name = "TextAgent",
    description = "Keywords, readability, summary and language of a text",
    version = "1.0.0")
public final class TextAgent {
  private static final int MAX_TEXT = 200_000;
  private static final int MAX_SENTENCES = 1_000;
  private static final int MAX_KEYWORDS = 100;
  private static final String TEXT = "plain text, at most 200000 characters";

  public record Keyword(
      @Param("in lower case") String keyword,
      @Param("1 = the most important one") double score,
      @Param("how often it occurs") int count) {}

  public record Keywords(@Param("ISO 639-1, or und") String language, List<Keyword> keywords) {}

  @Tool(
      description =
          "The words and phrases that a text is about: runs of words between stop words, the more often and the"
              + " longer the better. A phrase counts if it recurs or stands alone between stop words.",
      readOnly = true,
      idempotent = true)
  public Keywords keywords(
      @Param(value = TEXT, maxLength = MAX_TEXT) String text,
      @Param(value = "how many at most", defaultValue = "10", min = 1, max = MAX_KEYWORDS)
          int limit,
      @Param(value = "longest phrase in words", defaultValue = "3", min = 1, max = 5)
          int maxWords) {
    String language = Languages.best(text);
    return new Keywords(
        language, Phrases.keywords(text, Languages.stopWords(language), limit, maxWords));
  }

  public record Readability(
      @Param("whose syllables and formula were used") String language,
      int sentences,
      int words,
      int syllables,
      double wordsPerSentence,
      double syllablesPerWord,
      @Param("100 = very easy, 60 = plain, 30 = difficult; may leave 0 to 100")
          double fleschReadingEase,
      @Param("very easy, easy, fairly easy, plain, fairly difficult, difficult, or very difficult")
          String level,
      @Param("years of school (Flesch-Kincaid); English only") Optional<Double> gradeLevel,
      @Param("years of school (Gunning fog); English only") Optional<Double> gunningFog,
      @Param("years of school (SMOG); English only, from 3 sentences on") Optional<Double> smog,
      @Param("years of school (automated readability index)") double automatedReadability,
      int readingSeconds) {}

  @Tool(
      description =
          "How hard a text is to read: Flesch reading ease (with the coefficients for English, German, French, Spanish"
              + " or Italian), Flesch-Kincaid, Gunning fog, SMOG, ARI.",
      readOnly = true,
      idempotent = true)
  public Readability readability(
      @Param(value = TEXT, maxLength = MAX_TEXT) String text,
      @Param(value = "en, de, fr, es or it; detected when absent", pattern = "^(en|de|fr|es|it)$")
          Optional<String> language) {
    List<String> words = Words.of(text);
    if (words.isEmpty()) {
      throw refuse("text holds no word; send at least one sentence");
    }
    String used = language.orElseGet(() -> Languages.best(text));
    // Short texts are often undecided, and English is what the original formula is for.
    Flesch formula = Flesch.of(used.equals("und") ? "en" : used);
    return formula.readability(words, Math.max(1, Sentences.of(text).size()));
  }

  public record Summary(
      @Param("in the order of the text") List<String> sentences,
      String summary,
      @Param("sentences of the text") int total) {}

  @Tool(
      description =
          "The sentences that say most about a text (TextRank over shared words), word for word, in order.",
      readOnly = true,
      idempotent = true)
  public Summary summarize(
      @Param(value = TEXT, maxLength = MAX_TEXT) String text,
      @Param(value = "how many sentences", defaultValue = "3", min = 1, max = 50) int sentences) {
    List<String> all = Sentences.of(text);
    if (all.size() > MAX_SENTENCES) {
      throw refuse(
          "text has "
              + all.size()
              + " sentences; at most "
              + MAX_SENTENCES
              + " are compared, send a part of it");
    }
    Set<String> stopWords = Languages.stopWords(Languages.best(text));
    List<String> chosen =
        all.size() <= sentences ? all : TextRank.choose(all, stopWords, sentences);
    return new Summary(chosen, String.join(" ", chosen), all.size());
  }

  public record Guess(
      @Param("ISO 639-1, or und if nothing speaks for any language") String language,
      @Param("in English") String name,
      @Param("0 to 1") double confidence) {}

  public record Detection(
      String language,
      String name,
      double confidence,
      @Param("the script that most letters belong to, e.g. LATIN") String script,
      @Param("the next likely ones") List<Guess> others) {}

  @Tool(
      description =
          "The language of a text, by script and frequent words. Sentences are told well, single words often not"
              + " (language und).",
      readOnly = true,
      idempotent = true)
  public Detection detectLanguage(@Param(value = TEXT, maxLength = MAX_TEXT) String text) {
    List<Guess> guesses = Languages.detect(text);
    Guess best = guesses.get(0);
    return new Detection(
        best.language(),
        best.name(),
        best.confidence(),
        Scripts.main(text).map(Enum::name).orElse("NONE"),
        guesses.stream().skip(1).limit(3).toList());
  }

  private static ToolException refuse(String message) {
    return new ToolException(422, "invalid_parameters", message);
  }

  private static double rounded(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }

  /** Words and sentences as Unicode sees them. */
  private static final class Words {
    // Plain classes of characters: nested repetition would recurse once per letter.
    private static final Pattern WORD =
        Pattern.compile("[\\p{L}\\p{M}]['\\p{L}\\p{M}-]*|\\p{N}[\\p{N}.,]*");
    private static final Pattern TAIL = Pattern.compile("['.,-]+$");

    static List<String> of(String text) {
      List<String> words = new ArrayList<>();
      Matcher matcher = WORD.matcher(normalized(text));
      while (matcher.find()) {
        words.add(TAIL.matcher(matcher.group()).replaceFirst(""));
      }
      return words;
    }

    /** Lower case, composed, one kind of apostrophe. */
    static String normalized(String text) {
      return Normalizer.normalize(text, Normalizer.Form.NFC)
          .toLowerCase(Locale.ROOT)
          .replace('\u2019', '\'');
    }
  }

  private static final class Sentences {
    // BreakIterator ends a sentence after these when a capital letter follows.
    private static final Pattern ABBREVIATION =
        Pattern.compile(
            ".*\\b(?:Mr|Mrs|Ms|Dr|Prof|St|vs|etc|e\\.g|i\\.e|z\\.B|bzw|Nr|No|Inc|Ltd|Jr|\\p{Lu})\\.\\s*$",
            Pattern.DOTALL);

    static List<String> of(String text) {
      BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ROOT);
      List<String> sentences = new ArrayList<>();
      // An empty line ends a sentence even without a full stop: headings, list items.
      for (String paragraph : text.split("\\R\\s*\\R")) {
        breaks.setText(paragraph);
        StringBuilder pending = new StringBuilder();
        int start = breaks.first();
        for (int end = breaks.next(); end != BreakIterator.DONE; start = end, end = breaks.next()) {
          pending.append(paragraph, start, end);
          if (!endsInAbbreviation(pending)) {
            add(sentences, pending);
          }
        }
        add(sentences, pending);
      }
      return sentences;
    }

    private static boolean endsInAbbreviation(CharSequence text) {
      // The last few characters tell; matching the whole would be slow on long text.
      int from = Math.max(0, text.length() - 12);
      return ABBREVIATION.matcher(text.subSequence(from, text.length())).matches();
    }

    private static void add(List<String> sentences, StringBuilder pending) {
      String sentence = pending.toString().strip().replaceAll("\\s+", " ");
      if (sentence.codePoints().anyMatch(Character::isLetterOrDigit)) {
        sentences.add(sentence);
      }
      pending.setLength(0);
    }
  }

  /**
   * Candidates are the runs of words that no stop word and no punctuation interrupts, and the parts
   * of these runs.
   */
  private static final class Phrases {
    private static final Pattern BOUNDARY =
        Pattern.compile("[^\\p{L}\\p{M}\\p{N}'\\s-]|\\R\\s*\\R|\\s-\\s");
    private final Map<String, Integer> counts = new LinkedHashMap<>();
    private final Map<String, Integer> lengths = new HashMap<>();
    private final Set<String> wholeRuns = new HashSet<>();

    static List<Keyword> keywords(String text, Set<String> stopWords, int limit, int maxWords) {
      Phrases phrases = new Phrases();
      for (String part : BOUNDARY.split(Words.normalized(text))) {
        List<String> run = new ArrayList<>();
        for (String word : Words.of(part)) {
          if (word.length() > 1
              && !stopWords.contains(word)
              && !Character.isDigit(word.charAt(0))) {
            run.add(word);
          } else {
            phrases.add(run, maxWords);
            run.clear();
          }
        }
        phrases.add(run, maxWords);
      }
      return phrases.best(limit);
    }

    private void add(List<String> run, int maxWords) {
      for (int from = 0; from < run.size(); from++) {
        for (int to = from + 1; to <= Math.min(run.size(), from + maxWords); to++) {
          List<String> words = run.subList(from, to);
          if (Set.copyOf(words).size() < words.size()) {
            break; // "very very": repetition, not a term
          }
          String phrase = String.join(" ", words);
          counts.merge(phrase, 1, Integer::sum);
          lengths.put(phrase, to - from);
          if (to - from == run.size()) {
            wholeRuns.add(phrase);
          }
        }
      }
    }

    private List<Keyword> best(int limit) {
      counts
          .keySet()
          .removeIf(p -> lengths.get(p) > 1 && counts.get(p) < 2 && !wholeRuns.contains(p));
      Set<String> covered = new HashSet<>();
      counts.forEach((phrase, count) -> cover(phrase, count, covered));
      counts.keySet().removeAll(covered);
      double top = counts.keySet().stream().mapToDouble(this::weight).max().orElse(1);
      // A stable sort: among equals the one that comes first in the text.
      return counts.keySet().stream()
          .sorted(Comparator.comparingDouble((String p) -> -weight(p)))
          .limit(limit)
          .map(p -> new Keyword(p, rounded(weight(p) / top), counts.get(p)))
          .toList();
    }

    /** Marks the parts of a phrase that never occur without it. */
    private void cover(String phrase, int count, Set<String> covered) {
      String[] words = phrase.split(" ");
      for (int from = 0; from < words.length; from++) {
        for (int to = from + 1; to <= words.length; to++) {
          String part = String.join(" ", Arrays.asList(words).subList(from, to));
          if (to - from < words.length && counts.getOrDefault(part, 0) == count) {
            covered.add(part);
          }
        }
      }
    }

    private double weight(String phrase) {
      return counts.get(phrase) * (1 + lengths.get(phrase)) / 2.0;
    }
  }

  /**
   * Sentences vote for sentences that share their words; the votes of the much voted count more.
   */
  private static final class TextRank {
    private static final double DAMPING = 0.85;
    private static final int ROUNDS = 30;

    static List<String> choose(List<String> sentences, Set<String> stopWords, int count) {
      List<Map<String, Double>> vectors = vectors(sentences, stopWords);
      double[] ranks = ranks(similarities(vectors));
      return IntStream.range(0, ranks.length)
          .boxed()
          .sorted(Comparator.comparingDouble((Integer i) -> -ranks[i]).thenComparingInt(i -> i))
          .limit(count)
          .sorted()
          .map(sentences::get)
          .toList();
    }

    /** Words of each sentence, weighted by how few sentences hold them, to length 1. */
    private static List<Map<String, Double>> vectors(
        List<String> sentences, Set<String> stopWords) {
      List<Map<String, Long>> counts = new ArrayList<>();
      Map<String, Integer> holders = new HashMap<>();
      for (String sentence : sentences) {
        Map<String, Long> words =
            Words.of(sentence).stream()
                .filter(w -> !stopWords.contains(w))
                .collect(Collectors.groupingBy(w -> w, Collectors.counting()));
        words.keySet().forEach(w -> holders.merge(w, 1, Integer::sum));
        counts.add(words);
      }
      List<Map<String, Double>> vectors = new ArrayList<>();
      for (Map<String, Long> words : counts) {
        Map<String, Double> vector = new HashMap<>();
        words.forEach(
            (w, n) -> vector.put(w, n * Math.log(1 + (double) sentences.size() / holders.get(w))));
        double length = Math.sqrt(vector.values().stream().mapToDouble(v -> v * v).sum());
        vector.replaceAll((w, v) -> v / length);
        vectors.add(vector);
      }
      return vectors;
    }

    private static float[][] similarities(List<Map<String, Double>> vectors) {
      int n = vectors.size();
      float[][] similar = new float[n][n];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < i; j++) {
          Map<String, Double> other = vectors.get(j);
          double sum = 0;
          for (Map.Entry<String, Double> word : vectors.get(i).entrySet()) {
            sum += word.getValue() * other.getOrDefault(word.getKey(), 0.0);
          }
          similar[i][j] = (float) sum;
          similar[j][i] = (float) sum;
        }
      }
      return similar;
    }

    private static double[] ranks(float[][] similar) {
      int n = similar.length;
      double[] given = new double[n];
      for (int i = 0; i < n; i++) {
        for (float s : similar[i]) {
          given[i] += s;
        }
      }
      double[] ranks = new double[n];
      Arrays.fill(ranks, 1.0 / n);
      for (int round = 0; round < ROUNDS; round++) {
        double[] next = new double[n];
        for (int i = 0; i < n; i++) {
          double votes = 0;
          for (int j = 0; j < n; j++) {
            votes += given[j] == 0 ? 0 : ranks[j] * similar[j][i] / given[j];
          }
          next[i] = (1 - DAMPING) / n + DAMPING * votes;
        }
        ranks = next;
      }
      return ranks;
    }
  }

  /**
   * Flesch's formula: base - perWord x words per sentence - perSyllable x syllables per word.
   * German after Amstad, French after Kandel and Moles, Spanish after Fernandez Huerta (as
   * corrected), Italian after Vacca and Franchina.
   */
  private record Flesch(
      String language, double base, double perWord, double perSyllable, String vowels) {
    // make (not table), makes (not boxes), walked (not wanted), something, business
    private static final Pattern SILENT =
        Pattern.compile(
            "(?<![aeiouyl])e$|(?<=[aeiouy]l)e$|(?<![aeiouycgshxz])es$|(?<![aeiouytd])ed$"
                + "|(?<=^(?:som|ev|wher|ther|hom|tim|lif|lik|car|us|saf|fac|plac|hop))e(?=[^aeiouyd](?!$))|(?<=bus)i(?=ness)");
    // Two vowels, two sounds: media, radio, science, quiet, video, museum, idea, area, created,
    // poem, being, various
    private static final Pattern SPOKEN =
        Pattern.compile(
            "(?<![cgst])ia|(?<![cgstxl])io|(?<![cgt])ien|^scien|^lio|iet|eo(?![pu])|eum|(?:id|ar|cr)ea|oe[mt]|[eiuy]ing|uous|uity"
                + "|(?:th|s)ms?$");
    private static final Pattern FRENCH_FINAL = Pattern.compile("(?<=.{2}[^aeiouyéèêî])es?$");
    private static final Map<String, Flesch> FORMULAS =
        Stream.of(
                new Flesch("en", 206.835, 1.015, 84.6, "aeiouy"),
                new Flesch("de", 180, 1, 58.5, "aeiouyäöü"),
                new Flesch("fr", 207, 1.015, 73.6, "aeiouyàâæéèêëîïôœùûü"),
                new Flesch("es", 206.84, 1.02, 60, "aeiouáéíóúü"),
                new Flesch("it", 217, 1.3, 60, "aeiouàèéìòóù"))
            .collect(Collectors.toMap(Flesch::language, f -> f));

    static Flesch of(String language) {
      Flesch formula = FORMULAS.get(language);
      if (formula == null) {
        throw refuse(
            "there is no formula for language "
                + language
                + "; give one of en, de, fr, es, it in 'language'");
      }
      return formula;
    }

    Readability readability(List<String> words, int sentences) {
      int syllables = 0;
      int long3 = 0;
      int characters = 0;
      for (String word : words) {
        int count = syllables(word);
        syllables += count;
        long3 += count >= 3 ? 1 : 0;
        characters += word.length();
      }
      double asl = (double) words.size() / sentences;
      double asw = (double) syllables / words.size();
      double ease = base - perWord * asl - perSyllable * asw;
      boolean english = language.equals("en");
      return new Readability(
          language,
          sentences,
          words.size(),
          syllables,
          rounded(asl),
          rounded(asw),
          rounded(ease),
          level(ease),
          ifTrue(english, 0.39 * asl + 11.8 * asw - 15.59),
          ifTrue(english, 0.4 * (asl + 100.0 * long3 / words.size())),
          ifTrue(english && sentences >= 3, 1.043 * Math.sqrt(30.0 * long3 / sentences) + 3.1291),
          rounded(4.71 * characters / words.size() + 0.5 * asl - 21.43),
          // 238 words a minute: adults reading silently.
          (int) Math.ceil(words.size() * 60 / 238.0));
    }

    private static Optional<Double> ifTrue(boolean known, double value) {
      return known ? Optional.of(rounded(value)) : Optional.empty();
    }

    private static String level(double ease) {
      String[] levels = {
        "very difficult",
        "difficult",
        "fairly difficult",
        "plain",
        "fairly easy",
        "easy",
        "very easy"
      };
      int[] from = {30, 50, 60, 70, 80, 90};
      return levels[(int) Arrays.stream(from).filter(f -> ease >= f).count()];
    }

    /**
     * Groups of vowels, corrected for what English writes but does not say, and the other way
     * round.
     */
    private int syllables(String word) {
      int count = 0;
      boolean inside = false;
      for (int i = 0; i < word.length(); i++) {
        boolean vowel = vowels.indexOf(word.charAt(i)) >= 0;
        count += vowel && !inside ? 1 : 0;
        inside = vowel;
      }
      if (language.equals("en")) {
        count += matches(SPOKEN, word) - matches(SILENT, word);
      }
      // A French final e is silent when there is another syllable.
      if (language.equals("fr") && FRENCH_FINAL.matcher(word).find()) {
        count--;
      }
      return Math.max(1, count);
    }

    private static int matches(Pattern pattern, String word) {
      return (int) pattern.matcher(word).results().count();
    }
  }

  private static final class Scripts {
    /** The script of most letters; empty when there is none. */
    static Optional<Character.UnicodeScript> main(String text) {
      Map<Character.UnicodeScript, Long> counts = new EnumMap<>(Character.UnicodeScript.class);
      text.codePoints()
          .filter(Character::isLetter)
          .forEach(c -> counts.merge(Character.UnicodeScript.of(c), 1L, Long::sum));
      // Japanese mixes: a fifth of kana is enough to tell it from Chinese.
      long kana =
          counts.getOrDefault(Character.UnicodeScript.HIRAGANA, 0L)
              + counts.getOrDefault(Character.UnicodeScript.KATAKANA, 0L);
      long han = counts.getOrDefault(Character.UnicodeScript.HAN, 0L);
      if (kana > 0 && kana * 5 >= han) {
        counts.merge(Character.UnicodeScript.HIRAGANA, kana + han, Long::sum);
      }
      return counts.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    }
  }

  private static final class Languages {
    private static final double UNDECIDED = 0.4;
    // One word in a hundred may hold a foreign letter: names, loan words.
    private static final double FOREIGN_LETTER = Math.log(0.1);

    /** Scripts that one major language uses. */
    private static final Map<Character.UnicodeScript, String> BY_SCRIPT =
        Map.ofEntries(
            Map.entry(Character.UnicodeScript.GREEK, "el"),
            Map.entry(Character.UnicodeScript.HEBREW, "he"),
            Map.entry(Character.UnicodeScript.HANGUL, "ko"),
            Map.entry(Character.UnicodeScript.HIRAGANA, "ja"),
            Map.entry(Character.UnicodeScript.KATAKANA, "ja"),
            Map.entry(Character.UnicodeScript.HAN, "zh"),
            Map.entry(Character.UnicodeScript.THAI, "th"),
            Map.entry(Character.UnicodeScript.DEVANAGARI, "hi"),
            Map.entry(Character.UnicodeScript.BENGALI, "bn"),
            Map.entry(Character.UnicodeScript.TAMIL, "ta"),
            Map.entry(Character.UnicodeScript.TELUGU, "te"),
            Map.entry(Character.UnicodeScript.GEORGIAN, "ka"),
            Map.entry(Character.UnicodeScript.ARMENIAN, "hy"));

    /** Languages that share a script; their words are the stop words, too. */
    private static final Map<String, Profile> PROFILES = new TreeMap<>();

    /**
     * The most frequent words with their ranks from 0, and the letters beyond a to z that the
     * language writes.
     */
    private record Profile(
        Character.UnicodeScript script, Map<String, Integer> ranks, String letters) {
      /**
       * By Zipf's law the frequency of a word falls with its rank; words beyond the list are rare
       * alike.
       */
      double wordLikelihood(String word) {
        Integer rank = ranks.get(word);
        return Math.log(rank == null ? 1 / 400.0 : 1 / (rank + 3.0));
      }
    }

    static {
      profile(
          "en",
          "",
          "the of and to in a is that for it was on are as with his they be at one have this from or had by"
              + " but not what all were we when your can said there use an each which she do how their if will up other"
              + " about out many then them these so some her would make like him into has more you i he my who its no our"
              + " been than most such only also over any because while where may could should does did just very much"
              + " between through after before both being don't it's me us those under again once here own same too");
      profile(
          "de",
          "äöüß",
          "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden"
              + " aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber"
              + " vor zur bis mehr durch man sein wurde sei wenn kann ich wir ihr mein kein keine dieser diese dieses uns"
              + " unter gegen vom schon hier sehr ihre seine was wo weil alle da");
      profile(
          "fr",
          "àâæçéèêëîïôœùûüÿ",
          "le la les de des du et en un une est que qui dans pour pas sur au aux avec il elle ce cette ces"
              + " plus par ne se sont son sa ses ou mais nous vous ils elles je tu on comme tout été être avoir fait leur"
              + " leurs y même deux aussi bien où si sans peut lui a ont d'une d'un c'est qu'il l'on était très entre");
      profile(
          "es",
          "áéíñóúü",
          "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me"
              + " si sin sobre este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde está mi"
              + " porque qué sólo han yo hay vez puede todos así nos ni parte tiene él uno donde bien tiempo ella esto ese");
      profile(
          "it",
          "àèéìíòóùú",
          "di e che la il un a per è una in non sono mi si lo ma con ho le ha da del della come io se dei i"
              + " gli al alla nel nella più anche o questo questa quello molto ci sua suo delle degli dal dalla sul sulla"
              + " essere stato era hanno perché quando dove chi cosa tutto loro ancora fatto");
      profile(
          "pt",
          "áâãàçéêíóôõúü",
          "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem"
              + " à seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo"
              + " aos ter seus quem nas me esse eles você tinha foram essa num nem são");
      profile(
          "nl",
          "éèëïóöü",
          "de van het een en in is dat op te zijn met voor niet aan er om ook als dan maar bij nog uit naar"
              + " heeft hij ze wordt door over ik je wat deze werd hebben die kan geen meer dit tot was zo al zou of haar"
              + " worden veel wel onder tegen onze wij mijn hun");
      profile(
          "sv",
          "åäöé",
          "och att det i en som på är av för med den till inte har de ett om var jag men sig så från vi kan nu"
              + " där han hon när man eller vara efter vid ut mot hade bara under också mycket skulle detta mer då deras"
              + " vill ska blev denna över någon");
      profile(
          "da",
          "æøåé",
          "og i at det en den til er som på de med af for ikke der var han et har om jeg men sig fra vi kan"
              + " så hun nu havde eller blev også efter være skal mod ved være bliver når meget hvor ud mig noget dette"
              + " hvad deres vil denne ville over");
      profile(
          "no",
          "æøåéò",
          "og i det på som er en til å han av for at med var de ikke den har jeg om et men så seg hun hadde"
              + " fra vi kan ble skal eller også etter være bare når nå mot ved hvor ut meg noe dette hva deres vil denne"
              + " ville over blir mye sier");
      profile(
          "fi",
          "äöå",
          "ja on ei että se oli hän en ovat mutta kun niin myös joka tai kuin ole mitä sitä hänen minä nyt"
              + " jos vain sen olla siitä jo mukaan ne sekä olisi kuitenkin tämä tämän vielä kaikki jotka vuoden jossa"
              + " hyvin ollut me te he");
      profile(
          "pl",
          "ąćęłńóśźż",
          "w i na z się nie to że do jest o jak po co ale za od a tak już przez tylko był dla czy było są być"
              + " może ich jego jej tego ten ta przy nad który która które oraz także bardzo jako gdy więc pod ze mnie mu ma"
              + " można jeszcze");
      profile(
          "cs",
          "áčďéěíňóřšťúůýž",
          "a se v na je že to s z do o jako i ve by si k aby který která které ale po za od nad jsou tak jeho"
              + " nebo také už jen při byl bylo byla pro není když jejich mezi než však ze být má co až podle může této");
      profile(
          "tr",
          "çğıöşüâî",
          "ve bir bu da de için ile olarak çok daha olan gibi var ne ama en o ki kadar sonra ya mi her göre"
              + " değil olduğu ise ben şey diye hiç sen biz onun bunu ancak veya oldu iki yok");
      profile(
          "ro",
          "ăâîșțşţ",
          "de și în a la cu o nu pe care din că mai un este sa se pentru ce au fost sau dar fi ca am prin"
              + " după sunt era lui fără între foarte aceasta această acest până doar când cum ei el ea eu ai ale al");
      profile(
          "hu",
          "áéíóöőúüű",
          "a az és hogy nem is egy ez ki de volt csak meg van ha mint már még el lesz aki vagy kell minden"
              + " ezt így után azt mert én itt ami nagyon most lehet sem pedig két fel között");
      profile(
          "id",
          "é",
          "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena tersebut bisa ada"
              + " mereka lebih kata tahun sudah atau saat oleh menjadi orang ia telah adalah seperti sebagai bahwa dapat"
              + " para harus namun kita dua satu masih hari hanya kami");
      profile(
          "ru",
          "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
          "и в не на я что он с как это по к а но у из за от то все так его же она для мы бы о вы был только"
              + " мне было вот меня еще ещё нет ему теперь когда даже если уже или ни быть был до вас нибудь они тут где"
              + " есть надо ней их чем была сам чтоб без будто при этот этого который также");
      profile(
          "uk",
          "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
          "і в на не що з у та до як це за я є від для він по але його вони так ми про бути був було все або"
              + " вже її який яка які тільки під час ще при б чи також їх року із коли якщо");
      profile(
          "bg",
          "абвгдежзийклмнопрстуфхцчшщъьюя",
          "и на да се в е от за с не че по са ще си като до но това или той тя те ми ви съм бе беше във при"
              + " които който която което има само още към през след може как ли аз му");
      profile(
          "ar",
          "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةأإآؤئء",
          "في من على إلى أن عن هذا هذه التي الذي كان ما لا مع هو هي كل بعد قد بين أو و لم كما أي ذلك"
              + " عند هناك كانت حتى ولا إن قبل غير");
      profile(
          "fa",
          "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیآأئءؤ",
          "و در به از که این را با است برای آن یک خود تا کرد بر هم نیز می شد های شده ما اما یا من"
              + " او بود دارد ها کند باید هر کرده");
    }

    private static void profile(String language, String letters, String words) {
      Map<String, Integer> ranks = new HashMap<>();
      for (String word : words.split(" ")) {
        ranks.putIfAbsent(word, ranks.size());
      }
      Character.UnicodeScript script = Character.UnicodeScript.of(words.charAt(0));
      PROFILES.put(language, new Profile(script, ranks, letters));
    }

    static Set<String> stopWords(String language) {
      Profile profile = PROFILES.get(language);
      return profile == null ? Set.of() : profile.ranks().keySet();
    }

    static String best(String text) {
      return detect(text).get(0).language();
    }

    /** Never empty; best first. */
    static List<Guess> detect(String text) {
      Optional<Character.UnicodeScript> script = Scripts.main(text);
      String only = script.map(BY_SCRIPT::get).orElse(null);
      if (only != null) {
        return List.of(guess(only, 1));
      }
      Map<String, Double> likelihoods = likelihoods(text, script.orElse(null));
      double best = likelihoods.values().stream().mapToDouble(l -> l).max().orElse(0);
      likelihoods.replaceAll((language, l) -> Math.exp(l - best));
      double total = likelihoods.values().stream().mapToDouble(l -> l).sum();
      List<Guess> guesses =
          likelihoods.entrySet().stream()
              .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
              .map(e -> guess(e.getKey(), e.getValue() / total))
              .filter(g -> g.confidence() >= 0.01)
              .toList();
      boolean told = !guesses.isEmpty() && guesses.get(0).confidence() >= UNDECIDED;
      return told ? guesses : List.of(new Guess("und", "undetermined", 0));
    }

    /**
     * Logarithms, for each language of the script: naive Bayes over words, with a fine for foreign
     * letters.
     */
    private static Map<String, Double> likelihoods(String text, Character.UnicodeScript script) {
      List<String> words = Words.of(text);
      String normalized = Words.normalized(text);
      Map<String, Double> likelihoods = new TreeMap<>();
      PROFILES.forEach(
          (language, profile) -> {
            if (profile.script() == script) {
              double sum = words.stream().mapToDouble(profile::wordLikelihood).sum();
              long foreign =
                  normalized
                      .chars()
                      .filter(
                          c -> c > 'z' && Character.isLetter(c) && profile.letters().indexOf(c) < 0)
                      .count();
              likelihoods.put(language, sum + foreign * FOREIGN_LETTER);
            }
          });
      return likelihoods;
    }

    private static Guess guess(String language, double confidence) {
      return new Guess(
          language,
          Locale.forLanguageTag(language).getDisplayLanguage(Locale.ENGLISH),
          rounded(confidence));
    }
  }
}
