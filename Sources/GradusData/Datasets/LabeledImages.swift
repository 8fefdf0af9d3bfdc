import Gradus

/// Images with the class of each: a whole set, or a selection that shares its memory.
///
/// Pixels are bytes until they are put into a batch.
public struct LabeledImages: Sendable {
    /// All images, `[count of the whole set, H, W, C]`.
    let pixels: Tensor<UInt8>
    /// The class of each image.
    let classes: Tensor<Int32>
    /// The names of the classes.
    public let classNames: [String]
    /// The indices of the selected images in the whole set, in order.
    public let indices: [Int]

    /// A set of images `[N, H, W, C]` with labels `[N]`.
    ///
    /// - Traps: when the shapes disagree or a label has no name.
    public init(_ pixels: Tensor<UInt8>, _ labels: Tensor<Int32>, classNames: [String]) {
        check(
            pixels.rank == 4 && labels.shape == [pixels.shape[0]],
            "LabeledImages: expected images [N, H, W, C] and labels [N], got \(pixels.shape) and \(labels.shape)")
        check(
            labels.scalars.allSatisfy { classNames.indices.contains(Int($0)) },
            "LabeledImages: a label has no name among \(classNames.count)")
        self.init(pixels, labels, classNames, Array(0..<pixels.shape[0]))
    }

    private init(_ pixels: Tensor<UInt8>, _ classes: Tensor<Int32>, _ classNames: [String], _ indices: [Int]) {
        (self.pixels, self.classes, self.classNames, self.indices) = (pixels, classes, classNames, indices)
    }

    /// The number of images.
    public var count: Int { indices.count }

    /// Height, width and channels of an image.
    public var imageShape: [Int] { Array(pixels.shape.dropFirst()) }

    /// The class of the image at `position`.
    public func label(_ position: Int) -> Int { Int(classes.element(at: indices[position])) }

    /// The bytes of the image at `position`, row by row, channels together.
    public func pixels(_ position: Int) -> [UInt8] { pixels[indices[position]].scalars }

    /// Calls `body` with the bytes of the image at `position`, without a copy.
    func withPixels<R>(_ position: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
        let size = imageShape.reduce(1, *)
        let start = indices[position] * size
        return try pixels.withUnsafeElements { try body(UnsafeBufferPointer(rebasing: $0[start..<(start + size)])) }
    }

    /// The classes of the images at the given positions, `[N]`.
    func labels(_ positions: Range<Int>) -> Tensor<Int32> {
        classes.gathering(Tensor(indices[positions].map { Int32($0) }))
    }

    /// The images at the given positions of this selection.
    ///
    /// - Traps: when a position does not exist.
    public func choosing(_ positions: some Sequence<Int>) -> LabeledImages {
        LabeledImages(pixels, classes, classNames, positions.map { indices[$0] })
    }

    /// The same images with class `numbers[k]` instead of k, and other names.
    ///
    /// - Traps: when a class has no number, or a number no name.
    public func relabeled(_ numbers: [Int32], classNames: [String]) -> LabeledImages {
        check(
            classes.scalars.allSatisfy { numbers.indices.contains(Int($0)) },
            "relabeled: \(numbers.count) numbers for \(self.classNames.count) classes")
        return LabeledImages(
            pixels, Tensor(classes.scalars.map { numbers[Int($0)] }), classNames: classNames
        ).choosing(indices)
    }

    /// The first `count` images, or all if there are fewer.
    public func prefix(_ count: Int) -> LabeledImages { choosing(0..<min(count, self.count)) }

    /// The same images in an order that the seed chooses.
    public func shuffled(seed: Int) -> LabeledImages {
        choosing(randomPermutation(count, using: RandomGenerator(seed: UInt64(bitPattern: Int64(seed)))))
    }

    /// The images in two random parts.
    ///
    /// - Parameter fraction: the share of the second part, in `0...1`.
    public func split(validation fraction: Double, seed: Int) -> (training: LabeledImages, validation: LabeledImages) {
        let mixed = shuffled(seed: seed)
        let held = Int((Double(count) * min(1, max(0, fraction))).rounded())
        return (mixed.choosing(held..<count), mixed.choosing(0..<held))
    }

    /// The images in two parts, each with the same share of every class; both list class after class.
    ///
    /// A class of n images gives `n · fraction`, rounded, to the second part: one at least, and not all. A class of one image
    /// gives none.
    ///
    /// - Parameters:
    ///   - fraction: the share of the second part, in `0...1`.
    ///   - seed: chooses the images of the second part; nil takes the first ones of each class. Each part keeps their order.
    public func stratifiedSplit(
        validation fraction: Double, seed: Int? = nil
    ) -> (training: LabeledImages, validation: LabeledImages) {
        let order =
            seed.map { randomPermutation(count, using: RandomGenerator(seed: UInt64(bitPattern: Int64($0)))) }
            ?? Array(0..<count)
        var classes = [[Int]](repeating: [], count: classNames.count)
        for position in order { classes[label(position)].append(position) }
        var (training, held): ([Int], [Int]) = ([], [])
        for positions in classes where !positions.isEmpty {
            let wanted = Int((Double(positions.count) * min(1, max(0, fraction))).rounded())
            let count = min(max(1, wanted), positions.count - 1)
            held += positions[..<count].sorted()
            training += positions[count...].sorted()
        }
        return (choosing(training), choosing(held))
    }

    /// Pixels from 0 to 1 and labels of the images at the given positions.
    public func batch(_ positions: Range<Int>) -> ImageBatch {
        let chosen = Tensor(indices[positions].map { Int32($0) })
        return ImageBatch(
            images: Tensor<Float>(pixels.gathering(chosen)) * (1 / 255), labels: classes.gathering(chosen))
    }

    /// Adds all labels, and the pixels of every hundredth image.
    package func add(to fingerprint: inout Fingerprint) {
        for position in 0..<count {
            fingerprint.add(label(position))
            if position % 100 == 0 { fingerprint.add(pixels(position)) }
        }
    }
}
