import Gradus

/// The `count` likeliest words of each row, the likeliest first; the earlier of two equals comes first.
///
/// - Parameters:
///   - logProbabilities: `[R, V]`.
///   - excluded: words that do not count.
func likeliest(
    _ count: Int, in logProbabilities: Tensor<Float>, except excluded: [Int32]
) -> [[(word: Int32, logProbability: Float)]] {
    let (rows, width) = (logProbabilities.shape[0], logProbabilities.shape[1])
    var found = [[(word: Int32, logProbability: Float)]](repeating: [], count: rows)
    logProbabilities.withUnsafeElements { elements in
        found.withUnsafeMutableBufferPointer { found in
            nonisolated(unsafe) let (found, elements) = (found, elements)
            Parallel.forEach(rows) { row in
                let values = UnsafeBufferPointer(rebasing: elements[(row * width)..<((row + 1) * width)])
                found[row] = likeliest(count, of: values, except: excluded)
            }
        }
    }
    return found
}

private func likeliest(
    _ count: Int, of values: UnsafeBufferPointer<Float>, except excluded: [Int32]
) -> [(word: Int32, logProbability: Float)] {
    var best: [(word: Int32, logProbability: Float)] = []
    best.reserveCapacity(count + 1)
    var least = -Float.infinity
    for (word, value) in values.enumerated() where value > least || best.count < count && value > -.infinity {
        if excluded.contains(Int32(word)) { continue }
        let position = best.firstIndex { $0.logProbability < value } ?? best.count
        best.insert((Int32(word), value), at: position)
        if best.count > count { best.removeLast() }
        if best.count == count { least = best[count - 1].logProbability }
    }
    return best
}
