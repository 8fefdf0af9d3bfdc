import Gradus

/// Exact search for the nearest rows of bytes, such as images.
///
/// Takes N · M · D differences for N rows and M queries: Manhattan distances by sums of absolute differences, Euclidean ones by
/// matrix products.
public struct NearestNeighbors: Sendable {
    /// The distance.
    public enum Distance: String, Sendable, CaseIterable {
        /// L1: `Σⱼ |aⱼ − bⱼ|`.
        case manhattan
        /// L2: `(Σⱼ (aⱼ − bⱼ)²)^½`.
        case euclidean
    }

    /// The rows that are searched, `[N, D]`.
    public let points: Tensor<UInt8>
    /// The distance.
    public let distance: Distance

    /// A search among the rows of `points`, `[N, D]`.
    ///
    /// - Traps: when the tensor is no matrix.
    public init(_ points: Tensor<UInt8>, _ distance: Distance) {
        check(points.rank == 2, "NearestNeighbors: expected rows [N, D], got \(points.shape)")
        (self.points, self.distance) = (points, distance)
    }

    /// The `k` rows nearest to each query, the nearest first; of equally near ones the lower index comes first.
    ///
    /// Memory: blocks of 1,000 queries by 2,000 rows.
    ///
    /// - Parameter queries: `[M, D]`.
    /// - Returns: the indices of the rows and their distances, `[M, k]` each.
    /// - Traps: when the rows differ in length, or there are fewer than `k`.
    public func nearest(_ k: Int, to queries: Tensor<UInt8>) -> (indices: Tensor<Int32>, distances: Tensor<Float>) {
        check(
            queries.rank == 2 && queries.shape[1] == points.shape[1],
            "nearest: expected queries [M, \(points.shape[1])], got \(queries.shape)")
        check(k > 0 && k <= points.shape[0], "nearest: \(k) of \(points.shape[0]) rows")
        let (count, queryCount) = (points.shape[0], queries.shape[0])
        var best = NearestLists(rows: queryCount, k: k)
        for first in stride(from: 0, to: queryCount, by: Self.queryBlock) {
            let end = min(first + Self.queryBlock, queryCount)
            for start in stride(from: 0, to: count, by: Self.pointBlock) {
                let block = points[start..<min(start + Self.pointBlock, count)]
                let found = distances(queries[first..<end], block)
                best.note(found, firstRow: first, firstIndex: start)
            }
        }
        return best.sorted(isSquared: distance == .euclidean)
    }

    private static let queryBlock = 1000
    private static let pointBlock = 2000

    /// The distances of some queries to some rows; Euclidean ones stay squared.
    private func distances(_ queries: Tensor<UInt8>, _ block: Tensor<UInt8>) -> Tensor<Float> {
        switch distance {
        // Centered, the products are small, and nearly all sums are exact.
        case .euclidean: squaredDistances(Tensor<Float>(queries) - 128, Tensor<Float>(block) - 128)
        case .manhattan: manhattanDistances(queries, block)
        }
    }
}

/// The smallest distances seen so far, for each of several rows.
struct NearestLists {
    private let rows: Int
    private let k: Int
    private var indices: [Int32]
    private var distances: [Float]

    init(rows: Int, k: Int) {
        (self.rows, self.k) = (rows, k)
        indices = Array(repeating: -1, count: rows * k)
        distances = Array(repeating: .infinity, count: rows * k)
    }

    /// Adds the distances `[m, n]` of the rows from `firstRow` on to the points from `firstIndex` on.
    mutating func note(_ found: Tensor<Float>, firstRow: Int, firstIndex: Int) {
        let (m, n, k) = (found.shape[0], found.shape[1], k)
        indices.withUnsafeMutableBufferPointer { indices in
            distances.withUnsafeMutableBufferPointer { distances in
                found.withUnsafeElements { found in
                    nonisolated(unsafe) let (indices, distances) = (
                        indices.baseAddress! + firstRow * k, distances.baseAddress! + firstRow * k
                    )
                    nonisolated(unsafe) let found = found
                    Parallel.forEachRange(m, grain: 50) { first, length in
                        for row in first..<(first + length) {
                            let line = UnsafeBufferPointer(rebasing: found[(row * n)..<((row + 1) * n)])
                            insert(line, firstIndex, indices + row * k, distances + row * k, k)
                        }
                    }
                }
            }
        }
    }

    /// Indices and distances `[rows, k]`, the nearest first; squared distances become their roots.
    func sorted(isSquared: Bool) -> (indices: Tensor<Int32>, distances: Tensor<Float>) {
        let values = Tensor(distances, shape: [rows, k])
        return (Tensor(indices, shape: [rows, k]), isSquared ? values.squareRoot() : values)
    }
}

/// Inserts distances smaller than the last of a sorted list.
private func insert(
    _ line: UnsafeBufferPointer<Float>, _ firstIndex: Int, _ indices: UnsafeMutablePointer<Int32>,
    _ distances: UnsafeMutablePointer<Float>, _ k: Int
) {
    for (offset, value) in line.enumerated() where value < distances[k - 1] {
        var position = k - 1
        while position > 0 && distances[position - 1] > value {
            distances[position] = distances[position - 1]
            indices[position] = indices[position - 1]
            position -= 1
        }
        distances[position] = value
        indices[position] = Int32(firstIndex + offset)
    }
}

/// The most frequent class among the first `k` neighbors; of equally frequent ones that of the nearest neighbor.
///
/// - Parameter labels: the classes of the neighbors, the nearest first, `[M, K]`, each at least 0.
/// - Returns: `[M]`.
/// - Traps: when there are fewer than `k` neighbors, or a class is below 0.
public func majorityVote(_ labels: Tensor<Int32>, first k: Int) -> Tensor<Int32> {
    check(
        labels.rank == 2 && k > 0 && k <= labels.shape[1],
        "majorityVote: the first \(k) neighbors of \(labels.shape)")
    let all = labels.scalars
    check(all.allSatisfy { $0 >= 0 }, "majorityVote: classes are at least 0")
    var counts = [Int](repeating: 0, count: Int(all.max() ?? 0) + 1)
    let width = labels.shape[1]
    return Tensor(
        (0..<labels.shape[0]).map { row in
            let neighbors = all[(row * width)..<(row * width + k)]
            for label in neighbors { counts[Int(label)] += 1 }
            let most = neighbors.map { counts[Int($0)] }.max() ?? 0
            let winner = neighbors.first { counts[Int($0)] == most } ?? 0
            for label in neighbors { counts[Int(label)] = 0 }
            return winner
        })
}
