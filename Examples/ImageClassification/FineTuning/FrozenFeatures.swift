import Gradus
import GradusData
import GradusModels

/// What the frozen part of a network makes of images, computed once: the input of its last layer.
struct FrozenFeatures {
    /// `[N, D]`
    let features: Tensor<Float>
    /// `[N]`
    let labels: Tensor<Int32>

    var count: Int { labels.count }

    init(_ features: Tensor<Float>, _ labels: Tensor<Int32>) { (self.features, self.labels) = (features, labels) }

    /// The inputs of the layer called `head` for images through a pipeline without chance.
    ///
    /// - Parameter progress: is told how many images are done.
    init(
        of network: ImageClassifier, before head: String, _ images: LabeledImages, _ pipeline: ImagePipeline,
        progress: (Int) throws -> Void = { _ in }
    ) rethrows {
        var (rows, labels): ([Tensor<Float>], [Tensor<Int32>]) = ([], [])
        var done = 0
        for batch in images.batches(of: 16, through: pipeline, seed: 0, epoch: 0) {
            rows.append(network.input(of: head, for: batch.images))
            labels.append(batch.labels)
            done += batch.labels.count
            try progress(done)
        }
        self.init(Tensor.concatenated(rows), Tensor.concatenated(labels))
    }

    /// The rows in batches, in an order that the seed chooses, from batch `first` on.
    func batches(of size: Int, seed: Int, from first: Int) -> [FrozenFeatures] {
        let order = randomPermutation(count, using: RandomGenerator(seed: UInt64(seed))).map { Int32($0) }
        return stride(from: first * size, to: count, by: size).map { start in
            let chosen = Tensor(Array(order[start..<min(start + size, count)]))
            return FrozenFeatures(features.gathering(chosen), labels.gathering(chosen))
        }
    }

    /// Both sets one after the other.
    func followed(by other: FrozenFeatures) -> FrozenFeatures {
        FrozenFeatures(Tensor.concatenated([features, other.features]), Tensor.concatenated([labels, other.labels]))
    }

    /// The rows at the given places.
    func choosing(_ places: [Int]) -> FrozenFeatures {
        let chosen = Tensor(places.map { Int32($0) })
        return FrozenFeatures(features.gathering(chosen), labels.gathering(chosen))
    }
}
