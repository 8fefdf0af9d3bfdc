import Foundation
import Gradus
import GradusText
import GradusTraining
import GradusVision

extension Translator {
    /// Which source words the network attended to; nil when it does not attend.
    func attentionImage(of hypothesis: Hypothesis, source: [String]) -> AttentionImage? {
        guard let weights = hypothesis.alignments, !weights.isEmpty else { return nil }
        let words =
            pipeline.target.vocabulary.words(of: hypothesis.tokens)
            + (hypothesis.isFinished ? [SpecialToken.all[3]] : [])
        return AttentionImage(weights, source: source, target: words, title: "Where the translator looks")
    }

    /// A beam search as a tree: every partial translation that was kept, with the logarithm of its probability.
    func beamChart(_ tree: BeamTree, _ hypotheses: [Hypothesis]) -> TreeChart {
        let chosen = Set(tree.ends.first.map(tree.path(to:)) ?? [])
        let scores = Dictionary(zip(tree.ends, hypotheses.map(\.score))) { first, _ in first }
        let nodes = tree.nodes.enumerated().map { index, node in
            let before = node.parent.map { tree.nodes[$0].logProbability } ?? 0
            let share = exp(node.logProbability - before)
            return TreeChart.Node(
                parent: node.parent, label: pipeline.target.vocabulary[node.token],
                hint: String(format: "p = %.3f, log p so far = %.2f", share, node.logProbability),
                note: scores[index].map { String(format: "%.2f", $0) }, strength: Double(share),
                isChosen: chosen.contains(index))
        }
        return TreeChart(
            title: "The beam: every partial translation that was kept", root: SpecialToken.all[2], nodes: nodes)
    }
}

/// BLEU against the length of the source, a curve for each translator.
struct LengthChart {
    let curves: [(name: String, groups: [BLEU.LengthGroup])]

    /// A table of the groups, as lines to print.
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

    var svg: String {
        let counts = curves.first?.groups.map { "\($0.count)" }.joined(separator: ", ") ?? ""
        return LineChart(
            title: "BLEU against sentence length", x: "words of the source (groups of \(counts) sentences)", y: "BLEU",
            series: curves.map { name, groups in
                .init(name, groups.map { (x: $0.meanLength, y: $0.score) })
            }
        ).svg()
    }
}
