package io.radam;

import java.util.List;

/** All presets, with their names in C and those of their golden vectors: a row for each. */
public final class Presets {
    /**
     * A preset.
     *
     * @param preset          the constant
     * @param hyperparameters what it sets
     * @param nativeName      its name in {@code radam.h}
     * @param golden          the algorithms and dialects of golden vectors that follow it
     */
    public record Row(Enum<?> preset, Hyperparameters hyperparameters, String nativeName, List<String> golden) {
    }

    private static final List<Row> ALL = List.of(
            row(RAdam.Preset.AUTHORS, RAdam.Preset.AUTHORS.hyperparameters(), "RADAM_AUTHORS",
                    "radam of authors", "plain_radam of authors"),
            row(RAdam.Preset.PYTORCH, RAdam.Preset.PYTORCH.hyperparameters(), "RADAM_PYTORCH",
                    "radam of pytorch", "plain_radam of pytorch"),
            row(RAdam.Preset.TENSORFLOW_ADDONS, RAdam.Preset.TENSORFLOW_ADDONS.hyperparameters(),
                    "RADAM_TENSORFLOW_ADDONS"),
            row(RAdam.Preset.OPTAX, RAdam.Preset.OPTAX.hyperparameters(), "RADAM_OPTAX"),
            row(RAdam.Preset.PAPER, RAdam.Preset.PAPER.hyperparameters(), "RADAM_PAPER"),
            row(Adam.Preset.PYTORCH, Adam.Preset.PYTORCH.hyperparameters(), "ADAM_PYTORCH", "adam of pytorch"),
            row(Adam.Preset.ADAM_2K, Adam.Preset.ADAM_2K.hyperparameters(), "ADAM_2K", "adam_2k of authors"),
            row(AdamW.Preset.PYTORCH, AdamW.Preset.PYTORCH.hyperparameters(), "ADAMW_PYTORCH", "adamw of pytorch"),
            row(AdamW.Preset.AUTHORS, AdamW.Preset.AUTHORS.hyperparameters(), "ADAMW_AUTHORS", "adamw of authors"),
            row(SGD.Preset.PYTORCH, SGD.Preset.PYTORCH.hyperparameters(), "SGD_PYTORCH", "sgd of pytorch"),
            row(SGD.Preset.SGDW, SGD.Preset.SGDW.hyperparameters(), "SGDW", "sgdw of timm"),
            row(Lion.Preset.AUTHORS, Lion.Preset.AUTHORS.hyperparameters(), "LION_AUTHORS", "lion of authors"),
            row(NAdam.Preset.PYTORCH, NAdam.Preset.PYTORCH.hyperparameters(), "NADAM_PYTORCH", "nadam of pytorch"),
            row(NAdam.Preset.NADAMW, NAdam.Preset.NADAMW.hyperparameters(), "NADAMW_PYTORCH", "nadamw of pytorch"),
            row(RMSprop.Preset.PYTORCH, RMSprop.Preset.PYTORCH.hyperparameters(),
                    "RMSPROP_PYTORCH", "rmsprop of pytorch"),
            row(Adagrad.Preset.PYTORCH, Adagrad.Preset.PYTORCH.hyperparameters(),
                    "ADAGRAD_PYTORCH", "adagrad of pytorch"),
            row(Adamax.Preset.PYTORCH, Adamax.Preset.PYTORCH.hyperparameters(), "ADAMAX_PYTORCH", "adamax of pytorch"),
            row(Adadelta.Preset.PYTORCH, Adadelta.Preset.PYTORCH.hyperparameters(),
                    "ADADELTA_PYTORCH", "adadelta of pytorch"),
            row(AdaBelief.Preset.AUTHORS, AdaBelief.Preset.AUTHORS.hyperparameters(),
                    "ADABELIEF_AUTHORS", "adabelief of authors"),
            row(ADOPT.Preset.AUTHORS, ADOPT.Preset.AUTHORS.hyperparameters(), "ADOPT_AUTHORS", "adopt of authors"),
            row(Yogi.Preset.TORCH_OPTIMIZER, Yogi.Preset.TORCH_OPTIMIZER.hyperparameters(),
                    "YOGI_TORCH_OPTIMIZER", "yogi of jettify"),
            row(QHAdam.Preset.AUTHORS, QHAdam.Preset.AUTHORS.hyperparameters(), "QHADAM_AUTHORS", "qhadam of authors"),
            row(AdEMAMix.Preset.AUTHORS, AdEMAMix.Preset.AUTHORS.hyperparameters(),
                    "ADEMAMIX_AUTHORS", "ademamix of authors"),
            row(AdaMod.Preset.AUTHORS, AdaMod.Preset.AUTHORS.hyperparameters(), "ADAMOD_AUTHORS", "adamod of authors"),
            row(QHM.Preset.AUTHORS, QHM.Preset.AUTHORS.hyperparameters(), "QHM_AUTHORS", "qhm of authors"),
            row(Adan.Preset.AUTHORS, Adan.Preset.AUTHORS.hyperparameters(), "ADAN_AUTHORS",
                    "adan of authors", "adan_clipped of authors"),
            row(AdaBound.Preset.AUTHORS, AdaBound.Preset.AUTHORS.hyperparameters(),
                    "ADABOUND_AUTHORS", "adabound of authors"),
            row(AdaBound.Preset.AMSBOUND, AdaBound.Preset.AMSBOUND.hyperparameters(),
                    "AMSBOUND_AUTHORS", "amsbound of authors"),
            row(AdaBound.Preset.ADABOUNDW, AdaBound.Preset.ADABOUNDW.hyperparameters(),
                    "ADABOUNDW_AUTHORS", "adaboundw of authors"),
            row(DiffGrad.Preset.AUTHORS, DiffGrad.Preset.AUTHORS.hyperparameters(),
                    "DIFFGRAD_AUTHORS", "diffgrad of authors-v2"),
            row(Padam.Preset.AUTHORS, Padam.Preset.AUTHORS.hyperparameters(), "PADAM_AUTHORS", "padam of authors"),
            row(MADGRAD.Preset.AUTHORS, MADGRAD.Preset.AUTHORS.hyperparameters(), "MADGRAD_AUTHORS",
                    "madgrad of authors"),
            row(COCOB.Preset.AUTHORS, COCOB.Preset.AUTHORS.hyperparameters(), "COCOB_AUTHORS", "cocob of authors"),
            row(ScheduleFreeSGD.Preset.AUTHORS, ScheduleFreeSGD.Preset.AUTHORS.hyperparameters(),
                    "SCHEDULEFREE_SGD_AUTHORS", "schedulefree_sgd of authors"),
            row(ScheduleFreeAdamW.Preset.AUTHORS, ScheduleFreeAdamW.Preset.AUTHORS.hyperparameters(),
                    "SCHEDULEFREE_ADAMW_AUTHORS", "schedulefree_adamw of authors"),
            row(ScheduleFreeRAdam.Preset.AUTHORS, ScheduleFreeRAdam.Preset.AUTHORS.hyperparameters(),
                    "SCHEDULEFREE_RADAM_AUTHORS", "schedulefree_radam of authors"),
            row(LAMB.Preset.CYBERTRONAI, LAMB.Preset.CYBERTRONAI.hyperparameters(), "LAMB_CYBERTRONAI",
                    "lamb of cybertronai"),
            row(LAMB.Preset.NVIDIA, LAMB.Preset.NVIDIA.hyperparameters(), "LAMB_NVIDIA", "lamb of timm-nvlamb"),
            row(StableAdamW.Preset.AUTHORS, StableAdamW.Preset.AUTHORS.hyperparameters(), "STABLEADAMW_AUTHORS",
                    "stableadamw of authors"),
            row(LARS.Preset.TIMM, LARS.Preset.TIMM.hyperparameters(), "LARS_TIMM", "lars of timm"),
            row(LARS.Preset.BARLOWTWINS, LARS.Preset.BARLOWTWINS.hyperparameters(), "LARS_BARLOWTWINS",
                    "lars of barlowtwins"),
            row(CautiousAdamW.Preset.AUTHORS, CautiousAdamW.Preset.AUTHORS.hyperparameters(), "CAUTIOUS_ADAMW_AUTHORS",
                    "adamw_cautious of authors"),
            row(CautiousLion.Preset.TIMM, CautiousLion.Preset.TIMM.hyperparameters(), "CAUTIOUS_LION_TIMM",
                    "lion_cautious of timm"),
            row(NovoGrad.Preset.NVIDIA, NovoGrad.Preset.NVIDIA.hyperparameters(), "NOVOGRAD_NVIDIA",
                    "novograd of nvidia"),
            row(SgdHD.Preset.AUTHORS, SgdHD.Preset.AUTHORS.hyperparameters(), "SGD_HD_AUTHORS", "sgd_hd of authors"),
            row(SgdHD.Preset.AUTHORS_NESTEROV, SgdHD.Preset.AUTHORS_NESTEROV.hyperparameters(), "SGDN_HD_AUTHORS",
                    "sgdn_hd of authors"),
            row(AdamHD.Preset.AUTHORS, AdamHD.Preset.AUTHORS.hyperparameters(), "ADAM_HD_AUTHORS", "adam_hd of authors",
                    "adam_hd_single of authors"),
            row(YellowFin.Preset.AUTHORS, YellowFin.Preset.AUTHORS.hyperparameters(), "YELLOWFIN_AUTHORS",
                    "yellowfin of authors"),
            row(AdamP.Preset.AUTHORS, AdamP.Preset.AUTHORS.hyperparameters(), "ADAMP_AUTHORS", "adamp of authors"),
            row(SGDP.Preset.AUTHORS, SGDP.Preset.AUTHORS.hyperparameters(), "SGDP_AUTHORS", "sgdp of authors"));

    private Presets() {
    }

    /** A row for each preset. */
    public static List<Row> all() {
        return ALL;
    }

    private static Row row(Enum<?> preset, Hyperparameters hyperparameters, String nativeName, String... golden) {
        return new Row(preset, hyperparameters, "RADAM_PRESET_" + nativeName, List.of(golden));
    }
}
