import Foundation

/// The values of some neurons, painted over a text.
struct NeuronPage {
    private let page: HTMLPage

    /// The best neuron of each feature that was found, and the one that the user chose.
    init(_ activity: NeuronActivity, _ found: [NeuronSearch.Finding], chosen: NeuronName?) {
        var sections: [String] = []
        if let chosen {
            sections.append(Self.section("The chosen neuron", activity, chosen.layer, chosen.index, start: 0))
        }
        var shown: Set<String> = []
        for finding in found where shown.insert(finding.feature).inserted {
            let title = String(format: "%@: correlation %+.3f", finding.feature, finding.correlation)
            let start = Self.interestingPlace(finding.feature, activity.text)
            sections.append(Self.section(title, activity, finding.layer, finding.index, start: start))
        }
        let explanation =
            "<p>Each character is painted with the value that one neuron has after it: blue towards −1, red towards 1. "
            + "Neurons were searched by the correlation of their value with what a reader can name; most neurons follow "
            + "nothing that has a name.</p>\n"
        page = HTMLPage(
            title: "What neurons follow", style: "pre { font: 14px/1.45 monospace; white-space: pre-wrap; }",
            body: explanation + sections.joined(separator: "\n"))
    }

    private static func section(
        _ title: String, _ activity: NeuronActivity, _ layer: Int, _ index: Int, start: Int
    ) -> String {
        let range = start..<min(activity.text.count, start + 1500)
        let values = activity.values(layer: layer, index: index)
        let painted = range.map { position in
            let character = activity.text[position]
            let shown = character.isNewline ? "↵\n" : htmlText(String(character))
            return "<span style=\"background:\(divergingColor(values[position]))\">\(shown)</span>"
        }
        return
            "<h2>\(htmlText(title))</h2>\n<p>Layer \(layer + 1), neuron \(index).</p>\n<pre>\(painted.joined())</pre>"
    }

    /// Some characters before the feature first changes.
    private static func interestingPlace(_ feature: String, _ text: [Character]) -> Int {
        guard let values = TextFeature.all.first(where: { $0.name == feature })?.values(text),
            let change = values.firstIndex(where: { $0 != values[0] })
        else { return 0 }
        return max(0, change - 200)
    }

    func write(to path: String) throws { try page.write(to: path) }
}
