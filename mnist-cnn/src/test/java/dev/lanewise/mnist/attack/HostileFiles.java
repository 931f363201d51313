package dev.lanewise.mnist.attack;

import dev.lanewise.engine.io.ModelFile;
import dev.lanewise.engine.io.PyTorchFile;
import dev.lanewise.engine.io.SafetensorsReader;
import dev.lanewise.engine.model.Model;
import dev.lanewise.mnist.data.IdxAttack;
import dev.lanewise.mnist.model.Predictions;
import dev.lanewise.mnist.picture.PictureException;
import dev.lanewise.mnist.picture.Pictures;
import dev.lanewise.mnist.results.ResultsJson;
import dev.lanewise.mnist.web.PixelsAttack;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Files that announce more than there is, or unpack to more than they seem: a program for a JVM with little heap,
 * which prints what each reader answers.
 */
final class HostileFiles {
  private static final int MIB = 1 << 20;

  private final Path folder;
  private final Map<String, Callable<?>> attacks = new TreeMap<>();

  private HostileFiles(Path folder) throws IOException {
    this.folder = folder;
    headers();
    images();
    pictures();
    json();
  }

  public static void main(String[] args) throws IOException {
    new HostileFiles(Path.of(args[0])).attacks.forEach(HostileFiles::attack);
  }

  private static void attack(String name, Callable<?> attack) {
    try {
      System.out.println(name + " -> accepted: " + attack.call());
    } catch (Throwable t) {
      System.out.println(name + " -> " + t.getClass().getSimpleName() + ": " + t.getMessage());
    }
  }

  private void headers() throws IOException {
    for (long length : new long[] {1L << 60, Long.MIN_VALUE, -1, 100_000_001}) {
      announced("header of " + Long.toUnsignedString(length), length);
    }
    model("nested objects", header("{\"a\":".repeat(MIB)));
    model("nested lists", header("{\"a\":{\"shape\":" + "[".repeat(8 * MIB)));
    model("a number of a million digits", header("{\"a\":{\"shape\":[" + "9".repeat(MIB) + "]}}"));
    model("twice the same name", header("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}"));
    model("a string without end", header("{\"" + "a".repeat(8 * MIB)));
    model("a tensor of 2^62 floats", tensor("[4611686018427387904]"));
    model("a shape whose product wraps to the right one", tensor("[4,4611686018427387905]"));
    StringBuilder layers = new StringBuilder("input 1");
    for (int i = 0; i < 200_000; i++) {
      layers.append("\\nrelu");
    }
    model("a network of too many characters", network(layers.toString()));
    model("a network too large for its file", network("input 30000\\ndense units=60000"));
    model("a kernel that reaches over 2^31 pixels",
        network("input 9x9x1\\nconv2d filters=1 kernel=3x3 stride=1x1 dilation=2000000000x1 padding=same"));
  }

  /** A file with one tensor of this shape and four floats. */
  private static byte[] tensor(String shape) {
    byte[] file = header("{\"a\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[0,16]}}".formatted(shape));
    return Arrays.copyOf(file, file.length + 4 * Float.BYTES);
  }

  private static byte[] network(String layers) {
    return header("{\"__metadata__\":{\"lanewise.format\":\"1\",\"lanewise.network\":\"" + layers + "\"}}");
  }

  private static byte[] header(String text) {
    byte[] header = text.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + header.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }

  /** A file with this length in front and a gigabyte of nothing behind. */
  private void announced(String name, long length) throws IOException {
    byte[] start = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
    Path file = sparse(name, start, 1L << 30);
    attacks.put("safetensors, " + name, () -> open(file));
    attacks.put("model, " + name, () -> load(file));
    attacks.put("pytorch, " + name, () -> importTorch(file));
  }

  private void model(String name, byte[] bytes) throws IOException {
    Path file = write(name, bytes);
    attacks.put("model, " + name, () -> load(file));
  }

  private static Object open(Path file) throws IOException {
    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      return reader.tensors().size();
    }
  }

  private static Object load(Path file) throws IOException {
    try (Model model = ModelFile.load(file)) {
      return model.parameterCount();
    }
  }

  private static Object importTorch(Path file) throws IOException {
    try (Model model = PyTorchFile.load(file, FuzzMaterial.NETWORK)) {
      return model.parameterCount();
    }
  }

  private void pictures() throws IOException {
    picture("50,000 x 50,000 pixels", Pictures.claiming(50_000, 50_000));
    picture("2^31 - 1 x 2^31 - 1 pixels", Pictures.claiming(Integer.MAX_VALUE, Integer.MAX_VALUE));
    picture("a row of 100,000,000 pixels", Pictures.claiming(100_000_000, 1));
    picture("a column of 100,000,000 pixels", Pictures.claiming(1, 100_000_000));
    picture("10,000 x 10,000 pixels that are not there", Pictures.claiming(10_000, 10_000));
    Path paper = write("10,000 x 10,000 pixels of paper", Pictures.blank(10_000));
    attacks.put("picture, 10,000 x 10,000 pixels of paper", () -> predict(paper));
  }

  /** The picture gets pixels, but only a few of the first row. */
  private void picture(String name, byte[] start) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(start);
    bytes.writeBytes(new byte[] {0, 1, 0, 0, 'I', 'D', 'A', 'T'});
    try (DeflaterOutputStream pixels = new DeflaterOutputStream(bytes)) {
      pixels.write(new byte[MIB]);
    }
    Path file = write(name, bytes.toByteArray());
    attacks.put("picture, " + name, () -> predict(file));
  }

  private static Object predict(Path file) {
    List<String> faults = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    if (!new Predictions(List.of(file), 0).print(null, lines::add, faults::add)) {
      throw new PictureException(faults.getFirst());
    }
    return lines;
  }

  private void json() throws IOException {
    String nines = "9".repeat(MIB);
    pixels("lists in lists of pixels", "{\"pixels\":" + "[".repeat(MIB));
    pixels("objects in objects of pixels", "{\"pixels\":".repeat(MIB / 10));
    pixels("a pixel of a million digits", "{\"pixels\":[" + nines + "]}");
    pixels("a pixel of 1e999999999", "{\"pixels\":[1e999999999]}");
    pixels("pixels twice", new String(FuzzMaterial.pixels(), StandardCharsets.UTF_8).replace("}", ",\"pixels\":[]}"));
    pixels("a million pixels", "{\"pixels\":[" + "0,".repeat(MIB / 2));
    pixels("a name without end", "{\"" + "p".repeat(MIB));
    results("lists in lists", "{\"runs\":" + "[".repeat(MIB));
    results("objects in objects", "{\"runs\":".repeat(MIB / 8));
    results("a version of a million digits", "{\"runs\":[],\"schemaVersion\":" + nines + "}");
    results("a version of 1e999999999", "{\"runs\":[],\"schemaVersion\":1e999999999}");
    results("versions twice", "{\"runs\":[],\"schemaVersion\":2,\"schemaVersion\":1}");
    results("a word without end", "{\"runs\":\"" + "r".repeat(MIB));
    results("a list of versions", "{\"runs\":[],\"schemaVersion\":[1,2]}");
    results("an object of a version", "{\"runs\":[],\"schemaVersion\":{}}");
    Path foreign = write("another character set", new byte[] {'{', '"', (byte) 0xff, '"', '}'});
    attacks.put("results, another character set", () -> ResultsJson.read(foreign).runs().size());
    Path file = sparse("a quarter of a gigabyte and a byte", new byte[0], (256L << 20) + 1);
    attacks.put("results, a quarter of a gigabyte and a byte", () -> ResultsJson.read(file).runs().size());
  }

  private void pixels(String name, String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    attacks.put("json, " + name, () -> PixelsAttack.read(body));
  }

  private void results(String name, String json) throws IOException {
    Path file = write(name, json.getBytes(StandardCharsets.UTF_8));
    attacks.put("results, " + name, () -> ResultsJson.read(file).runs().size());
  }

  private void images() throws IOException {
    idx("2^31 - 1 pictures of 2^31 - 1", true, 0x803, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
    idx("a negative count", true, 0x803, -1, 28, 28);
    idx("negative sizes with a positive product", true, 0x803, 1, -28, -28);
    idx("2 GB that are not there", false, 0x801, IdxAttack.MOST_BYTES);
    idx("no picture", true, 0x803, 0, 28, 28);
    bomb("a bomb behind a small picture", true, 0x803, 1, 1, 1);
    bomb("a bomb that is what it says", false, 0x801, IdxAttack.MOST_BYTES);
  }

  private static byte[] idx(int... words) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * words.length);
    for (int word : words) {
      bytes.putInt(word);
    }
    return bytes.array();
  }

  private void idx(String name, boolean images, int... header) throws IOException {
    idx(write(name, idx(header)), name, images, false);
  }

  private void idx(Path file, String name, boolean images, boolean gzip) {
    attacks.put(
        (gzip ? "gzip, " : "idx, ") + name,
        () -> {
          try (InputStream in = Files.newInputStream(file)) {
            return IdxAttack.read(file.toString(), in, gzip, images);
          }
        });
  }

  /** A quarter of a gigabyte of zeros in a quarter of a megabyte. */
  private void bomb(String name, boolean images, int... header) throws IOException {
    Path file = folder.resolve(name);
    byte[] zeros = new byte[MIB];
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file), MIB)) {
      out.write(idx(header));
      for (int i = 0; i < 256; i++) {
        out.write(zeros);
      }
    }
    idx(file, name, images, true);
  }

  /** A file of this length, with zeros behind its start. */
  private Path sparse(String name, byte[] start, long length) throws IOException {
    Path file = write(name, start);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(length);
    }
    return file;
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }
}
