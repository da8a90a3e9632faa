package io.radam.bench.report;

import io.radam.bench.Implementation;
import io.radam.bench.Measurement;
import io.radam.bench.Point;
import io.radam.bench.Point.Suite;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * All that was measured.
 *
 * @param seconds that it took
 * @param best    the name of the implementation that the others are compared with
 */
public record Results(String setting, double seconds, String best, int allThreads,
                      List<Implementation> implementations, List<Measurement> measurements) {

    /** Most threads first, then the largest size, then the fewest tensors; among those the fastest first. */
    private static final Comparator<Row> ORDER =
            Comparator.<Row>comparingInt(row -> -row.point().threads())
                    .thenComparingInt(row -> -row.point().size())
                    .thenComparingInt(row -> row.point().tensors())
                    .thenComparing(Comparator.comparingDouble(Row::parametersPerSecond).reversed());

    /** What a suite of frameworks has found, by framework, and otherwise in the order of the other tables. */
    List<Row> byFramework(Suite suite) {
        return rows(suite).stream().sorted(Comparator.<Row>comparingInt(row -> -row.point().threads())
                .thenComparingInt(row -> -row.point().size()).thenComparingInt(row -> row.point().tensors())
                .thenComparing(row -> comparedWith(row.point()))).toList();
    }

    /** What a suite has found, in the order of the table. */
    List<Row> rows(Suite suite) {
        return measurements.stream().map(Measurement::point).distinct().filter(point -> point.suite() == suite)
                .map(this::row).sorted(ORDER).toList();
    }

    private Row row(Point point) {
        double[] nanos = of(point).mapToDouble(Measurement::nanos).toArray();
        Point compared = new Point(point.suite(), comparedWith(point), point.work(), point.threads());
        double[] ratios = of(point).flatMapToDouble(measurement -> {
            OptionalDouble other = of(compared).filter(its -> its.round() == measurement.round())
                    .mapToDouble(Measurement::nanos).findFirst();
            return other.stream().map(otherNanos -> otherNanos / measurement.nanos());
        }).toArray();
        return new Row(point, Statistics.median(nanos), Statistics.min(nanos), Statistics.max(nanos),
                Statistics.median(ratios));
    }

    /** The name of what an implementation is compared with. */
    private String comparedWith(Point point) {
        return !point.suite().isOfFrameworks() ? best : implementations.stream()
                .filter(i -> i.name().equals(point.implementation())).findAny().orElseThrow().baseline(point.suite());
    }

    private Stream<Measurement> of(Point point) {
        return measurements.stream().filter(measurement -> measurement.point().equals(point));
    }
}
