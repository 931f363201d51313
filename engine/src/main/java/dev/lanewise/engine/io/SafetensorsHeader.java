package dev.lanewise.engine.io;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The header of a safetensors file, read and checked: tensors in the order of their data, which
 * they cover from the first byte to the last without a hole or an overlap.
 */
record SafetensorsHeader(Map<String, String> metadata, List<TensorInfo> tensors) {
  /** The one name that is not a tensor's. */
  static final String METADATA = "__metadata__";

  /** Bytes before the header: its length. */
  static final int LENGTH_BYTES = Long.BYTES;

  /** As in the reference implementation. */
  static final int MAX_BYTES = 100_000_000;

  private static final int MAX_RANK = 64;

  /**
   * Reads a header.
   *
   * @param file for messages
   * @param header the header's bytes
   * @param dataBytes how many bytes follow them in the file
   */
  static SafetensorsHeader read(Path file, MemorySegment header, long dataBytes)
      throws ModelFormatException {
    return new Reader(file, header, dataBytes).read();
  }

  private static final class Reader {
    private final Path file;
    private final HeaderJson json;
    private final long dataBytes;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final List<TensorInfo> tensors = new ArrayList<>();

    Reader(Path file, MemorySegment header, long dataBytes) {
      this.file = file;
      this.json = new HeaderJson(file, header, LENGTH_BYTES);
      this.dataBytes = dataBytes;
    }

    SafetensorsHeader read() throws ModelFormatException {
      json.start();
      json.object(this::member);
      json.end();
      // A tensor without elements begins where its neighbour does, and then comes first.
      tensors.sort(Comparator.comparingLong(TensorInfo::offset).thenComparingLong(TensorInfo::end));
      checkCoverage();
      return new SafetensorsHeader(
          Collections.unmodifiableMap(metadata), Collections.unmodifiableList(tensors));
    }

    private void member(String name) throws ModelFormatException {
      if (name.equals(METADATA)) {
        json.object(key -> metadata.put(key, json.string()));
      } else {
        tensors.add(tensor(name));
      }
    }

    private TensorInfo tensor(String name) throws ModelFormatException {
      Fields fields = new Fields();
      json.object(
          field -> {
            switch (field) {
              case "dtype" -> fields.dtype = json.string();
              case "shape" -> fields.shape = json.integers(MAX_RANK);
              case "data_offsets" -> fields.offsets = json.integers(2);
              default -> throw json.fault("unknown field " + ModelFormatException.quoted(field));
            }
          });
      String dtype = required(name, "dtype", fields.dtype);
      if (!dtype.equals("F32")) {
        throw fault(
            name, "its dtype is " + ModelFormatException.quoted(dtype) + "; only F32 is supported");
      }
      long[] shape = required(name, "shape", fields.shape);
      long[] offsets = required(name, "data_offsets", fields.offsets);
      if (offsets.length != 2) {
        throw fault(name, "data_offsets must be two numbers, not " + offsets.length);
      }
      return tensor(name, shape, offsets[0], offsets[1]);
    }

    private TensorInfo tensor(String name, long[] shape, long begin, long end)
        throws ModelFormatException {
      if (begin > end) {
        throw fault(name, "its data ends (%s) before it begins (%s)".formatted(end, begin));
      }
      if (end > dataBytes) {
        throw fault(
            name,
            "it ends at byte %s of the data, of which there are %s".formatted(end, dataBytes));
      }
      List<Long> dims = Arrays.stream(shape).boxed().toList();
      long elements;
      try {
        elements = TensorInfo.elements(dims);
      } catch (ArithmeticException e) {
        throw fault(name, "its shape " + dims + " has more elements than can be counted");
      }
      if (elements * Float.BYTES != end - begin) {
        throw fault(
            name,
            "its shape %s takes %s bytes, its offsets span %s"
                .formatted(dims, elements * Float.BYTES, end - begin));
      }
      return new TensorInfo(name, dims, begin, elements);
    }

    private void checkCoverage() throws ModelFormatException {
      long covered = 0;
      for (TensorInfo tensor : tensors) {
        if (tensor.offset() < covered) {
          throw fault(
              tensor.name(),
              "it begins at byte %s of the data, within the tensor before it, which ends at %s"
                  .formatted(tensor.offset(), covered));
        }
        if (tensor.offset() > covered) {
          throw fault(
              tensor.name(),
              "before it, %s bytes belong to no tensor".formatted(tensor.offset() - covered));
        }
        covered = tensor.end();
      }
      if (covered != dataBytes) {
        throw new ModelFormatException(
            file,
            "end of file",
            (dataBytes - covered) + " bytes behind the last tensor belong to none");
      }
    }

    private <T> T required(String name, String field, @Nullable T value)
        throws ModelFormatException {
      if (value == null) {
        throw fault(name, field + " is missing");
      }
      return value;
    }

    private ModelFormatException fault(String tensor, String fault) {
      return new ModelFormatException(file, "tensor " + ModelFormatException.quoted(tensor), fault);
    }
  }

  /** The fields of a tensor as far as they have been read. */
  private static final class Fields {
    private @Nullable String dtype;
    private long @Nullable [] shape;
    private long @Nullable [] offsets;
  }
}
