package io.radam.paper.translation;

import io.radam.paper.Setting;
import io.radam.pytorch.TorchOptimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.bytedeco.pytorch.EmbeddingImpl;
import org.bytedeco.pytorch.LayerNormImpl;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A Transformer from Spanish to English, without dropout, so that a training is a function of its seed. */
final class Transformer extends Module {
    private final int width;
    /** Of both languages, which share their pieces; its rows also score the next piece. */
    private final EmbeddingImpl embedding;
    private final List<Layer> encoder = new ArrayList<>();
    private final List<Layer> decoder = new ArrayList<>();
    /** Of what the last layer returns; null where each layer ends with one. */
    private final LayerNormImpl encoderNorm;
    private final LayerNormImpl decoderNorm;

    Transformer(Setting.Size size, boolean preNorm, int vocabulary, long seed) {
        width = size.width();
        embedding = register_module("embedding", new EmbeddingImpl(vocabulary, width));
        for (int i = 0; i < size.layers(); i++) {
            encoder.add(register_module("encoder" + i, new Layer(width, false, preNorm)));
            decoder.add(register_module("decoder" + i, new Layer(width, true, preNorm)));
        }
        encoderNorm = preNorm ? register_module("encoder_norm", Layer.norm(width)) : null;
        decoderNorm = preNorm ? register_module("decoder_norm", Layer.norm(width)) : null;
        initialize(seed);
    }

    /** By a generator of our own: Glorot's uniform for weights, and N(0, 1 / width) for embeddings. */
    private void initialize(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TorchOptimizer.namedParameters(this).forEach((name, parameter) -> {
            boolean embeds = name.startsWith("embedding");
            if (parameter.dim() == 2) {
                double bound = Math.sqrt(6.0 / (parameter.size(0) + parameter.size(1)));
                fill(parameter, embeds ? () -> random.nextGaussian() / Math.sqrt(width)
                        : () -> bound * (2 * random.nextDouble() - 1));
            } else if (name.endsWith("bias")) {
                fill(parameter, () -> 0);
            }
        });
    }

    private static void fill(Tensor parameter, DoubleSupplier values) {
        float[] filled = new float[Math.toIntExact(parameter.numel())];
        for (int i = 0; i < filled.length; i++) {
            filled[i] = (float) values.getAsDouble();
        }
        parameter.data_ptr_float().put(filled, 0, filled.length);
    }

    /** Scores of each piece of the vocabulary, (sentences, pieces, vocabulary), for the piece after each. */
    Tensor forward(Batch batch) {
        Tensor memory = embed(batch.source());
        for (Layer layer : encoder) {
            memory = layer.encode(memory, batch.sourceMask());
        }
        memory = encoderNorm == null ? memory : encoderNorm.forward(memory);
        Tensor x = embed(batch.target());
        for (Layer layer : decoder) {
            x = layer.decode(x, batch.targetMask(), memory, batch.sourceMask());
        }
        return torch.linear(decoderNorm == null ? x : decoderNorm.forward(x), embedding.weight());
    }

    private Tensor embed(Tensor pieces) {
        return embedding.forward(pieces).mul(new Scalar(Math.sqrt(width))).add(positions((int) pieces.size(1)));
    }

    /** Sines and cosines: section 3.5 of "Attention Is All You Need". */
    private Tensor positions(int length) {
        float[] table = new float[length * width];
        for (int position = 0; position < length; position++) {
            for (int i = 0; i < width; i++) {
                double angle = position / StrictMath.pow(10_000, (i & -2) / (double) width);
                table[position * width + i] = (float) (i % 2 == 0 ? StrictMath.sin(angle) : StrictMath.cos(angle));
            }
        }
        return torch.tensor(table).view(length, width);
    }
}
