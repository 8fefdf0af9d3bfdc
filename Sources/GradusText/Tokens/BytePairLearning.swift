import Gradus

extension BytePairEncoding {
    /// Learns from sentences.
    public static func learn(
        from sentences: some Sequence<[String]>, merges: Int, minimumCount: Int = 2
    ) -> BytePairEncoding {
        learn(GradusText.wordCounts(of: sentences), merges, minimumCount)
    }

    /// Learns from words and how often each occurs; words that are equal as `String`s are one here, while
    /// ``learn(from:merges:minimumCount:)`` distinguishes their bytes.
    ///
    /// - Parameters:
    ///   - merges: the most pairs to join.
    ///   - minimumCount: pairs that are rarer are not joined.
    public static func learn(wordCounts: [String: Int], merges: Int, minimumCount: Int = 2) -> BytePairEncoding {
        learn(Dictionary(uniqueKeysWithValues: wordCounts.map { ($0.key.key, $0.value) }), merges, minimumCount)
    }

    private static func learn(_ wordCounts: [ByteString: Int], _ merges: Int, _ minimumCount: Int) -> BytePairEncoding {
        var learning = BytePairLearning(wordCounts)
        var found: [Merge] = []
        while found.count < merges, let merge = learning.joinMostFrequent(atLeast: max(1, minimumCount)) {
            found.append(merge)
        }
        return BytePairEncoding(merges: found)
    }
}

/// Words as numbers of tokens, and how often each pair of neighbors occurs in them.
///
/// Joining a pair visits only the words that contain it. A heap gives the most frequent pair; its counts may be outdated, and
/// are corrected when they reach the top.
private struct BytePairLearning {
    private typealias Pair = TokenPair

    private var tokens = TokenNumbers()
    private var words: [[Int32]] = []
    private var wordCounts: [Int] = []
    private var counts: [Pair: Int] = [:]
    /// The words that contain, or once contained, a pair.
    private var positions: [Pair: [Int32]] = [:]
    private var heap = Heap<Candidate>()

    /// A pair with its count at the time when it entered the heap.
    private struct Candidate: Comparable {
        let count: Int
        let pair: Pair
        let left: ByteString
        let right: ByteString

        /// Less frequent, or smaller in the order of code points, which is also the order of bytes.
        static func < (a: Candidate, b: Candidate) -> Bool {
            if a.count != b.count { return a.count < b.count }
            return a.left != b.left ? a.left < b.left : a.right < b.right
        }

        static func == (a: Candidate, b: Candidate) -> Bool { a.count == b.count && a.pair == b.pair }
    }

    init(_ wordCounts: [ByteString: Int]) {
        // A fixed order, so that tokens get the same numbers in every run.
        for (word, count) in wordCounts.sorted(by: { $0.key < $1.key }) where count > 0 {
            words.append(BytePairEncoding.tokens(of: word.text).map { tokens.number(of: $0) })
            self.wordCounts.append(count)
        }
        for (position, word) in words.enumerated() {
            for index in word.indices.dropLast() {
                let pair = Pair(word[index], word[index + 1])
                counts[pair, default: 0] += self.wordCounts[position]
                note(Int32(position), at: pair)
            }
        }
        for pair in counts.keys { push(pair) }
    }

    /// Joins the most frequent pair; `nil` when none is frequent enough.
    mutating func joinMostFrequent(atLeast least: Int) -> BytePairEncoding.Merge? {
        while let best = heap.pop() {
            let count = counts[best.pair] ?? 0
            if count != best.count {
                if count > 0 && count < best.count { push(best.pair) }
                continue
            }
            guard count >= least else { return nil }
            let (left, right) = (best.pair.left, best.pair.right)
            let joined = tokens.number(of: best.left.text + best.right.text)
            var changed: Set<Pair> = []
            for position in positions.removeValue(forKey: best.pair) ?? [] {
                join(left, right, into: joined, position, &changed)
            }
            counts[best.pair] = nil
            for pair in changed where pair != best.pair { push(pair) }
            return BytePairEncoding.Merge(best.left.text, best.right.text)
        }
        return nil
    }

    private mutating func join(
        _ left: Int32, _ right: Int32, into joined: Int32, _ position: Int32, _ changed: inout Set<Pair>
    ) {
        let old = words[Int(position)]
        var new: [Int32] = []
        new.reserveCapacity(old.count)
        var index = 0
        while index < old.count {
            if index + 1 < old.count && old[index] == left && old[index + 1] == right {
                new.append(joined)
                index += 2
            } else {
                new.append(old[index])
                index += 1
            }
        }
        // The word may be listed twice, or no longer contain the pair.
        guard new.count < old.count else { return }
        words[Int(position)] = new
        let times = wordCounts[Int(position)]
        for index in old.indices.dropLast() { counts[Pair(old[index], old[index + 1]), default: 0] -= times }
        for index in new.indices.dropLast() {
            let pair = Pair(new[index], new[index + 1])
            counts[pair, default: 0] += times
            if new[index] == joined || new[index + 1] == joined {
                note(position, at: pair)
                changed.insert(pair)
            }
        }
    }

    private mutating func note(_ position: Int32, at pair: Pair) {
        if positions[pair, default: []].last != position { positions[pair, default: []].append(position) }
    }

    private mutating func push(_ pair: Pair) {
        guard let count = counts[pair], count > 0 else { return }
        heap.push(
            Candidate(
                count: count, pair: pair, left: tokens.tokens[Int(pair.left)], right: tokens.tokens[Int(pair.right)]
            ))
    }
}

/// A binary heap in an array; the greatest element is popped first.
struct Heap<Element: Comparable> {
    private var elements: [Element] = []

    mutating func push(_ element: Element) {
        elements.append(element)
        var position = elements.count - 1
        while position > 0, elements[(position - 1) / 2] < elements[position] {
            elements.swapAt(position, (position - 1) / 2)
            position = (position - 1) / 2
        }
    }

    mutating func pop() -> Element? {
        guard let first = elements.first else { return nil }
        let last = elements.removeLast()
        if elements.isEmpty { return first }
        elements[0] = last
        var position = 0
        while true {
            var greatest = position
            for child in [2 * position + 1, 2 * position + 2]
            where child < elements.count && elements[greatest] < elements[child] {
                greatest = child
            }
            if greatest == position { return first }
            elements.swapAt(position, greatest)
            position = greatest
        }
    }
}
