import Foundation
import Gradus
import GradusText
import GradusVision

/// Images of how one sentence was translated.
struct AttentionDrawing {
    /// The words that the network read.
    let source: [String]
    let hypothesis: Hypothesis
    let vocabulary: Vocabulary<String>

    /// Where the network looked; `nil` when it does not look.
    var image: AttentionImage? {
        guard let weights = hypothesis.alignments, !weights.isEmpty else { return nil }
        let words = vocabulary.words(of: hypothesis.tokens) + (hypothesis.isFinished ? [SpecialToken.all[3]] : [])
        return AttentionImage(weights, source: source, target: words, title: "Where the translator looks")
    }

    /// Writes the image as PNG and as SVG.
    ///
    /// - Returns: whether there is one.
    func write(png: String, svg: String) throws -> Bool {
        guard let image else { return false }
        try image.drawn().write(to: png)
        try AtomicFile.write(Data(image.svg().utf8), to: URL(fileURLWithPath: svg))
        return true
    }
}

/// A beam search as a tree: every beginning that was kept, with the logarithm of its probability.
struct BeamDrawing {
    let tree: BeamTree
    let hypotheses: [Hypothesis]
    let vocabulary: Vocabulary<String>

    var chart: TreeChart {
        let chosen = Set(tree.ends.first.map(tree.path(to:)) ?? [])
        let scores = Dictionary(zip(tree.ends, hypotheses.map(\.score))) { first, _ in first }
        let nodes = tree.nodes.enumerated().map { index, node in
            let before = node.parent.map { tree.nodes[$0].logProbability } ?? 0
            let share = exp(node.logProbability - before)
            return TreeChart.Node(
                parent: node.parent, label: vocabulary[node.token],
                hint: String(format: "p = %.3f, log p of the beginning = %.2f", share, node.logProbability),
                note: scores[index].map { String(format: "%.2f", $0) }, strength: Double(share),
                isChosen: chosen.contains(index))
        }
        return TreeChart(title: "The beam: every beginning that was kept", root: SpecialToken.all[2], nodes: nodes)
    }

    func write(to path: String) throws {
        try AtomicFile.write(Data(chart.svg().utf8), to: URL(fileURLWithPath: path))
    }
}
