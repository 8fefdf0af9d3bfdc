import Synchronization

/// The keys and values of all places that a decoder has been through, `[N, T, D]`, to which those of later places are added
/// without copying the earlier ones.
///
/// A cache is a value: adding gives a longer one and leaves the other as it is. Both share a buffer with room behind the last
/// place, twice as large whenever it is full; only where two caches continue one and the same does the second copy it. No
/// gradient flows through a cache.
public struct KeyValueCache: Sendable {
    /// The number of places T.
    public let count: Int
    private let buffer: Buffer?

    /// A cache without places.
    public init() { (count, buffer) = (0, nil) }

    private init(_ buffer: Buffer, count: Int) { (self.count, self.buffer) = (count, buffer) }

    /// With more places behind those that are there.
    ///
    /// - Traps: when the new places have another N or D.
    public func adding(
        _ places: MultiHeadAttention.Source, file: StaticString = #fileID, line: UInt = #line
    ) -> KeyValueCache {
        let (n, new, d) = (places.keys.shape[0], places.keys.shape[1], places.keys.shape[2])
        check(
            places.values.shape == places.keys.shape && (buffer == nil || buffer!.rows == n && buffer!.features == d),
            "KeyValueCache: keys \(places.keys.shape) and values \(places.values.shape) do not continue "
                + "\(buffer.map { [$0.rows, count, $0.features] } ?? [])", file, line)
        let all = count + new
        if let buffer, all <= buffer.capacity, buffer.claim(count..<all) {
            buffer.write(places.keys, places.values, at: count)
            return KeyValueCache(buffer, count: all)
        }
        let larger = Buffer(rows: n, capacity: max(16, 2 * all), features: d, filled: all)
        if let buffer { larger.copy(buffer, count, rows: nil) }
        larger.write(places.keys, places.values, at: count)
        return KeyValueCache(larger, count: all)
    }

    /// The cache of the given batch rows, which may repeat: a beam search reorders its hypotheses this way.
    ///
    /// - Traps: when a row is not in `0..<N`.
    public func rows(_ rows: Tensor<Int32>, file: StaticString = #fileID, line: UInt = #line) -> KeyValueCache {
        guard let buffer else { return self }
        let chosen = rows.scalars.map(Int.init)
        check(
            chosen.allSatisfy { $0 >= 0 && $0 < buffer.rows },
            "KeyValueCache: rows \(chosen) are not all in 0..<\(buffer.rows)", file, line)
        if chosen == Array(0..<buffer.rows) { return self }
        let copy = Buffer(rows: chosen.count, capacity: buffer.capacity, features: buffer.features, filled: count)
        copy.copy(buffer, count, rows: chosen)
        return KeyValueCache(copy, count: count)
    }

    /// Keys and values with room behind them, `[N, capacity, D]`; `nil` where there is no place yet.
    var parts: (keys: Tensor<Float>, values: Tensor<Float>)? { buffer.map { ($0.keys, $0.values) } }
}

/// Preallocated storage for keys and values. Places before `filled` are immutable; places after it are unused.
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

    /// Takes the given places for the caller, unless another has taken some of them already.
    func claim(_ places: Range<Int>) -> Bool {
        filled.withLock { filled in
            guard filled == places.lowerBound else { return false }
            filled = places.upperBound
            return true
        }
    }

    /// Writes new places `[N, new, D]` from place `first` on.
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

    /// Copies the first places of some rows of another buffer; `nil` for all rows in order.
    func copy(_ other: Buffer, _ places: Int, rows chosen: [Int]?) {
        for (from, to) in [(other.keys, keys), (other.values, values)] {
            for row in 0..<rows {
                (to.destination + row * capacity * features).update(
                    from: from.pointer + (chosen?[row] ?? row) * other.capacity * features, count: places * features)
            }
        }
    }
}
