import Foundation
import Gradus

/// Numbers that Python and Swift make alike; see Tests/Reference/reference_numbers.py.
enum ReferenceNumbers {
    /// Element i of tensor k is the SplitMix64 hash of k · 2³² + i, its upper 24 bits spread over −1..<1.
    static func spread(_ tensor: Int, _ shape: [Int]) -> Tensor<Float> {
        let values = (0..<shape.reduce(1, *)).map { index in
            var z = UInt64(tensor) << 32 &+ UInt64(index) &+ 0x9E37_79B9_7F4A_7C15
            z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
            z ^= z >> 31
            return Float(Double(z >> 40) / 0x1p23 - 1)
        }
        return Tensor(values, shape: shape)
    }

    /// Gives every trainable parameter of a model its reference value.
    static func fill<Model: Module>(_ model: Model, fixed: Double? = nil) {
        let trainable = model.namedParameters().filter(\.parameter.isTrainable)
        for (index, (name, parameter)) in trainable.enumerated() {
            let values = spread(index, parameter.shape)
            if parameter.shape.count == 1 {
                parameter.value = (name.hasSuffix("scale") || name.hasSuffix("weight") ? 1 : 0) + 0.1 * values
            } else {
                let inputs = parameter.shape.dropLast().reduce(1, *)
                parameter.value = values * Float(fixed ?? (3 / Double(inputs)).squareRoot())
            }
        }
    }

    /// Labels of a batch.
    static func labels(_ step: Int, _ count: Int) -> Tensor<Int32> {
        Tensor((0..<count).map { Int32((3 * $0 + step) % 10) })
    }

    /// Images of ten classes, each a faint fixed pattern under strong noise, about 0.
    static func images(_ step: Int, _ labels: Tensor<Int32>, _ shape: [Int]) -> Tensor<Float> {
        let noise = spread(1000 + step, [labels.count] + shape)
        let patterns = Tensor.stacked((0..<10).map { spread(500 + $0, shape) })
        return 0.5 * patterns.gathering(labels) + noise
    }
}

/// A file of Tests/GradusTests/Fixtures.
func fixture(_ name: String) throws -> URL {
    guard let url = Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil) else {
        throw FileError(path: name, problem: "is missing among the fixtures")
    }
    return url
}
