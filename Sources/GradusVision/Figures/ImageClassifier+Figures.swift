import Foundation
import Gradus
import GradusData
import GradusEvaluation
import GradusModels

/// Figures of what is inside a classifier. Images are those that it sees: of its input's size, as `preprocessing.fitted` makes them.
extension ImageClassifier {
    /// The filters of the first convolution: in the image's own colors for color images, where mid-gray is a weight of 0; else
    /// blue where a pixel lowers the unit's value and red where it raises it.
    ///
    /// - Returns: nil for a network that does not begin with a convolution of pixels.
    public func filterFigure() -> Image? {
        let first = namedParameters().first { $0.parameter.shape.count == 4 }
        guard let (name, parameter) = first, parameter.shape[2] == inputShape[2], [1, 3].contains(inputShape[2]) else {
            return nil
        }
        let all = parameter.value.transposed([3, 0, 1, 2])
        let shape = all.shape
        let cells = (0..<min(shape[0], 96)).map { index in
            let filter = all[index]
            let largest = max(filter.absoluteValue().max().item, 1e-12)
            return ImageGrid.Cell(
                shape[3] == 3
                    ? Image(filter, range: -largest...largest)
                    : Image(filter.reshaped(to: [shape[1], shape[2]]), colors: .diverging))
        }
        let count = cells.count < shape[0] ? "\(cells.count) of \(shape[0])" : "\(shape[0])"
        return ImageGrid(
            cells, columns: 8, title: "\(network.name), \(name): \(count) filters of \(shape[1]) × \(shape[2])",
            magnification: max(1, 72 / max(shape[1], shape[2]))
        ).drawn()
    }

    /// The strongest channels of a layer's output `[1, H, W, C]`, the one with the greatest value first.
    ///
    /// - Traps: when the output has another rank.
    public func mapFigure(_ output: Tensor<Float>, layer: String, channels: Int = 32) -> Image {
        check(output.rank == 4, "mapFigure: expected an output [1, H, W, C], got \(output.shape)")
        let (height, width, count) = (output.shape[1], output.shape[2], output.shape[3])
        let maps = output[0].transposed([2, 0, 1])
        let peaks = maps.reshaped(to: [count, height * width]).absoluteValue().max(axes: [1])
        let chosen = peaks.argsort(descending: true).scalars.prefix(channels).map { Int($0) }
        // A few extreme places would leave everything else without color.
        let limit = max(quantile(maps.absoluteValue(), 0.995), 1e-12)
        let isSigned = output.min().item < 0
        let cells = chosen.map { channel in
            ImageGrid.Cell(
                Image(maps[channel], colors: isSigned ? .diverging : .heat, limit: limit),
                caption: ["channel \(channel)"])
        }
        return ImageGrid(
            cells, columns: 8,
            title: "\(network.name), \(layer): \(cells.count) of \(count) channels, \(height) × \(width) each",
            magnification: max(1, 96 / max(height, width))
        ).drawn()
    }

    /// Where a small change of a pixel would change the score of a class most: the image, the plain gradient, its mean over
    /// noisy copies, and that mean times the input.
    public func saliencyFigure(_ image: Image, classIndex: Int, seed: Int = 1) -> Image {
        let input = input(image.tensor)
        let classes = Tensor([Int32(classIndex)])
        let plain = saliency(of: self, at: input, classes: classes)
        let smooth = smoothedSaliency(
            of: self, at: input, classes: classes, using: RandomGenerator(seed: UInt64(seed)))
        // The largest gradient of a pixel's channels; the strongest hundredth has the strongest color.
        func strength(_ gradient: Tensor<Float>) -> Image {
            let sizes = gradient.absoluteValue().max(axes: [2])
            return Image(sizes, colors: .heat, limit: quantile(sizes, 0.99))
        }
        // The sum over a pixel's channels: red for the class, blue against it.
        let sums = (smooth * input)[0].sum(axes: [2])
        let cells = [
            ("the image", image.color()), ("gradient", strength(plain[0])),
            ("SmoothGrad, 24 noisy copies", strength(smooth[0])),
            ("SmoothGrad × input", Image(sums, colors: .diverging, limit: quantile(sums.absoluteValue(), 0.99))),
        ]
        return ImageGrid(
            cells.map { ImageGrid.Cell($0.1, caption: [$0.0]) }, columns: 4,
            title: "\(network.name): what the score of \"\(shortName(classIndex))\" depends on",
            magnification: magnification(image)
        ).drawn()
    }

    /// What the network no longer recognizes when a square of the image is gray: the image, and the map of each class over it.
    public func occlusionFigure(_ image: Image, classes: [Int]) -> Image {
        let input = input(image.tensor)
        let probabilities = self(input, .inference).softmax()[0].scalars
        // A fifth of the image covers a face, and leaves the rest.
        let side = max(3, min(input.shape[1], input.shape[2]) / 5)
        let maps = occlusionMap(of: self, at: input[0], classes: classes, side: side, step: max(1, side / 3))
        let cells = zip(classes, maps.unstacked()).map { classIndex, map in
            ImageGrid.Cell(
                image.gray().mixed(with: Image(map, colors: .diverging), 0.6),
                caption: [
                    "\(shortName(classIndex)) \(percent(probabilities[classIndex]))",
                    "strongest color: \(percent(map.absoluteValue().max().item))",
                ])
        }
        let first = ImageGrid.Cell(image.color(), caption: ["the image", "a square of \(side) pixels covers"])
        return ImageGrid(
            [first] + cells, columns: 1 + cells.count,
            title: "\(network.name): red is needed for the class, blue speaks against it",
            magnification: magnification(image)
        ).drawn()
    }

    /// Images that the network gives a high score for a class, made by following the gradient.
    public func classFigure(_ classes: [Int], steps: Int = 64, seed: Int = 1) -> Image {
        let (shape, limits) = (inputShape, inputLimits)
        let side = max(shape[0], shape[1])
        var rules = ClassVisualization()
        (rules.steps, rules.limits, rules.shift, rules.blurs) = (steps, limits, max(1, side / 28), max(2, side / 32))
        let cells = classes.map { classIndex in
            let made = rules(
                of: self, classIndex: classIndex, shape: shape, using: RandomGenerator(seed: UInt64(seed)))
            let probability = self(made.reshaped(to: [1] + shape), .inference).softmax()[0].scalars[classIndex]
            // From inputs back to pixels.
            let image =
                limits.map { Image((made - Tensor($0.low)) / (Tensor($0.high) - Tensor($0.low))) }
                ?? Image(made, range: -2.5...2.5)
            return ImageGrid.Cell(image, caption: ["\(shortName(classIndex)) \(percent(probability))"])
        }
        let factor = cells.first.map { magnification($0.image) } ?? 1
        return ImageGrid(
            cells, columns: min(5, max(1, cells.count)),
            title: "\(network.name): images made to raise a class's score, \(steps) steps",
            magnification: factor > 4 ? factor - 2 : factor
        ).drawn()
    }

    /// Where images lie in the space of the network's last features, in the two directions of largest variance.
    ///
    /// - Throws: `LAPACKError` when a feature is not finite.
    public func embeddingFigure(_ images: LabeledImages) throws -> Image {
        let features = Tensor.concatenated(images.batches(of: 16).map { input(of: body.head, for: input($0.images)) })
        let components = try PrincipalComponents(FeatureStatistics(features), count: 2)
        let places = components(features)
        let items = (0..<images.count).map { row in
            ThumbnailMap.Item(
                images.image(row), x: Double(places.element(at: row, 0)), y: Double(places.element(at: row, 1)),
                group: images.label(row))
        }
        let shares = components.shares.map { percent(Float($0), 0) }.joined(separator: " and ")
        return ThumbnailMap(
            items, groupNames: images.classNames,
            title:
                "\(network.name): \(features.shape[1]) features of \(items.count) images in two directions, \(shares) "
                + "of their variance"
        ).drawn()
    }

    /// The inputs for the darkest and the brightest pixel, one number for each channel; nil when they depend on other pixels.
    private var inputLimits: (low: [Float], high: [Float])? {
        let channels = inputShape[2]
        func corner(_ value: Float, besides other: Float) -> [Float] {
            var pixels = Tensor<Float>(repeating: other, shape: [1] + inputShape)
            pixels.withUnsafeMutableElements { elements in
                for channel in 0..<channels { elements[channel] = value }
            }
            return Array(input(pixels).scalars.prefix(channels))
        }
        let (low, high) = (corner(0, besides: 0), corner(1, besides: 1))
        let isAlone = corner(0, besides: 1) == low && corner(1, besides: 0) == high
        return isAlone && zip(low, high).allSatisfy { $0 < $1 } ? (low, high) : nil
    }
}

/// A share for a caption.
func percent(_ share: Float, _ decimals: Int = 1) -> String { String(format: "%.\(decimals)f %%", 100 * share) }

/// The value below which a share of the elements lies.
private func quantile(_ values: Tensor<Float>, _ share: Double) -> Float {
    let sorted = values.scalars.sorted()
    return sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
}

/// How large a pixel is drawn, so that the images of a row are about as wide as a column of text.
private func magnification(_ image: Image) -> Int { max(1, 224 / max(image.width, image.height)) }
