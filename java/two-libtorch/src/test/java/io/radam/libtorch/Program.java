package io.radam.libtorch;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.tracker.Tracker;
import io.radam.RAdam;
import io.radam.djl.RadamOptimizers;
import io.radam.djl.RadamTrainer;
import io.radam.pytorch.TorchOptimizer;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Learns a line of slope 3 by the frameworks that its arguments name, in their order, and prints a line for each: what
 * it has learned, or why it could not.
 */
final class Program {
    private static final int STEPS = 500;

    private Program() {
    }

    public static void main(String[] frameworks) {
        for (String framework : frameworks) {
            String outcome;
            try {
                outcome = switch (framework) {
                    case "djl" -> "learned " + learnByDjl();
                    case "pytorch" -> "learned " + learnByPyTorch();
                    case "pytorch-later" -> {
                        TorchOptimizer.of(RAdam.builder()).close();
                        yield "made an optimizer";
                    }
                    default -> throw new IllegalArgumentException(framework);
                };
            } catch (Exception | LinkageError e) {
                Throwable cause = e;
                StringBuilder causes = new StringBuilder(e.toString());
                while ((cause = cause.getCause()) != null) {
                    causes.append(" <- ").append(cause);
                }
                outcome = "failed " + causes.toString().replace('\n', ' ');
            }
            System.out.println(framework + " " + outcome);
        }
    }

    private static float learnByPyTorch() {
        torch.manual_seed(1);
        Tensor x = torch.randn(64, 1);
        Tensor y = x.mul(new Scalar(3f));
        LinearImpl line = new LinearImpl(1, 1);
        try (TorchOptimizer optimizer = TorchOptimizer.of(RAdam.builder().learningRate(0.1), line)) {
            for (int step = 0; step < STEPS; step++) {
                optimizer.zero_grad();
                torch.mse_loss(line.forward(x), y).backward();
                optimizer.step();
            }
        }
        return line.weight().item_float();
    }

    private static float learnByDjl() {
        var optimizer = RadamOptimizers.radam().optLearningRateTracker(Tracker.fixed(0.1f)).build();
        var config = new DefaultTrainingConfig(Loss.l2Loss()).optOptimizer(optimizer);
        try (Model model = Model.newInstance("line", "PyTorch")) {
            model.getNDManager().getEngine().setRandomSeed(1);
            model.setBlock(Linear.builder().setUnits(1).build());
            NDArray x = model.getNDManager().randomUniform(-1, 1, new Shape(64, 1));
            NDArray y = x.mul(3);
            try (Trainer trainer = new RadamTrainer(model, config)) {
                trainer.initialize(new Shape(1, 1));
                for (int step = 0; step < STEPS; step++) {
                    try (GradientCollector collector = trainer.newGradientCollector()) {
                        collector.backward(trainer.getLoss().evaluate(new NDList(y), trainer.forward(new NDList(x))));
                    }
                    trainer.step();
                }
            }
            return model.getBlock().getParameters().get("weight").getArray().toFloatArray()[0];
        }
    }
}
