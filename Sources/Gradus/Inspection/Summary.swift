/// The layers of a model, in the order in which they run.
public struct Summary: CustomStringConvertible {
    /// One layer of a model.
    public struct Row: Equatable, Sendable {
        /// Its name in the model, empty when it has none.
        public let name: String
        /// Its type.
        public let kind: String
        /// The shape of its input.
        public let input: [Int]
        /// The shape of its output.
        public let output: [Int]
        /// The number of trained values.
        public let parameters: Int
        /// The multiply-adds of convolutions and matrix products.
        public let multiplyAdds: Int

        /// Whether the layer joins height, width and channels of images into one axis: `[N, H, W, C]` to `[N, H W C]`.
        public var isFlattening: Bool {
            input.count == 4 && output == [input[0], input[1...].reduce(1, *)]
        }
    }

    /// The layers in the order in which they ran.
    public let rows: [Row]
    /// The shape of the model's output.
    public let output: [Int]
    /// The number of trained values in the whole model.
    public let parameters: Int
    /// The multiply-adds of the whole model.
    public let multiplyAdds: Int

    /// The summary as a table.
    public var description: String {
        let header = ["layer", "type", "output", "parameters", "multiply-adds"]
        let body = rows.map {
            ["\($0.name)", $0.kind, "\($0.output)", grouped($0.parameters), grouped($0.multiplyAdds)]
        }
        let total = ["total", "", "\(output)", grouped(parameters), grouped(multiplyAdds)]
        let table = [header] + body + [total]
        let widths = header.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
        let lines = table.map { row in
            row.enumerated().map { column, text in
                let fill = String(repeating: " ", count: widths[column] - text.count)
                return column < 3 ? text + fill : fill + text
            }.joined(separator: "  ").trimmedAtEnd
        }
        let rule = String(repeating: "-", count: widths.reduce(8, +))
        return ([lines[0], rule] + lines[1..<(lines.count - 1)] + [rule, lines[lines.count - 1]]).joined(
            separator: "\n")
    }
}

extension Layer {
    /// The layers of this model with their output shapes, parameters and multiply-adds, computed from shapes alone.
    ///
    /// - Parameter input: the shape of the input, such as `[100, 28, 28, 1]`.
    public func summary(input: [Int]) -> Summary {
        let trace = ShapeTrace()
        let collector = RowCollector()
        let pass = Pass.inference.observed(by: collector, ModuleNames(of: self))
        let output = callAsFunction(.abstract(input, trace), pass)
        return Summary(
            rows: collector.rows, output: output.shape, parameters: parameterCount, multiplyAdds: trace.multiplyAdds)
    }
}

private final class RowCollector: ForwardHook {
    var rows: [Summary.Row] = []

    func observe(_ layer: ObservedLayer) {
        guard !layer.isBlock else { return }
        rows.append(
            Summary.Row(
                name: layer.name, kind: layer.kind, input: layer.input?.shape ?? [], output: layer.output.shape,
                parameters: layer.parameters, multiplyAdds: layer.multiplyAdds))
    }
}

/// `1234567` as `1,234,567`.
private func grouped(_ number: Int) -> String {
    let digits = Array(String(number))
    return String(
        digits.enumerated().flatMap { index, digit in
            index > 0 && (digits.count - index) % 3 == 0 ? [",", digit] : [digit]
        })
}

extension String {
    fileprivate var trimmedAtEnd: String { String(reversed().drop { $0 == " " }.reversed()) }
}
