import dev.nexusdelta.agent.Agent;
import dev.nexusdelta.agent.Param;
import dev.nexusdelta.agent.Tool;
import dev.nexusdelta.agent.ToolException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Describes, shrinks and fingerprints PNG and JPEG images.
 *
 * <p>Stateless, so calls may run side by side. Size is checked in the header before anything is
 * decoded, and large pictures are decoded at a fraction of their size: memory depends on what is
 * looked at, not on what is sent.
 */
@Agent(
    name = "ImageAgent",
    description = "Describes, shrinks and fingerprints PNG and JPEG images",
    version = "1.0.0")
public final class ImageAgent {
  private static final int MAX_BASE64 = 4_000_000;
  private static final long MAX_PIXELS = 24_000_000;
  private static final int MAX_SIDE = 20_000;
  // Enough for colours and hashes; 4 MB while it is decoded.
  private static final long LOOKED_AT = 1_000_000;
  // Decoded pictures are large: more at once would not fit the heap.
  private static final Semaphore TURNS = new Semaphore(2, true);
  private static final String IMAGE =
      "the image, base64; a data: URL is fine. PNG or JPEG, at most 24 megapixels";

  static {
    System.setProperty("java.awt.headless", "true");
    ImageIO.setUseCache(false);
  }

  public record Colour(
      @Param("#rrggbb") String hex, @Param("part of the visible pixels, 0 to 1") double share) {}

  public record Histogram(
      @Param("pixels per brightness band, dark to bright") List<Integer> red,
      List<Integer> green,
      List<Integer> blue,
      List<Integer> luminance) {}

  public record Description(
      String format,
      int width,
      int height,
      double megapixels,
      @Param("e.g. 3:2") String aspectRatio,
      boolean alpha,
      @Param("clockwise quarter turns and mirrorings a viewer applies: EXIF 1 (none) to 8")
          int orientation,
      @Param("mean luminance, 0 (black) to 1 (white)") double brightness,
      @Param("standard deviation of luminance, 0 to 0.5") double contrast,
      boolean grayscale,
      @Param("pixels that were looked at; fewer than width x height when the image is large")
          int sampledPixels,
      Histogram histogram,
      @Param("most frequent first") List<Colour> dominantColours) {}

  @Tool(
      description = "Format, size, brightness, histogram and dominant colours of a picture.",
      readOnly = true,
      idempotent = true)
  public Description describeImage(
      @Param(value = IMAGE, minLength = 1, maxLength = MAX_BASE64) String image,
      @Param(value = "how many dominant colours", defaultValue = "5", min = 1, max = 16)
          int colours,
      @Param(value = "bands of the histogram", defaultValue = "16", min = 2, max = 256) int bins) {
    return Picture.look(image, LOOKED_AT, picture -> describe(picture, colours, bins));
  }

  private static Description describe(Picture picture, int colours, int bins) {
    Pixels pixels = Pixels.of(picture.image(), bins);
    int divisor = gcd(picture.width(), picture.height());
    return new Description(
        picture.format(),
        picture.width(),
        picture.height(),
        Math.round((double) picture.width() * picture.height() / 1e4) / 100.0,
        picture.width() / divisor + ":" + picture.height() / divisor,
        picture.image().getColorModel().hasAlpha(),
        picture.orientation(),
        round(pixels.brightness()),
        round(pixels.contrast()),
        pixels.grayscale,
        picture.image().getWidth() * picture.image().getHeight(),
        new Histogram(
            list(pixels.red), list(pixels.green), list(pixels.blue), list(pixels.luminance)),
        pixels.dominant(colours));
  }

  public enum OutputFormat {
    PNG,
    JPEG
  }

  public record Thumbnail(
      String format, int width, int height, int bytes, @Param("base64") String image) {}

  @Tool(
      description =
          "A smaller copy that fits a square, in the right proportions and turned as its camera says; never larger"
              + " than the original. JPEG puts transparent parts on white.",
      readOnly = true,
      idempotent = true)
  public Thumbnail thumbnail(
      @Param(value = IMAGE, minLength = 1, maxLength = MAX_BASE64) String image,
      @Param(value = "longest side in pixels", defaultValue = "128", min = 1, max = 512) int size,
      @Param(value = "of the answer", defaultValue = "PNG") OutputFormat format) {
    // Four times the wanted area leaves the mean something to work on.
    return Picture.look(image, 4L * size * size, picture -> thumbnail(picture, size, format));
  }

  private static Thumbnail thumbnail(Picture picture, int size, OutputFormat format) {
    double scale = Math.min(1, (double) size / Math.max(picture.width(), picture.height()));
    int width = Math.max(1, (int) Math.round(picture.width() * scale));
    int height = Math.max(1, (int) Math.round(picture.height() * scale));
    BufferedImage small = shrink(picture.image(), width, height, format == OutputFormat.PNG);
    BufferedImage upright = upright(small, picture.orientation());
    byte[] bytes = encode(upright, format);
    return new Thumbnail(
        format.name().toLowerCase(Locale.ROOT),
        upright.getWidth(),
        upright.getHeight(),
        bytes.length,
        Base64.getEncoder().encodeToString(bytes));
  }

  public record Fingerprint(
      @Param("64 bits, 16 hexadecimal digits") String hash,
      String algorithm,
      @Param("bits that differ from compareWith, 0 to 64") Optional<Integer> distance,
      @Param("10 bits or fewer differ: most likely the same motif") Optional<Boolean> similar) {}

  @Tool(
      description =
          "A fingerprint (DCT hash) that stays nearly the same when a picture is scaled, recompressed or slightly"
              + " recoloured; compares it with another one if given.",
      readOnly = true,
      idempotent = true)
  public Fingerprint perceptualHash(
      @Param(value = IMAGE, minLength = 1, maxLength = MAX_BASE64) String image,
      @Param(value = "a hash from an earlier call", pattern = "^[0-9a-fA-F]{16}$")
          Optional<String> compareWith) {
    long hash = Picture.look(image, LOOKED_AT, ImageAgent::dctHash);
    Optional<Integer> distance =
        compareWith.map(other -> Long.bitCount(hash ^ Long.parseUnsignedLong(other, 16)));
    return new Fingerprint(
        String.format("%016x", hash), "phash-dct-64", distance, distance.map(d -> d <= 10));
  }

  private static ToolException refuse(String message) {
    return new ToolException(422, "invalid_image", message);
  }

  private static List<Integer> list(int[] counts) {
    return Arrays.stream(counts).boxed().toList();
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  private static double round(double value) {
    return Math.round(value * 10_000) / 10_000.0;
  }

  // ITU-R BT.601, as JPEG uses it; 0 to 255.
  private static double luminance(int rgb) {
    return 0.299 * (rgb >> 16 & 255) + 0.587 * (rgb >> 8 & 255) + 0.114 * (rgb & 255);
  }

  /** A picture and what its header says; {@code image} may be a subsampled version. */
  private record Picture(
      String format, int width, int height, int orientation, BufferedImage image) {

    /** Decodes a picture and looks at it, in turn with other calls. */
    static <T> T look(String base64, long wantedPixels, Function<Picture, T> use) {
      try {
        TURNS.acquire();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted while waiting for a turn");
      }
      try {
        return use.apply(decode(base64, wantedPixels));
      } finally {
        TURNS.release();
      }
    }

    private static Picture decode(String base64, long wantedPixels) {
      byte[] bytes = bytes(base64);
      String format = format(bytes);
      ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
      try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
        // Metadata is not read: compressed text chunks could unpack to any size.
        reader.setInput(in, true, true);
        reader.addIIOReadWarningListener((source, warning) -> refuseCutOff(warning));
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        checkSize(width, height);
        int step = (int) Math.max(1, Math.floor(Math.sqrt((double) width * height / wantedPixels)));
        // No step may skip a whole side: 1 x 20000 is a picture too.
        step = Math.min(step, Math.min(width, height));
        ImageReadParam param = reader.getDefaultReadParam();
        param.setSourceSubsampling(step, step, 0, 0);
        BufferedImage image = reader.read(0, param);
        int orientation = format.equals("jpeg") ? Exif.orientation(bytes) : 1;
        return new Picture(format, width, height, orientation, image);
      } catch (IOException | RuntimeException e) {
        throw e instanceof ToolException refused
            ? refused
            : refuse(
                "the " + format + " cannot be decoded: " + e.getMessage() + "; is it complete?");
      } finally {
        reader.dispose();
      }
    }

    /** The JPEG decoder paints what is missing grey and only warns. */
    private static void refuseCutOff(String warning) {
      if (warning.contains("remature end")) {
        throw refuse("the jpeg is cut off; send all of it");
      }
    }

    private static byte[] bytes(String base64) {
      int comma = base64.startsWith("data:") ? base64.indexOf(',') : -1;
      String text = base64.substring(comma + 1).replaceAll("\\s", "");
      try {
        return Base64.getDecoder().decode(text);
      } catch (IllegalArgumentException e) {
        throw refuse("image is not base64: " + e.getMessage());
      }
    }

    private static String format(byte[] bytes) {
      if (startsWith(bytes, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n')) {
        return "png";
      }
      if (startsWith(bytes, 0xFF, 0xD8, 0xFF)) {
        return "jpeg";
      }
      String guess =
          startsWith(bytes, 'G', 'I', 'F')
              ? " (it looks like GIF)"
              : startsWith(bytes, 'R', 'I', 'F', 'F')
                  ? " (it looks like WebP)"
                  : startsWith(bytes, 'B', 'M') ? " (it looks like BMP)" : "";
      throw refuse("image is neither PNG nor JPEG" + guess + "; convert it first");
    }

    private static boolean startsWith(byte[] bytes, int... magic) {
      for (int i = 0; i < magic.length; i++) {
        if (i >= bytes.length || (bytes[i] & 255) != magic[i]) {
          return false;
        }
      }
      return true;
    }

    private static void checkSize(int width, int height) {
      if ((long) width * height > MAX_PIXELS || width > MAX_SIDE || height > MAX_SIDE) {
        throw new ToolException(
            413,
            "too_large",
            "the image is "
                + width
                + " x "
                + height
                + " pixels; at most 24 megapixels and 20000 on a side are read");
      }
    }
  }

  /** The orientation that a camera noted in a JPEG; damaged notes count as none. */
  private static final class Exif {
    static int orientation(byte[] jpeg) {
      int at = 2;
      while (at + 4 <= jpeg.length && (jpeg[at] & 255) == 0xFF) {
        int marker = jpeg[at + 1] & 255;
        int length = number(jpeg, at + 2, 2, false);
        if (marker == 0xDA || length < 2) {
          return 1;
        }
        if (marker == 0xE1 && number(jpeg, at + 4, 4, false) == 0x45786966) {
          return inTiff(jpeg, at + 10, Math.min(jpeg.length, at + 2 + length));
        }
        at += 2 + length;
      }
      return 1;
    }

    private static int inTiff(byte[] data, int start, int end) {
      boolean little = number(data, start, 2, false) == 0x4949;
      int offset = number(data, start + 4, 4, little);
      if (offset < 8 || offset > end - start - 2) {
        return 1;
      }
      int directory = start + offset;
      int entries = number(data, directory, 2, little);
      for (int i = 0; i < entries && directory + 2 + 12 * (i + 1) <= end; i++) {
        int entry = directory + 2 + 12 * i;
        if (number(data, entry, 2, little) == 0x0112) {
          int value = number(data, entry + 8, 2, little);
          return value >= 1 && value <= 8 ? value : 1;
        }
      }
      return 1;
    }

    /** Unsigned; -1 beyond the end of the data. */
    private static int number(byte[] data, int at, int bytes, boolean little) {
      if (at < 0 || at + bytes > data.length) {
        return -1;
      }
      int value = 0;
      for (int i = 0; i < bytes; i++) {
        value = (value << 8) | (data[little ? at + bytes - 1 - i : at + i] & 255);
      }
      return value;
    }
  }

  /** Counts over all pixels, read row by row. */
  private static final class Pixels {
    // Five bits a channel: colours that differ less look the same.
    private final int[] buckets = new int[1 << 15];
    private final int[] red;
    private final int[] green;
    private final int[] blue;
    private final int[] luminance;
    private boolean grayscale = true;
    private long visible;
    private double sum;
    private double squares;

    private Pixels(int bins) {
      red = new int[bins];
      green = new int[bins];
      blue = new int[bins];
      luminance = new int[bins];
    }

    static Pixels of(BufferedImage image, int bins) {
      Pixels pixels = new Pixels(bins);
      int[] row = new int[image.getWidth()];
      for (int y = 0; y < image.getHeight(); y++) {
        image.getRGB(0, y, row.length, 1, row, 0, row.length);
        for (int argb : row) {
          // What is mostly transparent has no colour that anybody sees.
          if (argb >>> 24 >= 128) {
            pixels.add(argb, bins);
          }
        }
      }
      return pixels;
    }

    private void add(int argb, int bins) {
      int r = argb >> 16 & 255;
      int g = argb >> 8 & 255;
      int b = argb & 255;
      double light = ImageAgent.luminance(argb);
      red[(r * bins) >> 8]++;
      green[(g * bins) >> 8]++;
      blue[(b * bins) >> 8]++;
      luminance[(int) (light * bins) >> 8]++;
      buckets[((r >> 3) << 10) | ((g >> 3) << 5) | (b >> 3)]++;
      grayscale &= Math.max(r, Math.max(g, b)) - Math.min(r, Math.min(g, b)) <= 4;
      visible++;
      sum += light / 255;
      squares += light / 255 * (light / 255);
    }

    double brightness() {
      return visible == 0 ? 0 : sum / visible;
    }

    double contrast() {
      double mean = brightness();
      return visible == 0 ? 0 : Math.sqrt(Math.max(0, squares / visible - mean * mean));
    }

    /**
     * Median cut: the box of colours with the largest spread is split at its median until there are
     * enough.
     */
    List<Colour> dominant(int count) {
      List<Box> boxes = new ArrayList<>();
      int[] used =
          java.util.stream.IntStream.range(0, buckets.length).filter(i -> buckets[i] > 0).toArray();
      if (used.length > 0) {
        boxes.add(new Box(used, buckets));
      }
      while (boxes.size() < count) {
        Box widest = boxes.stream().max(Comparator.comparingDouble(Box::spread)).orElse(null);
        if (widest == null || widest.colours.length < 2) {
          break;
        }
        boxes.remove(widest);
        boxes.addAll(widest.split());
      }
      return boxes.stream()
          .sorted(Comparator.comparingLong((Box b) -> b.pixels).reversed())
          // The edges between areas, not colours of their own.
          .filter(b -> b.pixels * 200 >= visible)
          .map(b -> new Colour(b.hex(), round((double) b.pixels / visible)))
          .toList();
    }
  }

  /** A set of colour buckets. */
  private static final class Box {
    private final int[] colours;
    private final int[] counts;
    private final long pixels;
    private final double[] mean = new double[3];
    private final double[] variance = new double[3];

    Box(int[] colours, int[] counts) {
      this.colours = colours;
      this.counts = counts;
      this.pixels = Arrays.stream(colours).mapToLong(c -> counts[c]).sum();
      for (int axis = 0; axis < 3; axis++) {
        double total = 0;
        double squares = 0;
        for (int colour : colours) {
          double value = channel(colour, axis);
          total += value * counts[colour];
          squares += value * value * counts[colour];
        }
        mean[axis] = total / pixels;
        variance[axis] = Math.max(0, squares / pixels - mean[axis] * mean[axis]);
      }
    }

    private static int channel(int colour, int axis) {
      return colour >> (10 - 5 * axis) & 31;
    }

    double spread() {
      return colours.length < 2 ? -1 : pixels * (variance[0] + variance[1] + variance[2]);
    }

    List<Box> split() {
      int axis =
          variance[0] >= variance[1] && variance[0] >= variance[2]
              ? 0
              : variance[1] >= variance[2] ? 1 : 2;
      int[] low = Arrays.stream(colours).filter(c -> channel(c, axis) <= mean[axis]).toArray();
      int[] high = Arrays.stream(colours).filter(c -> channel(c, axis) > mean[axis]).toArray();
      return List.of(new Box(low, counts), new Box(high, counts));
    }

    String hex() {
      int[] rgb = new int[3];
      for (int axis = 0; axis < 3; axis++) {
        // 31 stands for 255, not for 248.
        rgb[axis] = (int) Math.round(mean[axis] * 255 / 31);
      }
      return String.format("#%02x%02x%02x", rgb[0], rgb[1], rgb[2]);
    }
  }

  /**
   * Each new pixel is the mean of the area it covers: nothing is skipped, and hashes are steady.
   */
  private static BufferedImage shrink(
      BufferedImage image, int width, int height, boolean keepAlpha) {
    Canvas canvas = new Canvas(width, height);
    int[] row = new int[image.getWidth()];
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, row.length, 1, row, 0, row.length);
      canvas.add(row, y, image.getHeight());
    }
    return canvas.image(keepAlpha && image.getColorModel().hasAlpha());
  }

  /** Sums of premultiplied colours, weighted by area. */
  private static final class Canvas {
    private final int width;
    private final int height;
    private final float[] sums;

    Canvas(int width, int height) {
      this.width = width;
      this.height = height;
      this.sums = new float[width * height * 4];
    }

    void add(int[] row, int y, int sourceHeight) {
      float[] reduced = new float[width * 4];
      for (int x = 0; x < row.length; x++) {
        int argb = row[x];
        float alpha = (argb >>> 24) / 255f;
        spread(
            x,
            row.length,
            width,
            (target, share) -> {
              reduced[4 * target] += share * alpha;
              reduced[4 * target + 1] += share * alpha * (argb >> 16 & 255);
              reduced[4 * target + 2] += share * alpha * (argb >> 8 & 255);
              reduced[4 * target + 3] += share * alpha * (argb & 255);
            });
      }
      spread(
          y,
          sourceHeight,
          height,
          (target, share) -> {
            for (int i = 0; i < reduced.length; i++) {
              sums[target * reduced.length + i] += share * reduced[i];
            }
          });
    }

    private interface Share {
      void add(int target, float share);
    }

    /** Tells which new pixels an old one lies in, and what part of the new one's area it covers. */
    private static void spread(int at, int size, int targetSize, Share share) {
      double position = (double) at * targetSize / size;
      double end = (double) (at + 1) * targetSize / size;
      while (end - position > 1e-9) {
        // A hair's breadth keeps rounding from landing on the pixel before.
        int target = Math.min(targetSize - 1, (int) (position + 1e-9));
        double next = Math.min(end, target + 1.0);
        share.add(target, (float) (next - position));
        position = Math.max(next, position + 1e-9);
      }
    }

    BufferedImage image(boolean keepAlpha) {
      int type = keepAlpha ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB;
      BufferedImage image = new BufferedImage(width, height, type);
      for (int i = 0; i < width * height; i++) {
        float alpha = sums[4 * i];
        int argb = keepAlpha ? channel(alpha * 255) : 255;
        for (int c = 1; c <= 3; c++) {
          float sum = sums[4 * i + c];
          // Without alpha, what shines through is white.
          float value = keepAlpha ? sum / Math.max(alpha, 1e-6f) : sum + 255 * (1 - alpha);
          argb = argb << 8 | channel(value);
        }
        image.setRGB(i % width, i / width, argb);
      }
      return image;
    }

    private static int channel(float value) {
      return Math.max(0, Math.min(255, Math.round(value)));
    }
  }

  private static BufferedImage upright(BufferedImage image, int orientation) {
    if (orientation == 1) {
      return image;
    }
    int w = image.getWidth();
    int h = image.getHeight();
    boolean turned = orientation >= 5;
    BufferedImage result = new BufferedImage(turned ? h : w, turned ? w : h, image.getType());
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        int toX =
            switch (orientation) {
              case 2, 3 -> w - 1 - x;
              case 6, 7 -> h - 1 - y;
              case 5, 8 -> y;
              default -> x;
            };
        int toY =
            switch (orientation) {
              case 3, 4 -> h - 1 - y;
              case 7, 8 -> w - 1 - x;
              case 5, 6 -> x;
              default -> y;
            };
        result.setRGB(toX, toY, image.getRGB(x, y));
      }
    }
    return result;
  }

  private static byte[] encode(BufferedImage image, OutputFormat format) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, format.name(), out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException("a picture in memory could not be encoded", e);
    }
  }

  /** The signs of the 8 x 8 lowest frequencies of a 32 x 32 picture, against their median. */
  private static long dctHash(Picture picture) {
    BufferedImage image = upright(shrink(picture.image(), 32, 32, false), picture.orientation());
    double[][] light = new double[32][32];
    for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 32; x++) {
        light[y][x] = luminance(image.getRGB(x, y));
      }
    }
    double[] low = new double[64];
    for (int v = 0; v < 8; v++) {
      for (int u = 0; u < 8; u++) {
        for (int y = 0; y < 32; y++) {
          for (int x = 0; x < 32; x++) {
            low[8 * v + u] +=
                light[y][x]
                    * Math.cos((2 * x + 1) * u * Math.PI / 64)
                    * Math.cos((2 * y + 1) * v * Math.PI / 64);
          }
        }
      }
    }
    double[] sorted = Arrays.copyOfRange(low, 1, 64);
    Arrays.sort(sorted);
    double median = sorted[31];
    long hash = 0;
    for (double value : low) {
      // Rounding noise of an even surface must not decide bits.
      hash = hash << 1 | (value - median > 1e-6 ? 1 : 0);
    }
    return hash;
  }
}
