package dev.nexusdelta.loadtest.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * One panel of a picture: lines over seconds, with scales and a legend. Used once, by one thread.
 */
final class Chart {
  static final int WIDTH = 960;
  private static final int LEFT = 64;
  private static final int RIGHT = 24;
  private static final int WANTED_TICKS = 4;

  private final String title;
  private final double top;
  private final double height;
  private final double seconds;
  private final StringBuilder shapes = new StringBuilder();
  private final StringBuilder borders = new StringBuilder();
  private final Map<String, String> legend = new LinkedHashMap<>();
  private double highest;
  private double lowest;
  private boolean logarithmic;

  /** A value at some second. */
  record Point(double second, double value) {}

  Chart(String title, double top, double height, double seconds, double highest) {
    this.title = title;
    this.top = top;
    this.height = height;
    this.seconds = seconds;
    this.highest = highest * 1.08;
  }

  /** The file's beginning: background, title, verdict. */
  static String head(int width, int height, String title, String verdict, boolean good) {
    return String.format(
        Locale.ROOT,
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d"\
         font-family="system-ui,Helvetica,Arial,sans-serif" font-size="12" fill="#333">
        <rect width="%1$d" height="%2$d" fill="#fff"/>
        <text x="64" y="28" font-size="16" font-weight="600">%3$s</text>
        <text x="%4$d" y="28" text-anchor="end" fill="%6$s">%5$s</text>
        """,
        width,
        height,
        escaped(title),
        width - RIGHT,
        escaped(verdict),
        good ? "#2c8a4b" : "#d0342c");
  }

  /** Values on a scale of powers of ten. */
  void logarithmic(DoubleStream values) {
    var range = values.summaryStatistics();
    logarithmic = true;
    double least = range.getCount() == 0 ? 1 : range.getMin();
    double most = range.getCount() == 0 ? 10 : range.getMax();
    lowest = Math.pow(10, Math.floor(Math.log10(Math.max(0.1, least / 4))));
    highest = Math.max(lowest * 10, Math.pow(10, Math.ceil(Math.log10(most) * 4) / 4));
  }

  /** A staircase, filled. */
  void area(String name, String colour, List<Point> points) {
    if (points.isEmpty()) {
      return;
    }
    legend.put(name, colour);
    shapes.append("<path fill=\"").append(colour).append("\" fill-opacity=\"0.35\" d=\"M");
    shapes.append(x(points.get(0).second())).append(' ').append(y(lowest));
    points.forEach(
        point ->
            shapes.append(" H").append(x(point.second())).append(" V").append(y(point.value())));
    shapes.append(" V").append(y(lowest)).append(" Z\"/>\n");
  }

  void line(String name, String colour, List<Point> points) {
    legend.put(name, colour);
    StringBuilder path = new StringBuilder();
    points.forEach(point -> path.append(path.isEmpty() ? "M" : " L").append(at(point)));
    stroke(colour, path);
  }

  void steps(String name, String colour, List<Point> points) {
    legend.put(name, colour);
    StringBuilder path = new StringBuilder();
    for (Point point : points) {
      if (path.isEmpty()) {
        path.append('M').append(at(point));
      } else {
        path.append(" H").append(x(point.second())).append(" V").append(y(point.value()));
      }
    }
    stroke(colour, path);
  }

  private void stroke(String colour, StringBuilder path) {
    shapes.append("<path fill=\"none\" stroke=\"").append(colour);
    shapes.append("\" stroke-width=\"1.8\" stroke-linejoin=\"round\" d=\"");
    shapes.append(path).append("\"/>\n");
  }

  void bars(String name, String colour, List<Point> points, double step) {
    legend.put(name, colour);
    for (Point point : points) {
      if (point.value() > 0) {
        shapes.append(
            String.format(
                Locale.ROOT,
                "<rect x=\"%s\" y=\"%s\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>%n",
                x(point.second()),
                y(point.value()),
                Math.max(1, step / seconds * width() * 0.8),
                Math.max(1, number(y(lowest)) - number(y(point.value()))),
                colour));
      }
    }
  }

  /** Something that happened, on the lower edge. */
  void mark(String name, String colour, double second) {
    legend.put(name + " ▲", colour);
    double at = number(x(second));
    double low = top + height;
    shapes.append(
        String.format(
            Locale.ROOT, "<path fill=\"%s\" d=\"M%.1f %.1f l-4 7 h8 Z\"/>%n", colour, at, low - 7));
  }

  /** Where another phase begins. */
  void border(double second, String name) {
    borders.append(
        String.format(
            Locale.ROOT,
            "<path stroke=\"#9aa0a8\" stroke-dasharray=\"2 3\" d=\"M%s %.1f V%.1f\"/>%n",
            x(second),
            top,
            top + height));
    if (!name.isEmpty()) {
      borders.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%.1f\" y=\"%.1f\" font-size=\"11\" fill=\"#6a6f78\">%s</text>%n",
              number(x(second)) + 4,
              top + 12,
              escaped(name)));
    }
  }

  /** Instead of lines. */
  void note(String text) {
    shapes.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%.1f\" fill=\"#8a8f98\">%s</text>%n",
            LEFT + 12,
            top + height / 2,
            escaped(text)));
  }

  String drawn() {
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%.1f\" font-weight=\"600\">%s</text>%n",
            LEFT,
            top - 10,
            escaped(title)));
    double end = WIDTH - RIGHT;
    List<String> names = new ArrayList<>(legend.keySet());
    for (int i = names.size() - 1; i >= 0; i--) {
      String name = names.get(i);
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\" fill=\"%s\">%s</text>%n",
              end,
              top - 10,
              legend.get(name),
              escaped(name)));
      end -= 7.0 * name.length() + 16;
    }
    grid(svg);
    return svg.append(borders).append(shapes).toString();
  }

  private void grid(StringBuilder svg) {
    for (double value : ticks()) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<path stroke=\"#e4e6ea\" d=\"M%d %s H%d\"/>"
                  + "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"#6a6f78\">%s</text>%n",
              LEFT,
              y(value),
              WIDTH - RIGHT,
              LEFT - 8,
              number(y(value)) + 4,
              Rounded.text(value)));
    }
    double every = pretty(seconds / 8);
    for (double second = 0; second <= seconds; second += every) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%s\" y=\"%.1f\" text-anchor=\"middle\" fill=\"#6a6f78\">%s s</text>%n",
              x(second),
              top + height + 16,
              Rounded.text(second)));
    }
  }

  private List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    if (logarithmic) {
      for (double value = lowest; value <= highest * 1.001; value *= 10) {
        ticks.add(value);
      }
      return ticks;
    }
    double every = Math.max(1, pretty(highest / WANTED_TICKS));
    for (double value = 0; value <= highest; value += every) {
      ticks.add(value);
    }
    return ticks;
  }

  /** The next of 1, 2, 5, 10, 20 … that is no smaller. */
  private static double pretty(double value) {
    double power = Math.pow(10, Math.floor(Math.log10(Math.max(1e-9, value))));
    double digit = value / power;
    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
  }

  private static double width() {
    return WIDTH - LEFT - RIGHT;
  }

  private String at(Point point) {
    return x(point.second()) + " " + y(point.value());
  }

  private String x(double second) {
    double within = Math.min(seconds, Math.max(0, second));
    return String.format(Locale.ROOT, "%.1f", LEFT + within / seconds * width());
  }

  private String y(double value) {
    double within = Math.min(highest, Math.max(lowest, value));
    double share =
        logarithmic
            ? Math.log(within / lowest) / Math.log(highest / lowest)
            : (within - lowest) / (highest - lowest);
    return String.format(Locale.ROOT, "%.1f", top + height * (1 - share));
  }

  private static double number(String text) {
    return Double.parseDouble(text);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
