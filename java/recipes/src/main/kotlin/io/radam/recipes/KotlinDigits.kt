package io.radam.recipes

import io.radam.Optimizer
import io.radam.Parameter
import io.radam.RAdam
import io.radam.StepOptions
import java.io.File
import java.util.Locale
import java.util.zip.GZIPInputStream
import kotlin.math.exp
import kotlin.math.ln
import kotlin.math.sqrt
import kotlin.random.Random

class Dense(val inputs: Int, val outputs: Int, random: Random) {
    val weights = FloatArray(inputs * outputs) { (random.nextFloat() * 2 - 1) / sqrt(inputs.toFloat()) }
    val bias = FloatArray(outputs)
    val weightGradient = FloatArray(weights.size)
    val biasGradient = FloatArray(outputs)

    fun forward(input: FloatArray) = FloatArray(outputs) { o ->
        var sum = bias[o]
        for (i in 0 until inputs) sum += weights[o * inputs + i] * input[i]
        sum
    }

    /** Adds the gradients, and returns that of the input. */
    fun backward(input: FloatArray, error: FloatArray): FloatArray {
        val inputError = FloatArray(inputs)
        for (o in 0 until outputs) {
            biasGradient[o] += error[o]
            for (i in 0 until inputs) {
                weightGradient[o * inputs + i] += error[o] * input[i]
                inputError[i] += error[o] * weights[o * inputs + i]
            }
        }
        return inputError
    }
}

class Digit(val pixels: FloatArray, val label: Int)

/** Two layers, in arrays that radam steps where they are. */
class Network : AutoCloseable {
    private val random = Random(1)
    val layers = listOf(Dense(64, 32, random), Dense(32, 10, random))

    val optimizer: Optimizer = RAdam.builder()
        .learningRate(0.01)
        .weightDecay(1e-3)
        .apply { layers.forEach { parameter(Parameter.of(it.weights, it.weightGradient)) } }
        .group { group ->
            group.weightDecay(0.0)
            layers.forEach { group.parameter(Parameter.of(it.bias, it.biasGradient)) }
        }
        .build()

    /** Adds the gradients of the mean loss, and returns that. */
    fun backward(digits: List<Digit>): Double = digits.sumOf { digit ->
        val hidden = hidden(digit)
        val probabilities = softmax(layers[1].forward(hidden))
        val error = FloatArray(10) { (probabilities[it] - if (it == digit.label) 1f else 0f) / digits.size }
        val hiddenError = layers[1].backward(hidden, error)
        layers[0].backward(digit.pixels, FloatArray(32) { if (hidden[it] > 0) hiddenError[it] else 0f })
        -ln(probabilities[digit.label].toDouble()) / digits.size
    }

    /** One call for all arrays. The gradients are zero after it. */
    fun step() {
        optimizer.step(StepOptions.NONE.withZeroGradients(true))
    }

    fun classify(digit: Digit): Int = layers[1].forward(hidden(digit)).let { scores ->
        scores.indices.maxBy { scores[it] }
    }

    override fun close() = optimizer.close()

    private fun hidden(digit: Digit) = layers[0].forward(digit.pixels).also { values ->
        for (i in values.indices) values[i] = maxOf(values[i], 0f)
    }

    private fun softmax(scores: FloatArray): FloatArray {
        val exponentials = FloatArray(scores.size) { exp(scores[it]) }
        return exponentials.sum().let { sum -> FloatArray(scores.size) { exponentials[it] / sum } }
    }
}

/** Of a file with 64 pixels from 0 to 16, and the label, in a line. */
fun read(file: File): List<Digit> = GZIPInputStream(file.inputStream()).bufferedReader().useLines { lines ->
    lines.map { line ->
        val numbers = line.split(",").map(String::toInt)
        Digit(FloatArray(64) { numbers[it] / 16f }, numbers[64])
    }.toList()
}

fun main(args: Array<String>) {
    val digits = read(File(args[0]))
    val (seen, unseen) = digits.take(1500) to digits.drop(1500)
    Network().use { network ->
        repeat(201) { step ->
            val loss = network.backward(seen)
            if (step % 100 == 0) println("step $step: loss %.3f".format(Locale.ROOT, loss))
            network.step()
        }
        val right = unseen.count { network.classify(it) == it.label }
        println("right of the other digits: %.3f".format(Locale.ROOT, right.toDouble() / unseen.size))
    }
}
