package dev.lanewise.bench.peers;

import dev.lanewise.bench.GemmBenchmark;
import org.bytedeco.javacpp.FloatPointer;

/** A product of matrices in JavaCPP's memory; {@link #run} is the library's. */
abstract class NativeProduct implements Job {
  final int m;
  final int n;
  final int k;
  final FloatPointer a;
  final FloatPointer b;
  final FloatPointer c;

  NativeProduct(GemmBenchmark operands) {
    m = operands.m;
    n = operands.n;
    k = operands.k;
    a = new FloatPointer(Floats.of(operands.a));
    b = new FloatPointer(Floats.of(operands.b));
    c = new FloatPointer((long) m * n);
  }

  @Override
  public float[] result() {
    float[] result = new float[m * n];
    c.get(result);
    return result;
  }

  @Override
  public void close() {
    a.close();
    b.close();
    c.close();
  }
}
