package dev.lanewise.engine.kernel.simd;

import static dev.lanewise.engine.kernel.simd.SimdWidth.BYTES;
import static dev.lanewise.engine.kernel.simd.SimdWidth.FEW_REGISTERS;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.lanewise.engine.memory.Window;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Writes the class of one micro-kernel. For a tile of 2 rows and 1 vector, {@link MicroKernel#run} reads
 *
 * <pre>
 * for (t = 0; t &lt; tiles; t++) {
 *   c0 = load(start, startAt); c1 = load(start, startAt + startRow);
 *   for (r = 0; r &lt; outer; r++) {
 *     for (k = 0; k &lt; steps; k++) {
 *       b0 = load(b, bAt);
 *       c0 = broadcast(a.get(aAt)).fma(b0, c0);
 *       c1 = broadcast(a.get(aAt + A_ROW)).fma(b0, c1);
 *       aAt = (aAt + A_STEP) &amp; MASK; bAt = (bAt + B_STEP) &amp; MASK;
 *     }
 *     aAt += from the end of a round to the next; bAt likewise
 *   }
 *   store(c0, c, cAt); store(c1, c, cAt + cRow);
 *   aAt, startAt, cAt: on to the next tile; bAt: back to the beginning
 * }
 * </pre>
 *
 * <p>Names in capitals are constants of the tile. C2 folds them into addresses and keeps the accumulators in registers;
 * variable strides cost a third of the speed. Addresses are masked, so that C2 can prove each access to lie inside its
 * {@link Window}.
 *
 * <p>A vector that a loop carries has no known class where a running method is replaced by compiled code. It
 * therefore stands in argument position only, never as a receiver, which could stay a virtual call. And only the vector
 * library's own methods are called: those C2 inlines whatever the size of the method, others only up to a number of nodes,
 * and a vector that crosses a call is an object on the heap.
 */
final class MicroKernelWriter {
  private static final ClassDesc FLOAT_VECTOR = desc(FloatVector.class);
  private static final ClassDesc INT_VECTOR = desc(IntVector.class);
  private static final ClassDesc VECTOR = desc(Vector.class);
  private static final ClassDesc MASK = desc(VectorMask.class);
  private static final ClassDesc SEGMENT = desc(MemorySegment.class);
  private static final ClassDesc SPECIES = desc(VectorSpecies.class);
  private static final ClassDesc ORDER = desc(ByteOrder.class);
  private static final ClassDesc COMPARISON = desc(VectorOperators.Comparison.class);
  private static final ClassDesc WINDOW = desc(Window.class);
  private static final ClassDesc SUPPORT = desc(SimdSupport.class);
  private static final MethodTypeDesc RUN = MicroKernel.RUN.describeConstable().orElseThrow();

  /** The mask of a row's last lanes, handed over as the hidden class's data: a constant to C2. */
  private static final DynamicConstantDesc<VectorMask<Float>> TAIL =
      DynamicConstantDesc.ofNamed(
          ConstantDescs.ofConstantBootstrap(
              desc(MethodHandles.class), "classData", ConstantDescs.CD_Object),
          ConstantDescs.DEFAULT_NAME, MASK);

  // Local variables. The first ones are the parameters of run, each segment before its address; a long takes two slots.
  private static final int OUTER = 1;
  private static final int STEPS = 2;
  private static final int A = 3;
  private static final int A_AT = 4;
  private static final int A_OUTER = 6;
  private static final int B = 8;
  private static final int B_AT = 9;
  private static final int B_OUTER = 11;
  private static final int START = 13;
  private static final int START_AT = 14;
  private static final int START_ROW = 16;
  private static final int C = 18;
  private static final int C_AT = 19;
  private static final int C_ROW = 21;
  private static final int TILES = 23;
  private static final int A_TILE = 24;
  private static final int START_TILE = 26;
  private static final int C_TILE = 28;
  private static final int A_FIRST = 30;
  private static final int B_FIRST = 32;
  private static final int T = 34;
  private static final int R = 35;
  private static final int K = 36;
  private static final int A_VECTOR = 37;
  private static final int ZERO = 38;
  private static final int NOT_POSITIVE = 39;
  private static final int B_VECTORS = 40;
  private static final int SUMS = B_VECTORS + TileShape.MAX_VECTORS;

  private final TileShape tile;
  private final CodeBuilder code;

  private MicroKernelWriter(TileShape tile, CodeBuilder code) {
    this.tile = tile;
    this.code = code;
  }

  /** The class file of a tile's micro-kernel, to be defined with the mask of its tail as class data. */
  static byte[] write(TileShape tile) {
    return ClassFile.of()
        .build(
            ClassDesc.of(MicroKernel.class.getName() + "Code"),
            type ->
                type.withFlags(ClassFile.ACC_FINAL)
                    .withInterfaceSymbols(desc(MicroKernel.class))
                    .withMethodBody(
                        ConstantDescs.INIT_NAME, ConstantDescs.MTD_void, 0,
                        c -> c.aload(0)
                            .invokespecial(ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                            .return_())
                    .withMethodBody(
                        "run", RUN, ClassFile.ACC_PUBLIC, c -> new MicroKernelWriter(tile, c).run()));
  }

  private static ClassDesc desc(Class<?> type) {
    return ClassDesc.ofDescriptor(type.descriptorString());
  }

  private void run() {
    window(A);
    window(B);
    window(START);
    window(C);
    jump(A_OUTER, tile.aStep());
    jump(B_OUTER, tile.bStep());
    stride(START_ROW);
    stride(C_ROW);
    stride(A_TILE);
    gap(START_TILE, tile.rows(), START_ROW);
    gap(C_TILE, tile.outputRows(), C_ROW);
    code.lload(A_AT).lstore(A_FIRST).lload(B_AT).lstore(B_FIRST);
    loop(T, TILES, 1, true, this::tile);
    code.return_();
  }

  private void tile() {
    code.lload(A_FIRST).lstore(A_AT).lload(B_FIRST).lstore(B_AT);
    for (int row = 0; row < tile.rows(); row++) {
      for (int v = 0; v < tile.vectors(); v++) {
        load(START, (long) v * BYTES, v);
        code.astore(sum(row, v));
      }
      advance(START_AT, START_ROW);
    }
    loop(R, OUTER, 1, true, this::round);
    if (tile.relu()) {
      zero();
    }
    if (tile.pools()) {
      pool();
    }
    for (int row = 0; row < tile.outputRows(); row++) {
      for (int v = 0; v < tile.vectors(); v++) {
        store(row, v);
      }
      advance(C_AT, C_ROW);
    }
    move(A_FIRST, () -> code.lload(A_TILE));
    move(START_AT, () -> code.lload(START_TILE));
    move(C_AT, () -> code.lload(C_TILE));
  }

  /** Replaces a segment and its offset in floats by what {@link Window} makes of them. */
  private void window(int segment) {
    code.aload(segment).lload(segment + 1)
        .invokestatic(WINDOW, "base", MethodTypeDesc.of(CD_long, SEGMENT, CD_long))
        .lstore(segment + 1)
        .aload(segment)
        .invokestatic(WINDOW, "whole", MethodTypeDesc.of(SEGMENT, SEGMENT))
        .astore(segment);
  }

  /** Turns the distance of rows from floats into bytes that C2 knows the bounds of. */
  private void stride(int local) {
    code.lload(local).loadConstant(MicroKernel.ROW_STRIDE_MASK).land().loadConstant((long) Float.BYTES).lmul()
        .lstore(local);
  }

  /** Turns the distance of two tiles, in floats, into that from below one to the other, in bytes. */
  private void gap(int local, int rows, int rowStride) {
    code.lload(local).loadConstant((long) Float.BYTES).lmul().lload(rowStride).loadConstant((long) rows).lmul().lsub()
        .lstore(local);
  }

  /** Turns the distance of two outer rounds, in floats, into that from the end of one to the other, in bytes. */
  private void jump(int local, long step) {
    code.lload(local).iload(STEPS).i2l().loadConstant(step).lmul().lsub().loadConstant((long) Float.BYTES).lmul()
        .lstore(local);
  }

  private void advance(int address, int stride) {
    code.lload(address).lload(stride).ladd().lstore(address);
  }

  /** {@code for (index = 0, or as it is; index < limit - (count - 1); index += count) body}. */
  private void loop(int index, int limit, int count, boolean fromZero, Runnable body) {
    if (fromZero) {
      code.iconst_0().istore(index);
    }
    Label head = code.newLabel();
    Label end = code.newLabel();
    code.labelBinding(head).iload(index).iload(limit);
    if (count > 1) {
      code.loadConstant(count - 1).isub();
    }
    code.if_icmpge(end);
    body.run();
    code.iinc(index, count).goto_(head).labelBinding(end);
  }

  private void round() {
    int unroll = tile.unroll();
    if (unroll > 1) {
      loop(K, STEPS, unroll, true, () -> steps(unroll));
    }
    loop(K, STEPS, 1, unroll == 1, () -> steps(1));
    move(A_AT, () -> code.lload(A_OUTER));
    move(B_AT, () -> code.lload(B_OUTER));
  }

  /** Moves an address, masked so that C2 can prove it to lie inside the window. */
  private void move(int address, Runnable distance) {
    code.lload(address);
    distance.run();
    code.ladd().loadConstant(Window.ADDRESS_MASK).land().lstore(address);
  }

  private void steps(int count) {
    long aStep = tile.aStep() * Float.BYTES;
    long bStep = tile.bStep() * Float.BYTES;
    for (int step = 0; step < count; step++) {
      long bAt = step * bStep;
      if (tile.rows() == 1) {
        oneRow(step * aStep, bAt);
        continue;
      }
      if (FEW_REGISTERS && tile.unroll() == 1) {
        fence(); // C2 unrolls such a loop itself
      }
      for (int v = 0; v < tile.vectors(); v++) {
        load(B, bAt + tile.bBytes(v), v);
        code.astore(B_VECTORS + v);
      }
      if (FEW_REGISTERS) {
        fence();
      }
      for (int row = 0; row < tile.rows(); row++) {
        broadcast(step * aStep + tile.aBytes(row));
        code.astore(A_VECTOR);
        for (int v = 0; v < tile.vectors(); v++) {
          code.aload(A_VECTOR).aload(B_VECTORS + v).aload(sum(row, v));
          fma();
          code.astore(sum(row, v));
        }
      }
    }
    move(A_AT, () -> code.loadConstant(count * aStep));
    move(B_AT, () -> code.loadConstant(count * bStep));
  }

  /** A step of a single row, which uses each vector of B once and so needs no register for it. */
  private void oneRow(long aAt, long bAt) {
    broadcast(aAt);
    code.astore(A_VECTOR);
    for (int v = 0; v < tile.vectors(); v++) {
      code.aload(A_VECTOR);
      load(B, bAt + tile.bBytes(v), v);
      code.aload(sum(0, v));
      fma();
      code.astore(sum(0, v));
    }
  }

  private void fma() {
    code.invokevirtual(FLOAT_VECTOR, "fma", MethodTypeDesc.of(FLOAT_VECTOR, VECTOR, VECTOR));
  }

  private int sum(int row, int vector) {
    return SUMS + row * tile.vectors() + vector;
  }

  /**
   * Keeps later loads from moving up. On x86, where loads are in order anyway, it is no instruction. C2 would load
   * all of A's elements of a step ahead of B's, count registers only then, and spill sums.
   */
  private void fence() {
    code.invokestatic(desc(VarHandle.class), "loadLoadFence", ConstantDescs.MTD_void);
  }

  /**
   * Pushes an element of A in all lanes. Right behind a fence C2 takes a float by way of a general register, but
   * broadcasts an int straight from memory. The handle is called directly, since {@link MemorySegment}'s own methods make
   * C2 more nodes to count.
   */
  private void broadcast(long offset) {
    boolean ints = FEW_REGISTERS;
    ClassDesc element = ints ? CD_int : CD_float;
    ClassDesc vector = ints ? INT_VECTOR : FLOAT_VECTOR;
    code.getstatic(SUPPORT, ints ? "INTS" : "SPECIES", SPECIES)
        .getstatic(SUPPORT, ints ? "INT_AT" : "FLOAT_AT", desc(VarHandle.class))
        .aload(A)
        .lload(A_AT).loadConstant(offset).ladd()
        .invokevirtual(desc(VarHandle.class), "get", MethodTypeDesc.of(element, SEGMENT, CD_long))
        .invokestatic(vector, "broadcast", MethodTypeDesc.of(vector, SPECIES, element));
    if (ints) {
      code.invokevirtual(INT_VECTOR, "reinterpretAsFloats", MethodTypeDesc.of(FLOAT_VECTOR));
    }
  }

  private void species() {
    code.getstatic(SUPPORT, "SPECIES", SPECIES);
  }

  private boolean masked(int vector) {
    return tile.tail() > 0 && vector == tile.vectors() - 1;
  }

  /** Pushes where a vector lies: segment, address, order and the mask where it is needed. */
  private void place(int segment, long offset, int vector) {
    code.aload(segment).lload(segment + 1).loadConstant(offset).ladd().getstatic(SUPPORT, "ORDER", ORDER);
    if (masked(vector)) {
      code.loadConstant(TAIL);
    }
  }

  /** Pushes a vector of a row, its {@code vector}-th. */
  private void load(int segment, long offset, int vector) {
    species();
    place(segment, offset, vector);
    code.invokestatic(
        FLOAT_VECTOR,
        "fromMemorySegment",
        masked(vector)
            ? MethodTypeDesc.of(FLOAT_VECTOR, SPECIES, SEGMENT, CD_long, ORDER, MASK)
            : MethodTypeDesc.of(FLOAT_VECTOR, SPECIES, SEGMENT, CD_long, ORDER));
  }

  /**
   * {@code max(+0, row 0, .., row 3)} of each window, which is ReLU as well; it begins with the zero since no sum may be a
   * receiver.
   */
  private void pool() {
    for (int row = 0; row < tile.rows(); row++) {
      boolean first = row % TileShape.WINDOW == 0;
      for (int v = 0; v < tile.vectors(); v++) {
        code.aload(first ? ZERO : sum(row / TileShape.WINDOW, v)).aload(sum(row, v))
            .invokevirtual(FLOAT_VECTOR, "max", MethodTypeDesc.of(FLOAT_VECTOR, VECTOR))
            .astore(sum(row / TileShape.WINDOW, v));
      }
    }
  }

  private void store(int row, int vector) {
    if (tile.relu() && !tile.pools()) {
      relu(sum(row, vector));
    }
    code.aload(sum(row, vector));
    place(C, (long) vector * BYTES, vector);
    code.invokevirtual(
        FLOAT_VECTOR,
        "intoMemorySegment",
        masked(vector)
            ? MethodTypeDesc.of(CD_void, SEGMENT, CD_long, ORDER, MASK)
            : MethodTypeDesc.of(CD_void, SEGMENT, CD_long, ORDER));
  }

  /**
   * Loads +0, from memory and behind a fence: what C2 knows to be a constant it would keep in a register through the loop,
   * in a sum's place.
   */
  private void zero() {
    fence();
    species();
    code.getstatic(SUPPORT, "ZERO", CD_float.arrayType())
        .iconst_0()
        .faload()
        .invokestatic(FLOAT_VECTOR, "broadcast", MethodTypeDesc.of(FLOAT_VECTOR, SPECIES, CD_float))
        .astore(ZERO);
  }

  /**
   * {@code x <= 0 ? 0 : x}: NaN stays NaN, -0 becomes +0. The library's max takes three times the instructions, and C2's
   * register allocator spills sums in the loop when it follows.
   */
  private void relu(int local) {
    code.aload(local)
        .getstatic(desc(VectorOperators.class), "LE", COMPARISON)
        .aload(ZERO)
        .invokevirtual(FLOAT_VECTOR, "compare", MethodTypeDesc.of(MASK, COMPARISON, VECTOR))
        .astore(NOT_POSITIVE)
        .aload(local)
        .aload(ZERO)
        .aload(NOT_POSITIVE)
        .invokevirtual(FLOAT_VECTOR, "blend", MethodTypeDesc.of(FLOAT_VECTOR, VECTOR, MASK))
        .astore(local);
  }
}
