package io.radam.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/** SameDiff learns digits. */
class SameDiffTest {
    private static final List<DataSet> BATCHES = Digits.batches();

    private static SameDiff model(IUpdater updater) {
        SameDiff sd = SameDiff.create();
        SDVariable pixels = sd.placeHolder("pixels", DataType.FLOAT, -1, Digits.PIXELS);
        SDVariable labels = sd.placeHolder("labels", DataType.FLOAT, -1, Digits.CLASSES);
        Nd4j.getRandom().setSeed(7);
        SDVariable w0 = sd.var("w0", Nd4j.randn(DataType.FLOAT, Digits.PIXELS, 32).muli(0.1));
        SDVariable b0 = sd.var("b0", Nd4j.zeros(DataType.FLOAT, 1, 32));
        SDVariable w1 = sd.var("w1", Nd4j.randn(DataType.FLOAT, 32, Digits.CLASSES).muli(0.1));
        SDVariable b1 = sd.var("b1", Nd4j.zeros(DataType.FLOAT, 1, Digits.CLASSES));
        SDVariable hidden = sd.nn.relu("hidden", pixels.mmul(w0).add(b0), 0);
        SDVariable digit = hidden.mmul(w1).add("digit", b1);
        sd.nn.logSoftmax(digit).mul(labels).sum(1).neg().mean("loss");
        sd.setLossVariables("loss");
        sd.setTrainingConfig(config(updater));
        return sd;
    }

    private static TrainingConfig config(IUpdater updater) {
        return TrainingConfig.builder().updater(updater).dataSetFeatureMapping("pixels").dataSetLabelMapping("labels")
                .build();
    }

    private static List<Double> train(SameDiff sd, List<DataSet> batches) {
        List<Double> losses = new ArrayList<>();
        for (DataSet batch : batches) {
            Map<String, INDArray> inputs = Map.of("pixels", batch.getFeatures(), "labels", batch.getLabels());
            losses.add(sd.output(inputs, "loss").get("loss").getDouble(0));
            sd.fit(new SingletonDataSetIterator(batch), 1);
        }
        return losses;
    }

    private static float[] weights(SameDiff sd) {
        List<INDArray> all = new ArrayList<>();
        for (String name : List.of("w0", "b0", "w1", "b1")) {
            INDArray array = sd.getVariable(name).getArr();
            all.add(array.dup('c').reshape(array.length()));
        }
        return Nd4j.concat(0, all.toArray(INDArray[]::new)).toFloatVector();
    }

    @Test
    void adamAsThatOfTheFramework() {
        List<Double> expected = train(model(new Adam(1e-2)), BATCHES);
        List<Double> actual = train(model(new AdamUpdater(1e-2)), BATCHES);
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i), actual.get(i), 2e-5 * (1 + i), "loss " + i);
        }
        assertTrue(actual.getLast() < actual.getFirst() - 0.5, "it learns: " + actual);
    }

    @Test
    void aSavedModelGoesOn(@TempDir Path folder) {
        SameDiff sd = model(new RAdamUpdater(1e-2));
        train(sd, BATCHES.subList(0, 12));
        Path file = folder.resolve("model.fb");
        sd.save(file.toFile(), true);
        SameDiff restored = SameDiff.load(file.toFile(), true);
        assertEquals(sd.getTrainingConfig().getUpdater(), restored.getTrainingConfig().getUpdater());
        assertEquals(train(sd, BATCHES.subList(12, 20)), train(restored, BATCHES.subList(12, 20)));
        assertArrayEquals(weights(sd), weights(restored));
    }

    @Test
    void configurationsAreReadAsTheyWere() {
        TrainingConfig config = config(new RAdamUpdater(1e-2));
        assertEquals(config.getUpdater(), TrainingConfig.fromJson(config.toJson()).getUpdater());
    }

    @Test
    void algorithmsWithoutStateTrain() {
        List<Double> losses = train(model(new SgdUpdater(0.5, 0)), BATCHES);
        assertTrue(losses.getLast() < losses.getFirst() - 0.5, "it learns: " + losses);
    }
}
