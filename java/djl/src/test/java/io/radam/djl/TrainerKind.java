package io.radam.djl;

import ai.djl.Model;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;

/** The two ways to train with an optimizer of ours. */
enum TrainerKind {
    /** DJL's trainer, which gives the optimizer one parameter after the other. */
    DJL {
        @Override
        Trainer newTrainer(Model model, TrainingConfig config) {
            return model.newTrainer(config);
        }
    },
    RADAM {
        @Override
        Trainer newTrainer(Model model, TrainingConfig config) {
            return new RadamTrainer(model, config);
        }
    };

    abstract Trainer newTrainer(Model model, TrainingConfig config);
}
