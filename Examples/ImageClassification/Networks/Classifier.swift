import Gradus
import GradusData
import GradusModels
import GradusVision

/// A network that tells classes, with what is needed to use it on pictures; where it comes from does not matter.
struct Classifier {
    /// What it is, for a reader.
    let title: String
    let network: ImageClassifier
    let classNames: [String]
    /// How a picture of any size becomes what the network was taught on, without what follows in ``preparation``.
    let fit: PictureFit
    /// What happens between pixels from 0 to 1 and the network; nothing in it is random.
    let preparation: PicturePipeline

    /// Probabilities `[N, K]` of pictures with pixels from 0 to 1, `[N, H, W, C]`.
    func probabilities(_ images: Tensor<Float>) -> Tensor<Float> { network(preparation(images), .inference).softmax() }

    /// Pixels from 0 to 1 of a picture that was fitted, `[1, H, W, C]`.
    static func pixels(of picture: GradusVision.Image) -> Tensor<Float> {
        Tensor(
            picture.pixels.map { Float($0) * (1 / 255) }, shape: [1, picture.height, picture.width, picture.channels])
    }

    /// The likeliest classes of a picture that was fitted, with their probabilities.
    func guesses(_ picture: GradusVision.Image, count: Int) -> [(name: String, probability: Float)] {
        let count = min(count, classNames.count)
        let (values, classes) = probabilities(Self.pixels(of: picture)).topK(count)
        return (0..<count).map { (classNames[Int(classes.element(at: 0, $0))], values.element(at: 0, $0)) }
    }
}
