package dev.lanewise.engine.model;

import dev.lanewise.engine.memory.MachineMemory;
import dev.lanewise.engine.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A network with parameters. Owns the parameters' memory until it is closed.
 *
 * <p>Reading is thread-safe while nobody trains the model. A trainer or predictor holds on to the model
 * ({@link #retain}); closing is refused while one does.
 */
public final class Model implements AutoCloseable {
  private static final ValueLayout.OfFloat LITTLE_ENDIAN =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Sequential network;
  private final Arena arena;
  private final MemorySegment parameters;
  private int users;
  private boolean closed;

  private Model(Sequential network) {
    MachineMemory.check("the model", Memory.bytes(network.parameterFloats()));
    this.network = network;
    arena = Arena.ofShared();
    parameters = Memory.allocate(arena, network.parameterFloats());
  }

  static Model initialized(Sequential network, long seed) {
    Model model = new Model(network);
    List<Parameter> tensors = network.parameters();
    for (int i = 0; i < tensors.size(); i++) {
      Parameter p = tensors.get(i);
      int columns = p.shape().dim(p.shape().rank() - 1);
      p.initializer()
          .fill(
              model.parameters, p.offset(), p.shape().size() / columns, columns, columns, p.fanIn(),
              p.fanOut(), seed, i);
    }
    return model;
  }

  /**
   * A model whose parameters are all zero, to be filled by a reader of files.
   *
   * @throws dev.lanewise.engine.memory.MemoryLimitException if the machine has less memory than it takes
   */
  public static Model zeros(Sequential network) {
    return new Model(network);
  }

  /** The network's description. */
  public Sequential network() {
    return network;
  }

  /**
   * The flat parameter segment; {@link Sequential#parameters} tells where a tensor lies.
   *
   * @throws IllegalStateException if the model is closed
   */
  public synchronized MemorySegment parameters() {
    requireOpen();
    return parameters;
  }

  /**
   * Copies all parameters as they are between two updates: while a trainer changes them, it holds this model's
   * monitor.
   *
   * @param target receives {@link Sequential#parameterFloats} floats
   * @throws IllegalStateException if the model is closed
   */
  public synchronized void copyParameters(MemorySegment target) {
    Memory.copy(parameters(), 0, target, 0, network.parameterFloats());
  }

  /** Number of trainable values. */
  public long parameterCount() {
    return network.parameterCount();
  }

  /**
   * SHA-256 of all parameters, tensor by tensor in little-endian order, without padding. Equal hashes mean
   * equal bits.
   *
   * @return 64 hexadecimal digits
   */
  public String parametersSha256() {
    MemorySegment source = parameters();
    MessageDigest digest = sha256();
    byte[] bytes = new byte[1 << 16];
    MemorySegment buffer = MemorySegment.ofArray(bytes);
    for (Parameter p : network.parameters()) {
      int size = p.shape().size();
      for (int first = 0; first < size; first += bytes.length / Float.BYTES) {
        int count = Math.min(bytes.length / Float.BYTES, size - first);
        for (int i = 0; i < count; i++) {
          buffer.set(LITTLE_ENDIAN, (long) i * Float.BYTES, Memory.get(source, p.offset() + first + i));
        }
        digest.update(bytes, 0, count * Float.BYTES);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Keeps the memory open for a trainer or predictor.
   *
   * @throws IllegalStateException if the model is closed
   */
  public synchronized void retain() {
    requireOpen();
    users++;
  }

  /** Ends a {@link #retain}. */
  public synchronized void release() {
    users--;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the model is closed");
    }
  }

  /**
   * Frees the parameters. Closing twice does nothing.
   *
   * @throws IllegalStateException if a trainer or predictor still uses the model
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    if (users > 0) {
      throw new IllegalStateException(
          "the model is in use by %d trainer(s) or predictor(s); close them first".formatted(users));
    }
    closed = true;
    arena.close();
  }
}
