/**
 * Files: tensors in the safetensors format, models in the engine's layout and in those of PyTorch
 * and ONNX, and the way every file of the engine gets to the disk whole or not at all.
 *
 * <p>A file is never trusted. Every number in it is checked against what is really there before
 * memory is taken or a byte is copied, and whatever is wrong ends in a {@link
 * dev.lanewise.engine.io.ModelFormatException} that names the file, the place and the fault.
 */
@NullMarked
package dev.lanewise.engine.io;

import org.jspecify.annotations.NullMarked;
