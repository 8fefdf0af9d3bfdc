import Gradus

extension LabeledImages {
    /// The class of each image, `[N]`.
    public var labels: Tensor<Int32> { labels(0..<count) }

    /// The bytes of each image in a row, `[N, H · W · C]`.
    public var bytes: Tensor<UInt8> {
        pixels.gathering(Tensor(indices.map { Int32($0) })).reshaped(to: [count, imageShape.reduce(1, *)])
    }

    /// The images of the named classes, which become 0, 1, … in that order.
    ///
    /// - Traps: when there is no such class.
    public func choosing(classes names: [String]) -> LabeledImages {
        check(
            names.allSatisfy(classNames.contains), "choosing: expected some of the classes \(classNames), got \(names)")
        let numbers = classNames.map { name in names.firstIndex(of: name) }
        return choosing((0..<count).filter { numbers[label($0)] != nil })
            .relabeled(numbers.map { Int32($0 ?? 0) }, classNames: names)
    }

    /// The same images in an order that the seed chooses; in every prefix, each class has about its share of the whole.
    public func inProportion(seed: Int) -> LabeledImages {
        let mixed = shuffled(seed: seed)
        var (counts, ranks) = ([Int](repeating: 0, count: classNames.count), [Int](repeating: 0, count: count))
        for position in 0..<count {
            ranks[position] = counts[mixed.label(position)]
            counts[mixed.label(position)] += 1
        }
        // Image r of a class of n gets the place (r + ½) / n, so each class is spread evenly from 0 to 1.
        let places = (0..<count).map { (Double(ranks[$0]) + 0.5) / Double(counts[mixed.label($0)]) }
        return mixed.choosing((0..<count).sorted { (places[$0], $0) < (places[$1], $1) })
    }
}
