import Gradus

/// Precision and recall of generated points (Kynkäänniemi et al. 2019).
///
/// Each set covers the union of spheres around its points, with the distance to the k-th nearest neighbor in the set as radius.
/// Precision is the share of generated points that the real set covers, recall the share of real points that the generated set
/// covers. Good images without variety have high precision and low recall.
public struct PrecisionRecall: Equatable, Sendable {
    /// The share of generated points that the real ones cover, 0 to 1.
    public let precision: Double
    /// The share of real points that the generated ones cover, 0 to 1.
    public let recall: Double

    /// Compares the rows of `real`, `[N, D]`, and `generated`, `[M, D]`.
    ///
    /// Takes a matrix product of N · M · D multiply-adds and two of N² · D and M² · D, a thousand rows at a time.
    ///
    /// - Parameter k: the neighbor whose distance is the radius; 3 in the paper.
    /// - Traps: when the rows differ in length or are not finite, or a set has not more than `k`.
    public init(real: Tensor<Float>, generated: Tensor<Float>, neighbors k: Int = 3) {
        check(
            real.rank == 2 && generated.rank == 2 && real.shape[1] == generated.shape[1],
            "PrecisionRecall: expected rows [N, D] and [M, D], got \(real.shape) and \(generated.shape)")
        check(
            k > 0 && k < real.shape[0] && k < generated.shape[0],
            "PrecisionRecall: neighbor \(k) of \(real.shape[0]) and \(generated.shape[0]) rows")
        check(real.isFinite && generated.isFinite, "PrecisionRecall: the rows hold values that are not finite")
        // Centered, the numbers are small, and differences of squares lose fewer digits.
        let mean = real.detached().mean(axes: [0])
        let (a, b) = (NearestPoints(real.detached() - mean), NearestPoints(generated.detached() - mean))
        precision = a.shareCovered(of: b, within: a.distances(toNeighbor: k))
        recall = b.shareCovered(of: a, within: b.distances(toNeighbor: k))
    }
}

/// Rows and the distances between them.
struct NearestPoints {
    private let points: Tensor<Float>
    private let squares: Tensor<Float>
    private static let grain = 1000

    init(_ points: Tensor<Float>) {
        self.points = points
        squares = (points * points).sum(axes: [1])
    }

    private var count: Int { points.shape[0] }

    /// The squared distance of each row to its k-th nearest among the others.
    func distances(toNeighbor k: Int) -> [Float] {
        var found = [Float](repeating: 0, count: count)
        forEachBlock(of: self) { start, rows, distances in
            found.withUnsafeMutableBufferPointer { found in
                nonisolated(unsafe) let (distances, found) = (distances, found)
                Parallel.forEachRange(rows, grain: 32) { first, length in
                    for row in first..<(first + length) {
                        let line = UnsafeBufferPointer(rebasing: distances[(row * count)..<((row + 1) * count)])
                        found[start + row] = smallest(k, of: line, except: start + row)
                    }
                }
            }
        }
        return found
    }

    /// The share of the rows of `others` inside a sphere around one of these points, with the given squared radii.
    func shareCovered(of others: NearestPoints, within radii: [Float]) -> Double {
        var covered = 0
        forEachBlock(of: others) { _, rows, distances in
            for row in 0..<rows {
                let line = distances[(row * count)..<((row + 1) * count)]
                if zip(line, radii).contains(where: { $0 <= $1 }) { covered += 1 }
            }
        }
        return Double(covered) / Double(others.count)
    }

    /// The squared distances of a thousand rows of `others` at a time to all these points: first row, rows, distances.
    private func forEachBlock(of others: NearestPoints, _ body: (Int, Int, UnsafeBufferPointer<Float>) -> Void) {
        for start in stride(from: 0, to: others.count, by: Self.grain) {
            let end = min(start + Self.grain, others.count)
            let rows = others.points[start..<end]
            let lengths = others.squares[start..<end].reshaped(to: [end - start, 1])
            let block = lengths + squares - matmul(rows, points, transposeB: true) * 2
            block.withUnsafeElements { body(start, end - start, $0) }
        }
    }

    /// The k-th smallest distance of a row, without the point itself.
    private func smallest(_ k: Int, of line: UnsafeBufferPointer<Float>, except own: Int) -> Float {
        var best = [Float](repeating: .infinity, count: k)
        for (index, value) in line.enumerated() where index != own && value < best[k - 1] {
            var position = k - 1
            while position > 0 && best[position - 1] > value {
                best[position] = best[position - 1]
                position -= 1
            }
            best[position] = value
        }
        return max(0, best[k - 1])
    }
}
