import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nexusdelta.agent.AgentTester;
import dev.nexusdelta.agent.ToolException;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ImageAgentTest {
  private final AgentTester agent = AgentTester.of(new ImageAgent());

  private Json call(String tool, Map<String, ?> parameters) {
    return new Json(agent.call(tool, parameters));
  }

  /**
   * A flag: three quarters blue, a quarter red on the right; at half transparency if there is any.
   */
  private static BufferedImage flag(int width, int height, int type) {
    BufferedImage image = new BufferedImage(width, height, type);
    Graphics2D g = image.createGraphics();
    g.setColor(Color.BLUE);
    g.fillRect(0, 0, width, height);
    g.setColor(Color.RED);
    g.fillRect(width * 3 / 4, 0, width, height);
    g.dispose();
    return image;
  }

  /** Waves of many lengths and heights, as in a photograph; another seed, another motif. */
  private static BufferedImage waves(int width, int height, long seed) {
    Random random = new Random(seed);
    double[] heights = random.doubles(64, -12, 12).toArray();
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double light = 127;
        for (int i = 1; i < 64; i++) {
          double across = Math.cos(Math.PI * (i % 8) * (x + 0.5) / width);
          light += heights[i] * across * Math.cos(Math.PI * (i / 8) * (y + 0.5) / height);
        }
        int level = (int) Math.max(0, Math.min(255, light));
        image.setRGB(x, y, level << 16 | level << 8 | level / 2);
      }
    }
    return image;
  }

  private static byte[] bytes(BufferedImage image, String format) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      assertThat(ImageIO.write(image, format, out)).isTrue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String encoded(BufferedImage image, String format) {
    return base64(bytes(image, format));
  }

  @Test
  void describesSizeColoursAndHistogram() {
    String image = encoded(flag(300, 200, BufferedImage.TYPE_INT_RGB), "png");
    Json found = call("describe_image", Map.of("image", image, "bins", 4));

    assertThat(found.text("format")).isEqualTo("png");
    assertThat(found.number("width")).isEqualTo(300);
    assertThat(found.number("height")).isEqualTo(200);
    assertThat(found.text("aspectRatio")).isEqualTo("3:2");
    assertThat(found.flag("grayscale")).isFalse();
    assertThat(found.list("dominantColours").stream().map(c -> c.text("hex")))
        .containsExactly("#0000ff", "#ff0000");
    assertThat(found.list("dominantColours").get(0).number("share")).isEqualTo(0.75);
    assertThat(found.list("histogram", "red").stream().map(Json::value))
        .isEqualTo(Arrays.asList(45_000, 0, 0, 15_000));
  }

  @Test
  void acceptsDataAddressesAndLineBreaks() {
    String image = encoded(flag(8, 8, BufferedImage.TYPE_INT_RGB), "jpeg");
    String wrapped = "data:image/jpeg;base64," + image.replaceAll("(.{40})", "$1\n");

    assertThat(call("describe_image", Map.of("image", wrapped)).text("format")).isEqualTo("jpeg");
  }

  @Test
  void looksAtAPartOfLargePictures() {
    String image = encoded(flag(4000, 3000, BufferedImage.TYPE_INT_RGB), "jpeg");
    Json found = call("describe_image", Map.of("image", image));

    assertThat(found.number("megapixels")).isEqualTo(12);
    assertThat(found.number("sampledPixels")).isLessThan(2_000_000);
    assertThat(found.list("dominantColours").get(0).number("share")).isCloseTo(0.75, within(0.01));
  }

  @Test
  void ignoresWhatIsTransparent() {
    String image = encoded(new BufferedImage(10, 10, BufferedImage.TYPE_INT_ARGB), "png");
    Json found = call("describe_image", Map.of("image", image));

    assertThat(found.flag("alpha")).isTrue();
    assertThat(found.list("dominantColours")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"400,300,100,100,75", "300,400,100,75,100", "50,40,100,50,40", "1,5000,100,1,100"})
  void shrinksInProportion(int width, int height, int size, int expectedWidth, int expectedHeight)
      throws IOException {
    String image = encoded(flag(width, height, BufferedImage.TYPE_INT_RGB), "png");
    Json small = call("thumbnail", Map.of("image", image, "size", size));
    BufferedImage decoded = decoded(small);

    assertThat(decoded.getWidth()).isEqualTo(expectedWidth).isEqualTo((int) small.number("width"));
    assertThat(decoded.getHeight()).isEqualTo(expectedHeight);
  }

  @Test
  void mixesTheColoursOfTheAreaThatAPixelCovers() throws IOException {
    String image = encoded(flag(400, 100, BufferedImage.TYPE_INT_RGB), "png");
    Color mixed =
        new Color(decoded(call("thumbnail", Map.of("image", image, "size", 1))).getRGB(0, 0));

    assertThat(mixed).isEqualTo(new Color(64, 0, 191));
  }

  private static BufferedImage decoded(Json thumbnail) throws IOException {
    return ImageIO.read(
        new ByteArrayInputStream(Base64.getDecoder().decode(thumbnail.text("image"))));
  }

  @Test
  void putsTransparencyOnWhiteForJpeg() throws IOException {
    String image = encoded(new BufferedImage(64, 64, BufferedImage.TYPE_INT_ARGB), "png");
    Json small = call("thumbnail", Map.of("image", image, "size", 16, "format", "JPEG"));

    assertThat(decoded(small).getRGB(8, 8) & 0xFFFFFF).isGreaterThan(0xF0F0F0);
  }

  /** Corners: where blue (left) and red (right) of the stored picture belong after turning. */
  @ParameterizedTest
  @CsvSource({"1,left", "2,right", "3,right", "4,left", "5,top", "6,top", "7,bottom", "8,bottom"})
  void turnsAsTheCameraNoted(int orientation, String blueSide) throws IOException {
    byte[] plain = bytes(flag(80, 40, BufferedImage.TYPE_INT_RGB), "jpeg");
    Json small =
        call("thumbnail", Map.of("image", base64(withOrientation(plain, orientation)), "size", 40));
    BufferedImage picture = decoded(small);
    int w = picture.getWidth();
    int h = picture.getHeight();
    int[] at =
        switch (blueSide) {
          case "left" -> new int[] {2, h / 2};
          case "right" -> new int[] {w - 3, h / 2};
          case "top" -> new int[] {w / 2, 2};
          default -> new int[] {w / 2, h - 3};
        };

    assertThat(w > h).isEqualTo(orientation < 5);
    assertThat(new Color(picture.getRGB(at[0], at[1])).getBlue()).isGreaterThan(200);
  }

  private static byte[] withOrientation(byte[] jpeg, int orientation) {
    byte[] exif = {
      (byte) 0xFF,
      (byte) 0xE1,
      0,
      34,
      'E',
      'x',
      'i',
      'f',
      0,
      0,
      'I',
      'I',
      42,
      0,
      8,
      0,
      0,
      0,
      1,
      0,
      0x12,
      1,
      3,
      0,
      1,
      0,
      0,
      0,
      (byte) orientation,
      0,
      0,
      0,
      0,
      0,
      0,
      0
    };
    return ByteBuffer.allocate(jpeg.length + exif.length)
        .put(jpeg, 0, 2)
        .put(exif)
        .put(jpeg, 2, jpeg.length - 2)
        .array();
  }

  @Test
  void hashesAlikeWhatLooksAlike() {
    String original = hash(encoded(waves(640, 480, 1), "png"));
    Map<String, ?> smaller =
        Map.of("image", encoded(waves(200, 150, 1), "jpeg"), "compareWith", original);
    Map<String, ?> other =
        Map.of("image", encoded(waves(640, 480, 2), "png"), "compareWith", original);

    assertThat(original).matches("[0-9a-f]{16}");
    assertThat(call("perceptual_hash", smaller).number("distance")).isLessThanOrEqualTo(4);
    assertThat(call("perceptual_hash", smaller).flag("similar")).isTrue();
    assertThat(call("perceptual_hash", other).flag("similar")).isFalse();
  }

  private String hash(String image) {
    return call("perceptual_hash", Map.of("image", image)).text("hash");
  }

  @Test
  void refusesTooManyPixelsFromTheHeaderAlone() {
    byte[] png = bytes(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB), "png");
    // The size stands behind signature (8), length (4) and type (4); the pixels would not fill it.
    ByteBuffer.wrap(png).putInt(16, 19_000).putInt(20, 19_000);

    assertThatThrownBy(() -> call("describe_image", Map.of("image", base64(png))))
        .isInstanceOf(ToolException.class)
        .hasMessageContaining("19000 x 19000");
  }

  @Test
  void refusesCutOffPictures() {
    for (String format : new String[] {"png", "jpeg"}) {
      byte[] whole = bytes(waves(300, 300, 2), format);
      String cut = base64(Arrays.copyOf(whole, whole.length / 3));

      assertThatThrownBy(() -> call("thumbnail", Map.of("image", cut)))
          .isInstanceOf(ToolException.class)
          .hasMessageContaining(format);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "!!!, not base64",
    "aGVsbG8=, neither PNG nor JPEG",
    "R0lGODlhAQABAAAAACw=, looks like GIF",
    "iVBORw0KGgo=, cannot be decoded",
    "/9j/4AAQSkZJRg==, cannot be decoded",
  })
  void refusesWhatIsNoPicture(String image, String reason) {
    assertThatThrownBy(() -> call("describe_image", Map.of("image", image)))
        .isInstanceOf(ToolException.class)
        .hasMessageContaining(reason);
  }
}
