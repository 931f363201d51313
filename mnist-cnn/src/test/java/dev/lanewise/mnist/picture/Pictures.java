package dev.lanewise.mnist.picture;

import dev.lanewise.mnist.model.Predictions;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Makes pictures, whole and damaged ones. */
public final class Pictures {
  private Pictures() {}

  /** A handwritten seven, anywhere in a picture. */
  public static BufferedImage seven(int width, int height, Color ink, Color paper) {
    Path2D path = new Path2D.Double();
    path.moveTo(0.1, 0.1);
    path.lineTo(0.62, 0.08);
    path.quadTo(0.4, 0.4, 0.3, 0.8);
    return drawn(path, width, height, ink, paper);
  }

  /** A path in units of the smaller side. */
  static BufferedImage drawn(Path2D path, int width, int height, Color ink, Color paper) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setColor(paper);
    graphics.fillRect(0, 0, width, height);
    graphics.scale(Math.min(width, height), Math.min(width, height));
    graphics.setColor(ink);
    graphics.setStroke(new BasicStroke(0.08f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    graphics.draw(path);
    graphics.dispose();
    return image;
  }

  /** An image of MNIST, each pixel as a square of some pixels, in a frame of paper. */
  static BufferedImage enlarged(byte[] images, int index, int factor, int frame, boolean darkInk) {
    int side = MnistForm.SIDE * factor + 2 * frame;
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        int column = Math.floorDiv(x - frame, factor);
        int row = Math.floorDiv(y - frame, factor);
        boolean inside = row >= 0 && row < MnistForm.SIDE && column >= 0 && column < MnistForm.SIDE;
        int at = index * MnistForm.PIXELS + row * MnistForm.SIDE + column;
        int pixel = inside ? images[at] & 0xff : 0;
        image.getRaster().setSample(x, y, 0, darkInk ? 255 - pixel : pixel);
      }
    }
    return image;
  }

  public static byte[] png(BufferedImage image) throws IOException {
    return encoded(image, "png");
  }

  /** A JPEG; transparent pixels become black. */
  public static byte[] jpeg(BufferedImage image) throws IOException {
    BufferedImage opaque =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
    opaque.createGraphics().drawImage(image, 0, 0, null);
    return encoded(opaque, "jpeg");
  }

  private static byte[] encoded(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (!ImageIO.write(image, format, bytes)) {
      throw new IOException("no writer for " + format);
    }
    return bytes.toByteArray();
  }

  /** The beginning of a PNG that claims a size, and has no pixels. */
  public static byte[] claiming(int width, int height) throws IOException {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(header);
    out.writeInt(width);
    out.writeInt(height);
    out.write(new byte[] {8, 0, 0, 0, 0}); // eight bits of grey
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    new DataOutputStream(png).writeLong(0x89504e470d0a1a0aL);
    png.writeBytes(chunk("IHDR", header.toByteArray()));
    return png.toByteArray();
  }

  /** A whole PNG of so many pixels a side, none of them drawn. */
  public static byte[] blank(int side) throws IOException {
    ByteArrayOutputStream rows = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(rows)) {
      byte[] row = new byte[1 + side]; // its filter, and the pixels
      for (int y = 0; y < side; y++) {
        out.write(row);
      }
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    png.writeBytes(claiming(side, side));
    png.writeBytes(chunk("IDAT", rows.toByteArray()));
    png.writeBytes(chunk("IEND", new byte[0]));
    return png.toByteArray();
  }

  private static byte[] chunk(String type, byte[] data) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(type.getBytes(StandardCharsets.US_ASCII));
    content.writeBytes(data);
    CRC32 crc = new CRC32();
    crc.update(content.toByteArray());
    ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(chunk);
    out.writeInt(data.length);
    content.writeTo(out);
    out.writeInt((int) crc.getValue());
    return chunk.toByteArray();
  }

  public static Ink read(byte[] picture) throws IOException {
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(picture))) {
      return Picture.read(in, Predictions.MAX_PIXELS);
    }
  }
}
