import GradusTraining

/// The positions of a tree's nodes: a column for each depth, a row for each leaf.
struct TreeLayout {
    let left = 16
    private(set) var columns: [Int] = []
    private(set) var rows: [Int] = []
    /// Where the words of each node end.
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
        place(nodes)
        width = max(starts[starts.count - 1], left + textWidth(chart.title, size: 16)) + left
        height = (rows.max() ?? rootRow) + 36
    }

    private mutating func place(_ nodes: [TreeChart.Node]) {
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
            let places = children[index].map { rows[$0] }
            rows[index] = (places.min()! + places.max()!) / 2
        }
        let roots = nodes.indices.filter { nodes[$0].parent == nil }.map { rows[$0] }
        rootRow = roots.isEmpty ? 60 : (roots.min()! + roots.max()!) / 2
    }
}
