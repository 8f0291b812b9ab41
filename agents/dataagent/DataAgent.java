import dev.nexusdelta.agent.Agent;
import dev.nexusdelta.agent.Items;
import dev.nexusdelta.agent.Param;
import dev.nexusdelta.agent.Tool;
import dev.nexusdelta.agent.ToolContext;
import dev.nexusdelta.agent.ToolException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.statistics.descriptive.DoubleStatistics;
import org.apache.commons.statistics.descriptive.Median;
import org.apache.commons.statistics.descriptive.Quantile;
import org.apache.commons.statistics.descriptive.Statistic;

/**
 * Statistics over lists of numbers and CSV tables.
 *
 * <p>Stateless, so calls may run side by side. What a sample cannot tell (the deviation of one
 * value, the mean of none) is absent from the answer, never NaN.
 */
@Agent(
    name = "DataAgent",
    description = "Statistics over lists of numbers and CSV tables",
    version = "1.0.0")
public final class DataAgent {
  private static final int MAX_VALUES = 100_000;
  // Cubes of larger values would leave the range of a double.
  private static final double MAX_MAGNITUDE = 1e100;
  private static final int MAX_COLUMNS = 200;
  private static final int MAX_DISTINCT = 1_000;
  private static final int MAX_CELLS = 500_000;
  private static final int PROGRESS_EVERY = 1_000;
  // The definition of Excel's QUARTILE.INC, of NumPy and of R.
  private static final Quantile QUANTILE =
      Quantile.withDefaults().with(Quantile.EstimationMethod.HF7);
  private static final String INVALID = "invalid_parameters";

  public record Quartiles(
      @Param("a quarter of the values is not larger") double q1,
      @Param("the median") double q2,
      @Param("three quarters of the values are not larger") double q3,
      @Param("q3 - q1") double iqr) {}

  public record Summary(
      int count,
      double sum,
      Optional<Double> min,
      Optional<Double> max,
      Optional<Double> mean,
      Optional<Double> median,
      @Param("sample standard deviation (n - 1); absent for fewer than two values")
          Optional<Double> deviation,
      @Param("sample variance (n - 1); absent for fewer than two values") Optional<Double> variance,
      @Param("standard deviation of the whole population (n)") Optional<Double> populationDeviation,
      @Param("absent for fewer than three values and for equal ones") Optional<Double> skewness,
      Optional<Quartiles> quartiles) {}

  @Tool(
      description =
          "Count, sum, mean, median, deviation and quartiles of a list of numbers. Quartiles are interpolated"
              + " as by Excel's QUARTILE.INC and NumPy.",
      readOnly = true,
      idempotent = true)
  public Summary processData(
      @Param(value = "the numbers, at most 100000", maxItems = MAX_VALUES) List<Double> data) {
    return summarize(numbers("data", data));
  }

  public enum OutlierMethod {
    IQR,
    ZSCORE,
    MAD
  }

  public record Outlier(
      @Param("position in the list, from 0") int index,
      double value,
      @Param("distance from the centre in units of the method's spread") double score) {}

  public record Outliers(
      OutlierMethod method,
      double threshold,
      @Param("values below are outliers") double lower,
      @Param("values above are outliers") double upper,
      List<Outlier> outliers) {}

  @Tool(
      description =
          "Values that lie far from the rest. IQR: beyond the quartiles by threshold x interquartile range; ZSCORE:"
              + " threshold standard deviations from the mean; MAD: threshold scaled median absolute deviations from"
              + " the median (robust).",
      readOnly = true,
      idempotent = true)
  public Outliers outliers(
      @Param(value = "the numbers; at least three", maxItems = MAX_VALUES) List<Double> data,
      @Param(value = "how the spread is measured", defaultValue = "IQR") OutlierMethod method,
      @Param(
              value = "how far is too far; usual are 1.5 (IQR), 3 (ZSCORE), 3.5 (MAD)",
              min = 0,
              max = 1000)
          Optional<Double> threshold) {
    double[] values = numbers("data", data);
    if (values.length < 3) {
      throw refuse("data has " + values.length + " value(s); outliers need at least 3");
    }
    double limit = threshold.orElseGet(() -> usualThreshold(method));
    Band band = band(values, method, limit);
    List<Outlier> found = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      if (values[i] < band.lower() || values[i] > band.upper()) {
        found.add(new Outlier(i, values[i], band.score(values[i])));
      }
    }
    return new Outliers(method, limit, band.lower(), band.upper(), found);
  }

  public enum CorrelationMethod {
    PEARSON,
    SPEARMAN
  }

  public record Correlation(
      CorrelationMethod method,
      int count,
      @Param("from -1 (opposite) over 0 (unrelated) to 1 (alike)") double coefficient,
      @Param("the least-squares line y = slope * x + intercept") double slope,
      double intercept) {}

  @Tool(
      description =
          "How two lists of the same length move together, with the least-squares line. SPEARMAN compares ranks:"
              + " any monotonic relation counts.",
      readOnly = true,
      idempotent = true)
  public Correlation correlation(
      @Param(value = "first list", maxItems = MAX_VALUES) List<Double> x,
      @Param(value = "second list, as long as the first", maxItems = MAX_VALUES) List<Double> y,
      @Param(value = "what is compared", defaultValue = "PEARSON") CorrelationMethod method) {
    double[] xs = numbers("x", x);
    double[] ys = numbers("y", y);
    if (xs.length != ys.length) {
      throw refuse("x has " + xs.length + " values and y has " + ys.length + "; give pairs");
    }
    if (xs.length < 2) {
      throw refuse("a correlation needs at least 2 pairs; got " + xs.length);
    }
    Moments raw = Moments.of(xs, ys);
    Moments compared = method == CorrelationMethod.PEARSON ? raw : Moments.of(ranks(xs), ranks(ys));
    double slope = raw.sxy() / raw.sxx();
    return new Correlation(
        method, xs.length, compared.coefficient(), slope, raw.meanY() - slope * raw.meanX());
  }

  public record ValueCount(String value, int count) {}

  public record Column(
      String name,
      @Param("number, boolean, text, or empty") String type,
      @Param("cells with a value") int count,
      @Param("cells without") int missing,
      @Param("different values, counted up to 1000") int distinct,
      @Param("of a number column") Optional<Summary> statistics,
      @Param("the most frequent values of any other column") List<ValueCount> top) {}

  public record Table(int rows, int columns, String delimiter, List<Column> summary) {}

  @Tool(
      description =
          "Reads a CSV text (RFC 4180: quotes, line breaks in quotes) and summarizes each column: type, missing"
              + " cells, statistics or most frequent values.",
      readOnly = true,
      idempotent = true)
  public Table csvSummary(
      @Param(value = "the table as text", minLength = 1, maxLength = 2_000_000) String csv,
      @Param(value = "the first row names the columns", defaultValue = "true") boolean header,
      @Param(
              value = "what separates cells; guessed from the first row when absent",
              pattern = "^[^\"\\r\\n]$")
          Optional<String> delimiter) {
    String text = csv.startsWith("\uFEFF") ? csv.substring(1) : csv;
    char separator = delimiter.map(d -> d.charAt(0)).orElseGet(() -> guessDelimiter(text));
    List<Cells> columns = new ArrayList<>();
    int rows = read(text, separator, header, columns);
    if (columns.isEmpty()) {
      throw refuse("csv holds no row; give at least one line with a value");
    }
    List<Column> summary = new ArrayList<>();
    for (Cells cells : columns) {
      summary.add(cells.column());
    }
    return new Table(rows, columns.size(), String.valueOf(separator), summary);
  }

  public record Window(
      @Param("index of its last value") int end, double mean, double min, double max) {}

  @Tool(
      description =
          "Mean, smallest and largest value of each window of a series, one after another as they are made: a stream.",
      readOnly = true,
      idempotent = true)
  public Flow.Publisher<Window> rolling(
      @Param(value = "the series", maxItems = MAX_VALUES) List<Double> data,
      @Param(value = "values in a window", defaultValue = "10", min = 1, max = 10_000) int window,
      ToolContext context) {
    double[] values = numbers("data", data);
    if (values.length < window) {
      throw refuse("data has " + values.length + " value(s), fewer than a window of " + window);
    }
    int windows = values.length - window + 1;
    return Items.of(
        IntStream.range(0, windows)
            .mapToObj(
                i -> {
                  if (i % PROGRESS_EVERY == 0) {
                    context.progress(i, windows, "");
                  }
                  DoubleSummaryStatistics s =
                      Arrays.stream(values, i, i + window).summaryStatistics();
                  return new Window(i + window - 1, s.getAverage(), s.getMin(), s.getMax());
                }));
  }

  private static ToolException refuse(String message) {
    return new ToolException(422, INVALID, message);
  }

  private static double[] numbers(String name, List<Double> list) {
    double[] values = new double[list.size()];
    for (int i = 0; i < values.length; i++) {
      Double value = list.get(i);
      // Written so that NaN is refused too.
      if (value == null || !(Math.abs(value) <= MAX_MAGNITUDE)) {
        throw refuse(
            name + "[" + i + "] is " + value + "; expected a number between -1e100 and 1e100");
      }
      values[i] = value;
    }
    return values;
  }

  private static Summary summarize(double[] values) {
    int n = values.length;
    if (n == 0) {
      Optional<Double> none = Optional.empty();
      return new Summary(0, 0, none, none, none, none, none, none, none, none, Optional.empty());
    }
    DoubleStatistics all =
        DoubleStatistics.builder(
                Statistic.SUM,
                Statistic.MIN,
                Statistic.MAX,
                Statistic.MEAN,
                Statistic.VARIANCE,
                Statistic.SKEWNESS)
            .build(values);
    double variance = all.getAsDouble(Statistic.VARIANCE);
    double[] quarters = QUANTILE.evaluate(values.clone(), 0.25, 0.5, 0.75);
    return new Summary(
        n,
        all.getAsDouble(Statistic.SUM),
        Optional.of(all.getAsDouble(Statistic.MIN)),
        Optional.of(all.getAsDouble(Statistic.MAX)),
        Optional.of(all.getAsDouble(Statistic.MEAN)),
        Optional.of(quarters[1]),
        n < 2 ? Optional.empty() : Optional.of(Math.sqrt(variance)),
        n < 2 ? Optional.empty() : Optional.of(variance),
        Optional.of(Math.sqrt(variance * (n - 1) / n)),
        Optional.of(all.getAsDouble(Statistic.SKEWNESS))
            .filter(s -> variance > 0 && Double.isFinite(s)),
        Optional.of(
            new Quartiles(quarters[0], quarters[1], quarters[2], quarters[2] - quarters[0])));
  }

  private static double usualThreshold(OutlierMethod method) {
    return switch (method) {
      case IQR -> 1.5;
      case ZSCORE -> 3;
      case MAD -> 3.5;
    };
  }

  /** What counts as inside, and the unit in which distances from it are told. */
  private record Band(double lower, double upper, double centre, double unit) {
    double score(double value) {
      // Without any spread every other value is infinitely far: JSON has no infinity, so the plain
      // distance is told.
      return unit > 0 ? (value - centre) / unit : value - centre;
    }
  }

  private static Band band(double[] values, OutlierMethod method, double limit) {
    Summary all = summarize(values);
    double median = all.median().orElseThrow();
    if (method == OutlierMethod.IQR) {
      Quartiles q = all.quartiles().orElseThrow();
      return new Band(q.q1() - limit * q.iqr(), q.q3() + limit * q.iqr(), median, q.iqr());
    }
    if (method == OutlierMethod.ZSCORE) {
      double mean = all.mean().orElseThrow();
      double unit = all.deviation().orElseThrow();
      return new Band(mean - limit * unit, mean + limit * unit, mean, unit);
    }
    double[] distances = Arrays.stream(values).map(v -> Math.abs(v - median)).toArray();
    // 1.4826 makes it comparable to a standard deviation for normally distributed values.
    double unit = 1.4826 * Median.withDefaults().evaluate(distances);
    return new Band(median - limit * unit, median + limit * unit, median, unit);
  }

  /**
   * Sums of squares around the means; two passes, because one loses digits when the mean is large.
   */
  private record Moments(double meanX, double meanY, double sxx, double syy, double sxy) {
    static Moments of(double[] x, double[] y) {
      double meanX = Arrays.stream(x).average().orElseThrow();
      double meanY = Arrays.stream(y).average().orElseThrow();
      double sxx = 0;
      double syy = 0;
      double sxy = 0;
      for (int i = 0; i < x.length; i++) {
        double dx = x[i] - meanX;
        double dy = y[i] - meanY;
        sxx += dx * dx;
        syy += dy * dy;
        sxy += dx * dy;
      }
      if (sxx == 0 || syy == 0) {
        throw refuse(
            (sxx == 0 ? "x" : "y") + " never changes; a correlation needs different values");
      }
      return new Moments(meanX, meanY, sxx, syy, sxy);
    }

    double coefficient() {
      double product = sxx * syy;
      // One root rounds once, so that a straight line gives exactly 1; two where the product leaves
      // the range.
      boolean inRange = product > 0 && Double.isFinite(product);
      double r = inRange ? sxy / Math.sqrt(product) : sxy / Math.sqrt(sxx) / Math.sqrt(syy);
      return Math.max(-1, Math.min(1, r));
    }
  }

  /** Ranks from 1; equal values share the mean of their ranks. */
  private static double[] ranks(double[] values) {
    Integer[] order = new Integer[values.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> values[i]));
    double[] ranks = new double[values.length];
    int start = 0;
    while (start < order.length) {
      int end = start;
      while (end + 1 < order.length && values[order[end + 1]] == values[order[start]]) {
        end++;
      }
      for (int i = start; i <= end; i++) {
        ranks[order[i]] = (start + end) / 2.0 + 1;
      }
      start = end + 1;
    }
    return ranks;
  }

  private static char guessDelimiter(String text) {
    String firstLine = text.lines().findFirst().orElse("");
    char best = ',';
    long most = 0;
    for (char candidate : new char[] {',', ';', '\t', '|'}) {
      long count = firstLine.chars().filter(c -> c == candidate).count();
      if (count > most) {
        most = count;
        best = candidate;
      }
    }
    return best;
  }

  private static int read(String text, char separator, boolean header, List<Cells> columns) {
    CSVFormat format =
        CSVFormat.RFC4180.builder().setDelimiter(separator).setIgnoreEmptyLines(true).get();
    int rows = 0;
    try (CSVParser parser = CSVParser.parse(text, format)) {
      for (CSVRecord row : parser) {
        checkSize(row, rows);
        boolean names = header && row.getRecordNumber() == 1;
        for (int i = 0; i < row.size(); i++) {
          if (i == columns.size()) {
            // A row longer than those before: they lacked this cell.
            columns.add(new Cells(names ? row.get(i).strip() : "column " + (i + 1), rows));
          }
          if (!names) {
            columns.get(i).add(row.get(i).strip());
          }
        }
        for (int i = row.size(); i < columns.size(); i++) {
          columns.get(i).add("");
        }
        rows += names ? 0 : 1;
      }
      return rows;
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      throw refuse("csv breaks after row " + rows + ": " + reason(e) + "; close every quote");
    }
  }

  private static String reason(Exception e) {
    Throwable cause = e instanceof UncheckedIOException ? e.getCause() : e;
    return String.valueOf(cause.getMessage());
  }

  private static void checkSize(CSVRecord row, int rows) {
    if (row.size() > MAX_COLUMNS) {
      throw refuse(
          "row "
              + row.getRecordNumber()
              + " has "
              + row.size()
              + " cells; at most 200 columns are read");
    }
    if ((long) rows * row.size() > MAX_CELLS) {
      throw refuse("csv has more than " + MAX_CELLS + " cells; send a part of it");
    }
  }

  /**
   * One column while it is read: numbers for as long as every value is one, counts of values for
   * the rest.
   */
  private static final class Cells {
    private final String name;
    private final Map<String, Integer> counts = new HashMap<>();
    private double[] numbers = new double[16];
    private int filled;
    private int missing;
    private boolean allNumbers = true;
    private boolean allBooleans = true;

    Cells(String name, int missing) {
      this.name = name;
      this.missing = missing;
    }

    void add(String cell) {
      if (cell.isEmpty()) {
        missing++;
        return;
      }
      if (counts.containsKey(cell) || counts.size() < MAX_DISTINCT) {
        counts.merge(cell, 1, Integer::sum);
      }
      allBooleans &= cell.equalsIgnoreCase("true") || cell.equalsIgnoreCase("false");
      if (allNumbers) {
        addNumber(cell);
      }
      filled++;
    }

    private void addNumber(String cell) {
      try {
        double value = Double.parseDouble(cell);
        // Double.parseDouble also takes "NaN", "1d" and hexadecimal notation: words to a person.
        allNumbers = Math.abs(value) <= MAX_MAGNITUDE && cell.matches("[-+.0-9eE]+");
        numbers = filled < numbers.length ? numbers : Arrays.copyOf(numbers, filled * 2);
        numbers[filled] = value;
      } catch (NumberFormatException e) {
        allNumbers = false;
        numbers = new double[0];
      }
    }

    Column column() {
      boolean number = allNumbers && filled > 0;
      String type = filled == 0 ? "empty" : number ? "number" : allBooleans ? "boolean" : "text";
      Optional<Summary> statistics =
          number ? Optional.of(summarize(Arrays.copyOf(numbers, filled))) : Optional.empty();
      List<ValueCount> top =
          number
              ? List.of()
              : counts.entrySet().stream()
                  .map(e -> new ValueCount(e.getKey(), e.getValue()))
                  .sorted(
                      Comparator.comparingInt(ValueCount::count)
                          .reversed()
                          .thenComparing(ValueCount::value))
                  .limit(5)
                  .toList();
      return new Column(name, type, filled, missing, counts.size(), statistics, top);
    }
  }
}
