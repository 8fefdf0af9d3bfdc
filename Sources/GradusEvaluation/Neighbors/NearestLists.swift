import Gradus

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

    /// Takes the distances `[m, n]` of the rows from `firstRow` on to the points from `firstIndex` on.
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

    /// Numbers and distances `[rows, k]`, the nearest first; the root of squared ones.
    func sorted(isSquared: Bool) -> (indices: Tensor<Int32>, distances: Tensor<Float>) {
        let values = Tensor(distances, shape: [rows, k])
        return (Tensor(indices, shape: [rows, k]), isSquared ? values.squareRoot() : values)
    }
}

/// Puts what is nearer than the last of a sorted list into its place.
private func insert(
    _ line: UnsafeBufferPointer<Float>, _ firstIndex: Int, _ indices: UnsafeMutablePointer<Int32>,
    _ distances: UnsafeMutablePointer<Float>, _ k: Int
) {
    for (offset, value) in line.enumerated() where value < distances[k - 1] {
        var place = k - 1
        while place > 0 && distances[place - 1] > value {
            distances[place] = distances[place - 1]
            indices[place] = indices[place - 1]
            place -= 1
        }
        distances[place] = value
        indices[place] = Int32(firstIndex + offset)
    }
}
