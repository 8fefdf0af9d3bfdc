import Gradus

/// The decrease of class probabilities when a square of the image is covered (Zeiler & Fergus 2014).
///
/// The square moves over the image in steps; a pixel gets the mean of `p(image) − p(covered)` over all squares that cover it.
/// Positive values support the class, negative ones contradict it. Unlike a gradient this measures visible changes, and needs
/// one forward pass for each square.
///
/// - Parameters:
///   - model: from images `[N, H, W, C]` to scores `[N, K]`.
///   - image: `[H, W, C]`, as the model takes it.
///   - classes: the classes whose probabilities are measured.
///   - side: of the square, in pixels.
///   - step: from one square to the next; at most `side`, so that every pixel is covered.
///   - filling: the covering value, one number a channel; 0 is the mean of normalized inputs.
///   - batchSize: the number of covered images in a forward pass.
/// - Returns: one map a class, `[classes, H, W]`, each value in `−1...1`.
/// - Traps: when the shapes disagree, the square does not fit, or the class does not exist.
public func occlusionMap(
    of model: some Layer, at image: Tensor<Float>, classes: [Int], side: Int, step: Int, filling: [Float] = [0],
    batchSize: Int = 16
) -> Tensor<Float> {
    check(image.rank == 3, "occlusionMap: expected an image [H, W, C], got \(image.shape)")
    let (height, width, channels) = (image.shape[0], image.shape[1], image.shape[2])
    check(
        side > 0 && side <= min(height, width) && step > 0 && step <= side && batchSize > 0,
        "occlusionMap: a square of \(side) in steps of \(step) in \(height) × \(width) pixels")
    check(
        filling.count == 1 || filling.count == channels,
        "occlusionMap: expected one filling or one for each of \(channels) channels, got \(filling.count)")
    let pixels = image.scalars
    /// A row for each image, a column for each class.
    func probabilities(_ images: [[Float]]) -> Tensor<Float> {
        let batch = Tensor(images.flatMap { $0 }, shape: [images.count] + image.shape)
        let scores = model(batch, .inference)
        check(
            scores.rank == 2 && classes.allSatisfy { $0 >= 0 && $0 < scores.shape[1] },
            "occlusionMap: classes \(classes) of scores \(scores.shape)")
        return scores.softmax().transposed([1, 0]).gathering(Tensor(classes.map { Int32($0) })).transposed([1, 0])
    }

    let whole = probabilities([pixels])
    let squares = squareStarts(height, side, step).flatMap { top in
        squareStarts(width, side, step).map { (top: top, left: $0) }
    }
    var falls = [Float](repeating: 0, count: classes.count * height * width)
    var counts = [Float](repeating: 0, count: height * width)
    for start in stride(from: 0, to: squares.count, by: batchSize) {
        let batch = squares[start..<min(start + batchSize, squares.count)]
        let covered = batch.map { square in
            var copy = pixels
            forEachPixel(square.top, square.left, side, width) { pixel in
                for c in 0..<channels { copy[pixel * channels + c] = filling[c % filling.count] }
            }
            return copy
        }
        let fall = (whole - probabilities(covered)).scalars
        for (row, square) in batch.enumerated() {
            forEachPixel(square.top, square.left, side, width) { pixel in
                for index in classes.indices {
                    falls[index * height * width + pixel] += fall[row * classes.count + index]
                }
                counts[pixel] += 1
            }
        }
    }
    return Tensor(falls, shape: [classes.count, height, width]) / Tensor(counts, shape: [height, width])
}

/// The starts of the squares along an axis; the last square ends at its end.
private func squareStarts(_ length: Int, _ side: Int, _ step: Int) -> [Int] {
    let regular = Array(stride(from: 0, through: length - side, by: step))
    return regular.last == length - side ? regular : regular + [length - side]
}

private func forEachPixel(_ top: Int, _ left: Int, _ side: Int, _ width: Int, _ body: (Int) -> Void) {
    for row in top..<(top + side) { for column in left..<(left + side) { body(row * width + column) } }
}
