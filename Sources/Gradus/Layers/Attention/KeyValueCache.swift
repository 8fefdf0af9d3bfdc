import Synchronization

/// The keys and values of a decoder's positions so far, `[N, T, D]`; later positions are appended without copying the earlier
/// ones.
///
/// A cache is a value: appending returns a longer one and leaves the original unchanged. Both share a buffer that doubles when
/// it is full; the buffer is copied only when a second cache continues the same original. No gradient flows through a cache.
public struct KeyValueCache: Sendable {
    /// The number of positions T.
    public let count: Int
    private let buffer: Buffer?

    /// A cache without positions.
    public init() { (count, buffer) = (0, nil) }

    private init(_ buffer: Buffer, count: Int) { (self.count, self.buffer) = (count, buffer) }

    /// This cache with more positions appended.
    ///
    /// - Traps: when the new positions have a different N or D.
    public func adding(_ positions: MultiHeadAttention.Source) -> KeyValueCache {
        let (n, new, d) = (positions.keys.shape[0], positions.keys.shape[1], positions.keys.shape[2])
        check(
            positions.values.shape == positions.keys.shape
                && (buffer == nil || buffer!.rows == n && buffer!.features == d),
            "KeyValueCache: keys \(positions.keys.shape) and values \(positions.values.shape) do not continue "
                + "\(buffer.map { [$0.rows, count, $0.features] } ?? [])")
        let all = count + new
        if let buffer, all <= buffer.capacity, buffer.claim(count..<all) {
            buffer.write(positions.keys, positions.values, at: count)
            return KeyValueCache(buffer, count: all)
        }
        let larger = Buffer(rows: n, capacity: max(16, 2 * all), features: d, filled: all)
        if let buffer { larger.copy(buffer, count, rows: nil) }
        larger.write(positions.keys, positions.values, at: count)
        return KeyValueCache(larger, count: all)
    }

    /// The cache of the given batch rows, which may repeat: a beam search reorders its hypotheses this way.
    ///
    /// - Traps: when a row is not in `0..<N`.
    public func gathering(_ rows: Tensor<Int32>) -> KeyValueCache {
        guard let buffer else { return self }
        let chosen = rows.scalars.map(Int.init)
        check(
            chosen.allSatisfy { $0 >= 0 && $0 < buffer.rows },
            "KeyValueCache: rows \(chosen) are not all in 0..<\(buffer.rows)")
        if chosen == Array(0..<buffer.rows) { return self }
        let copy = Buffer(rows: chosen.count, capacity: buffer.capacity, features: buffer.features, filled: count)
        copy.copy(buffer, count, rows: chosen)
        return KeyValueCache(copy, count: count)
    }

    /// Keys and values with spare capacity, `[N, capacity, D]`; `nil` without positions.
    var parts: (keys: Tensor<Float>, values: Tensor<Float>)? { buffer.map { ($0.keys, $0.values) } }
}

/// Preallocated storage for keys and values. Positions before `filled` are immutable; positions after it are unused.
private final class Buffer: Sendable {
    let rows: Int
    let capacity: Int
    let features: Int
    let keys: Tensor<Float>
    let values: Tensor<Float>
    private let filled: Mutex<Int>

    init(rows: Int, capacity: Int, features: Int, filled: Int) {
        (self.rows, self.capacity, self.features) = (rows, capacity, features)
        keys = .computed([rows, capacity, features]) { _ in }
        values = .computed([rows, capacity, features]) { _ in }
        self.filled = Mutex(filled)
    }

    /// Takes the given positions for the caller, unless another has taken some of them already.
    func claim(_ positions: Range<Int>) -> Bool {
        filled.withLock { filled in
            guard filled == positions.lowerBound else { return false }
            filled = positions.upperBound
            return true
        }
    }

    /// Writes new positions `[N, new, D]` from position `first` on.
    func write(_ newKeys: Tensor<Float>, _ newValues: Tensor<Float>, at first: Int) {
        let length = newKeys.shape[1] * features
        for (from, to) in [(newKeys, keys), (newValues, values)] where length > 0 && !from.isAbstract {
            withExtendedLifetime(from.storage) {
                for row in 0..<rows {
                    (to.destination + (row * capacity + first) * features).update(
                        from: from.pointer + row * length, count: length)
                }
            }
        }
    }

    /// Copies the first positions of some rows of another buffer; `nil` for all rows in order.
    func copy(_ other: Buffer, _ positions: Int, rows chosen: [Int]?) {
        for (from, to) in [(other.keys, keys), (other.values, values)] {
            for row in 0..<rows {
                (to.destination + row * capacity * features).update(
                    from: from.pointer + (chosen?[row] ?? row) * other.capacity * features, count: positions * features)
            }
        }
    }
}
