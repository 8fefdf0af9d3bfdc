import Gradus
import GradusTraining

/// A tree that grows from left to right, as an SVG image that any browser shows.
public struct TreeChart: Sendable {
    /// One node.
    public struct Node: Sendable {
        /// The index of its parent, which comes before it; nil for children of the root.
        let parent: Int?
        /// The node's label.
        let label: String
        /// The tooltip.
        let hint: String
        /// A note after the label, as a score; nil for no note.
        let note: String?
        /// The strength of the line to it, 0 to 1.
        let strength: Double
        /// Whether it is on the chosen path.
        let isChosen: Bool

        /// A node of the given looks.
        public init(
            parent: Int?, label: String, hint: String = "", note: String? = nil, strength: Double = 1,
            isChosen: Bool = false
        ) {
            (self.parent, self.label, self.hint, self.note) = (parent, label, hint, note)
            (self.strength, self.isChosen) = (strength, isChosen)
        }
    }

    /// The title above the tree.
    let title: String
    /// The root's label.
    let root: String
    /// The nodes, parents before children.
    let nodes: [Node]

    /// A chart of the given nodes.
    ///
    /// - Traps: when a node's parent does not come before it.
    public init(title: String, root: String, nodes: [Node]) {
        check(
            nodes.enumerated().allSatisfy { index, node in node.parent.map { (0..<index).contains($0) } ?? true },
            "TreeChart: a node must come after its parent")
        (self.title, self.root, self.nodes) = (title, root, nodes)
    }

    /// The image as SVG text.
    public func svg() -> String {
        let layout = TreeLayout(self)
        var parts = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(layout.width) \(layout.height)\" "
                + "width=\"\(layout.width)\" height=\"\(layout.height)\" font-family=\"sans-serif\" font-size=\"13\">",
            "<rect width=\"\(layout.width)\" height=\"\(layout.height)\" fill=\"white\"/>",
            "<text x=\"16\" y=\"26\" font-size=\"16\" font-weight=\"bold\">\(escaped(title))</text>",
            "<text x=\"\(layout.left)\" y=\"\(layout.rootRow + 4)\">\(escaped(root))</text>",
        ]
        // Chosen paths are drawn last, over the others.
        let order = nodes.indices.filter { !nodes[$0].isChosen } + nodes.indices.filter { nodes[$0].isChosen }
        for index in order {
            let start =
                nodes[index].parent.map { (layout.ends[$0], layout.rows[$0]) } ?? (layout.rootEnd, layout.rootRow)
            let (x, y) = (layout.columns[index] - 4, layout.rows[index])
            let middle = (start.0 + x) / 2
            let color = nodes[index].isChosen ? "#d1642e" : "#1d5fa5"
            let opacity = 0.15 + 0.85 * min(1, max(0, nodes[index].strength))
            parts.append(
                "<path d=\"M \(start.0) \(start.1) C \(middle) \(start.1) \(middle) \(y) \(x) \(y)\" fill=\"none\" "
                    + "stroke=\"\(color)\" stroke-width=\"\(nodes[index].isChosen ? 2.5 : 1.2)\" "
                    + "opacity=\"\((opacity * 100).rounded() / 100)\"/>")
        }
        for (index, node) in nodes.enumerated() {
            let weight = node.isChosen ? " font-weight=\"bold\"" : ""
            let note = node.note.map { " <tspan font-size=\"11\" fill=\"#666666\">\(escaped($0))</tspan>" } ?? ""
            parts.append(
                "<text x=\"\(layout.columns[index])\" y=\"\(layout.rows[index] + 4)\"\(weight)>\(escaped(node.label))\(note)"
                    + "<title>\(escaped(node.hint))</title></text>")
        }
        return (parts + ["</svg>"]).joined(separator: "\n") + "\n"
    }
}

/// The positions of a tree's nodes: a column for each depth, a row for each leaf.
struct TreeLayout {
    let left = 16
    private(set) var columns: [Int] = []
    private(set) var rows: [Int] = []
    /// The end of each node's text.
    private(set) var ends: [Int] = []
    private(set) var rootRow = 60
    let rootEnd: Int
    private(set) var width = 0
    private(set) var height = 0

    init(_ chart: TreeChart) {
        let nodes = chart.nodes
        rootEnd = left + textWidth(chart.root, size: 13) + 6
        var depths: [Int] = []
        for node in nodes { depths.append(node.parent.map { depths[$0] + 1 } ?? 0) }
        let widths = nodes.map { node in
            // Chosen words are bold, and so wider.
            textWidth(node.label, size: node.isChosen ? 16 : 14)
                + (node.note.map { textWidth(" " + $0, size: 12) } ?? 0)
        }
        var starts = [rootEnd + 36]
        for depth in 0...(depths.max() ?? 0) {
            let widest = nodes.indices.filter { depths[$0] == depth }.map { widths[$0] }.max() ?? 0
            starts.append(starts[depth] + widest + 40)
        }
        columns = depths.map { starts[$0] }
        ends = nodes.indices.map { columns[$0] + widths[$0] + 4 }
        setRows(nodes)
        width = max(starts[starts.count - 1], left + textWidth(chart.title, size: 16)) + left
        height = (rows.max() ?? rootRow) + 36
    }

    private mutating func setRows(_ nodes: [TreeChart.Node]) {
        let step = 22
        var children = [[Int]](repeating: [], count: nodes.count)
        for (index, node) in nodes.enumerated() { if let parent = node.parent { children[parent].append(index) } }
        rows = [Int](repeating: 0, count: nodes.count)
        var next = 60
        // Depth first without recursion: a path may be long.
        var stack = Array(nodes.indices.filter { nodes[$0].parent == nil }.reversed())
        while let index = stack.popLast() {
            if children[index].isEmpty {
                rows[index] = next
                next += step
            }
            stack += children[index].reversed()
        }
        for index in nodes.indices.reversed() where !children[index].isEmpty {
            let childRows = children[index].map { rows[$0] }
            rows[index] = (childRows.min()! + childRows.max()!) / 2
        }
        let roots = nodes.indices.filter { nodes[$0].parent == nil }.map { rows[$0] }
        rootRow = roots.isEmpty ? 60 : (roots.min()! + roots.max()!) / 2
    }
}

/// Text with XML's special characters escaped, code point by code point: a combining mark would hide one from a comparison of characters.
package func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        default: result.unicodeScalars.append(scalar)
        }
    }
}

/// The estimated width of a text in an unknown font: three fifths of the size for a letter, all of it for an ideograph.
func textWidth(_ text: String, size: Int) -> Int {
    text.unicodeScalars.reduce(0) { $0 + ($1.properties.isIdeographic ? 10 : 6) * size } / 10
}
