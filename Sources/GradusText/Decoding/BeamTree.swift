/// Every beginning that a beam search has kept at some step, as a tree.
public struct BeamTree: Sendable {
    /// A beginning: that of its parent and one more word.
    public struct Node: Equatable, Sendable {
        /// The place of the node that it goes on from; `nil` for those of one word.
        public let parent: Int?
        /// The last word.
        public let word: Int32
        /// The logarithm of the whole beginning's probability.
        public let logProbability: Float
        /// The number of words.
        public let length: Int
        /// Whether the last word is the end.
        public let isEnd: Bool
    }

    /// All nodes; parents come before their children.
    public internal(set) var nodes: [Node] = []
    /// The node with which each translation that was returned ends, the best first.
    public internal(set) var ends: [Int] = []

    /// The nodes from the first word to the given one.
    public func path(to node: Int) -> [Int] {
        var path = [node]
        while let parent = nodes[path[path.count - 1]].parent { path.append(parent) }
        return path.reversed()
    }
}

/// Keeps the trees of a beam search, one for each sentence.
public final class BeamRecorder {
    /// The trees, in the order of the sentences.
    public internal(set) var trees: [BeamTree] = []

    /// A recorder that has recorded nothing.
    public init() {}
}
