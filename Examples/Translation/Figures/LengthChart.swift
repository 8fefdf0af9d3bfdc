import Foundation
import Gradus
import GradusText
import GradusVision

/// BLEU against the length of the source, a curve for each translator.
struct LengthChart {
    let curves: [(name: String, groups: [BLEU.LengthGroup])]

    /// A table of the groups, for a reader.
    var lines: [String] {
        curves.flatMap { name, groups in
            ["\nBLEU by the length of the source, \(name):"]
                + groups.map { group in
                    String(
                        format: "  %3d to %3d words, %4d sentences: %5.1f", group.lengths.lowerBound,
                        group.lengths.upperBound, group.count, group.score)
                }
        }
    }

    func write(to path: String) throws {
        let chart = LineChart(
            title: "BLEU against sentence length", x: "words of the source", y: "BLEU",
            series: curves.map { name, groups in
                .init(name, groups.map { (x: $0.meanLength, y: $0.score) })
            })
        try AtomicFile.write(Data(chart.svg().utf8), to: URL(fileURLWithPath: path))
    }
}
