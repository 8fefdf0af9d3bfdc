import Gradus

/// Finds the rows of bytes that are nearest to a row, by comparing it with all of them.
///
/// Rows are images or anything else that is kept in bytes. N · M · D differences for N rows and M queries: Manhattan distances
/// by sums of absolute differences, exactly; Euclidean ones by matrix products.
public struct NearestNeighbors: Sendable {
    /// What is called near.
    public enum Distance: String, Sendable, CaseIterable {
        /// L1: `Σⱼ |aⱼ − bⱼ|`.
        case manhattan
        /// L2: `(Σⱼ (aⱼ − bⱼ)²)^½`.
        case euclidean
    }

    /// The rows that are searched, `[N, D]`.
    public let points: Tensor<UInt8>
    /// What is called near.
    public let distance: Distance

    /// A search among the rows of `points`, `[N, D]`.
    ///
    /// - Traps: when the tensor is no matrix.
    public init(_ points: Tensor<UInt8>, _ distance: Distance) {
        check(points.rank == 2, "NearestNeighbors: expected rows [N, D], got \(points.shape)")
        (self.points, self.distance) = (points, distance)
    }

    /// The `k` rows nearest to each query, the nearest first; of equally near ones the lower number comes first.
    ///
    /// Memory: blocks of 1,000 queries by 2,000 rows, whatever N and M are.
    ///
    /// - Parameter queries: `[M, D]`.
    /// - Returns: the rows' numbers and their distances, `[M, k]` each.
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
        // About the middle of the range the products are small, and nearly all sums are exact.
        case .euclidean: squaredDistances(Tensor<Float>(queries) - 128, Tensor<Float>(block) - 128)
        case .manhattan: manhattanDistances(queries, block)
        }
    }
}
