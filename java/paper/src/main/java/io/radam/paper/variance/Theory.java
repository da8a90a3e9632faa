package io.radam.paper.variance;

import org.apache.commons.numbers.gamma.LogBeta;

/**
 * What the paper derives for gradients of mean 0: Liyuan Liu, Haoming Jiang, Pengcheng He, Weizhu Chen, Xiaodong Liu,
 * Jianfeng Gao, Jiawei Han, "On the Variance of the Adaptive Learning Rate and Beyond", ICLR 2020.
 */
final class Theory {
    private Theory() {
    }

    /**
     * Equation 2: the variance of 1 / sqrt(x), where x follows a scaled inverse chi-squared distribution of rho degrees
     * of freedom, and gradients have a variance of 1.
     *
     * @param rho more than 2
     */
    static double exactVariance(double rho) {
        double half = (rho - 1) / 2;
        // The second term as a power of e: 2^(2 rho) alone overflows from rho = 512 on.
        double logSquaredMean = Math.log(rho / Math.PI) + (2 * rho - 5) * Math.log(2) + 2 * LogBeta.value(half, half);
        return rho / (rho - 2) - Math.exp(logSquaredMean);
    }

    /**
     * Equation 5: the same, by a Taylor series of first order. The rectification follows from it.
     *
     * @param rho more than 4
     */
    static double approximateVariance(double rho) {
        return rho / (2 * (rho - 2) * (rho - 4));
    }

    /** The length of the simple moving average that has the centre of mass of Adam's average at a step: section 4.1. */
    static double rho(double beta2, long step) {
        double power = Math.pow(beta2, step);
        return 2 / (1 - beta2) - 1 - 2 * step * power / (1 - power);
    }
}
