import ExampleSupport
import Foundation
import Gradus
import GradusEvaluation
import GradusVision

/// The way between images and what the network gets.
extension Classifier {
    /// What it is called in an image's title.
    var name: String { String(title.prefix { $0 != "," }) }

    /// What the network gets of an image that was fitted, `[H, W, C]`.
    func input(_ image: GradusVision.Image) -> Tensor<Float> { preparation(image.tensor)[0] }

    /// The probabilities of all classes for what the network gets, `[K]`.
    func probabilities(ofInput input: Tensor<Float>) -> [Float] {
        network(input.reshaped(to: [1] + input.shape), .inference).softmax().scalars
    }

    /// What the network gets for the darkest and for the brightest pixel, one number a channel, for inputs `[H, W, C]`; `nil` when
    /// that depends on the other pixels.
    func limits(_ shape: [Int]) -> (low: [Float], high: [Float])? {
        func corner(_ value: Float, besides other: Float) -> [Float] {
            var pixels = Tensor<Float>(repeating: other, shape: [1] + shape)
            pixels.withUnsafeMutableElements { elements in
                for channel in 0..<shape[2] { elements[channel] = value }
            }
            return Array(preparation(pixels).scalars.prefix(shape[2]))
        }
        let (low, high) = (corner(0, besides: 0), corner(1, besides: 1))
        let isAlone = corner(0, besides: 1) == low && corner(1, besides: 0) == high
        return isAlone && zip(low, high).allSatisfy { $0 < $1 } ? (low, high) : nil
    }

    /// The image of what the network gets, `[H, W, C]`.
    func image(ofInput input: Tensor<Float>) -> GradusVision.Image {
        guard let limits = limits(input.shape) else { return Image(input, range: -2.5...2.5) }
        let low = Tensor(limits.low)
        return Image((input - low) / (Tensor(limits.high) - low))
    }

    /// The first of the names that a class goes by.
    func shortName(_ index: Int) -> String { String(classNames[index].prefix { $0 != "," }) }

    /// The names that have a word in them, else the nearest one and some of all, for a reader.
    func namesLike(_ text: String) -> String {
        let wanted = text.lowercased()
        let alike = classNames.indices.filter { classNames[$0].lowercased().contains(wanted) }
        if !alike.isEmpty {
            let more = alike.count > 8 ? " and \(alike.count - 8) more" : ""
            return "names like it are " + alike.prefix(8).map { "\"\(shortName($0))\" (\($0))" }.joined(separator: ", ")
                + more
        }
        let names = classNames.flatMap { $0.components(separatedBy: ", ") }
        let guess = nearest(to: text, among: names).map { "did you mean \"\($0)\"? " } ?? ""
        return guess + "Its \(classNames.count) classes are called \(classNames.prefix(3).joined(separator: ", ")), …"
    }

    /// A class by its number, its name, or one of the names that it goes by.
    func classIndex(_ text: String) -> Int? {
        if let number = Int(text) { return classNames.indices.contains(number) ? number : nil }
        let wanted = text.lowercased()
        let names = classNames.map { $0.lowercased() }
        return names.firstIndex(of: wanted)
            ?? names.firstIndex { name in
                name.split(separator: ",").contains { $0.trimmingCharacters(in: .whitespaces) == wanted }
            }
    }
}

/// How large a pixel is drawn, so that the images of a row are about as wide as a column of text.
func magnification(_ image: GradusVision.Image) -> Int { max(1, 224 / max(image.width, image.height)) }

/// A probability for a caption.
func percent(_ probability: Float) -> String { String(format: "%.1f %%", 100 * probability) }
