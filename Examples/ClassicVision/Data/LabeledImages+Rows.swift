import Gradus
import GradusData

extension LabeledImages {
    /// The bytes of each image in a row, `[N, H · W · C]`.
    var bytes: Tensor<UInt8> {
        let size = imageShape.reduce(1, *)
        var all: [UInt8] = []
        all.reserveCapacity(count * size)
        for position in 0..<count { all += pixels(position) }
        return Tensor(all, shape: [count, size])
    }

    /// The class of each image, `[N]`.
    var labels: Tensor<Int32> { Tensor((0..<count).map { Int32(label($0)) }) }

    /// The same images in an order of the seed in which every beginning has each class in its proportion to the whole.
    func inProportion(seed: Int) -> LabeledImages {
        let mixed = shuffled(seed: seed)
        var (counts, ranks) = ([Int](repeating: 0, count: classNames.count), [Int](repeating: 0, count: count))
        for position in 0..<count {
            ranks[position] = counts[mixed.label(position)]
            counts[mixed.label(position)] += 1
        }
        // Number r of a class of n stands where r / n of all images are.
        let places = (0..<count).map { (Double(ranks[$0]) + 0.5) / Double(counts[mixed.label($0)]) }
        return mixed.choosing((0..<count).sorted { (places[$0], $0) < (places[$1], $1) })
    }
}
