import CLibLinear
import Gradus

/// Rows as liblinear takes them: index and value of each number that is not 0, the bias's 1, and an end mark.
final class SparseRows {
    private let nodes: UnsafeMutablePointer<feature_node>
    private let starts: [Int]
    private let features: Int

    init(_ matrix: Tensor<Float>) {
        let (rows, columns) = (matrix.shape[0], matrix.shape[1])
        features = columns
        var (starts, count): ([Int], Int) = ([], 0)
        nodes = matrix.withUnsafeElements { values in
            let filled = values.reduce(0) { $0 + ($1 == 0 ? 0 : 1) }
            let nodes = UnsafeMutablePointer<feature_node>.allocate(capacity: filled + 2 * rows)
            for row in 0..<rows {
                starts.append(count)
                for column in 0..<columns where values[row * columns + column] != 0 {
                    nodes[count] = feature_node(
                        index: Int32(column + 1), value: Double(values[row * columns + column]))
                    count += 1
                }
                nodes[count] = feature_node(index: Int32(columns + 1), value: 1)
                nodes[count + 1] = feature_node(index: -1, value: 0)
                count += 2
            }
            return nodes
        }
        self.starts = starts
    }

    deinit { nodes.deallocate() }

    /// Calls `body` with the rows and their targets as a problem of liblinear, valid during the call.
    func withProblem(_ targets: inout [Double], _ body: (inout problem) -> Void) {
        var rows: [UnsafeMutablePointer<feature_node>?] = starts.map { nodes + $0 }
        rows.withUnsafeMutableBufferPointer { rows in
            targets.withUnsafeMutableBufferPointer { targets in
                var described = problem(
                    l: Int32(rows.count), n: Int32(features + 1), y: targets.baseAddress, x: rows.baseAddress, bias: 1)
                body(&described)
            }
        }
    }
}
