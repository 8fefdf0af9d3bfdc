import GradusBLAS

/// A rule for the initial values of a weight tensor.
public struct Initializer: Sendable {
    private let make: @Sendable (_ shape: [Int], _ fanIn: Int, _ fanOut: Int, RandomGenerator) -> Tensor<Float>

    /// An initializer that calls `make`.
    ///
    /// - Parameter make: returns a tensor of the given shape; the fans are the numbers of inputs and outputs of a unit.
    public init(
        _ make: @escaping @Sendable (_ shape: [Int], _ fanIn: Int, _ fanOut: Int, RandomGenerator) -> Tensor<Float>
    ) {
        self.make = make
    }

    /// A tensor of the given shape.
    ///
    /// - Traps: when the rule returns a different shape.
    public func callAsFunction(
        _ shape: [Int], fanIn: Int, fanOut: Int, using random: RandomGenerator = .current
    ) -> Tensor<Float> {
        if WeightsToCome.isExpected { return Tensor(zeros: shape) }
        let made = make(shape, fanIn, fanOut, random)
        check(made.shape == shape, "Initializer: expected shape \(shape), got \(made.shape)")
        return made
    }
}

extension Initializer {
    /// One value everywhere.
    public static func constant(_ value: Float) -> Initializer {
        Initializer { shape, _, _, _ in Tensor(repeating: value, shape: shape) }
    }

    /// Zeros.
    public static let zeros = constant(0)
    /// Ones.
    public static let ones = constant(1)

    /// Uniform over `low..<high`.
    public static func uniform(_ low: Double, _ high: Double) -> Initializer {
        Initializer { shape, _, _, random in Tensor(uniform: shape, from: low, to: high, using: random) }
    }

    /// Normal with the given mean and standard deviation.
    public static func normal(mean: Double = 0, deviation: Double) -> Initializer {
        Initializer { shape, _, _, random in Tensor(normal: shape, mean: mean, deviation: deviation, using: random) }
    }

    /// Normal, with values more than two standard deviations from the mean redrawn.
    public static func truncatedNormal(mean: Double = 0, deviation: Double) -> Initializer {
        Initializer { shape, _, _, random in
            var values = Tensor<Float>(normal: shape, using: random)
            values.withUnsafeMutableElements { elements in
                for i in elements.indices {
                    while abs(elements[i]) > 2 { elements[i] = Tensor<Float>(normal: [], using: random).item }
                    elements[i] = Float(mean + deviation * Double(elements[i]))
                }
            }
            return values
        }
    }

    /// Uniform within `±√(6 / (fanIn + fanOut))` (Glorot & Bengio 2010).
    public static let glorotUniform = Initializer { shape, fanIn, fanOut, random in
        let limit = (6 / Double(fanIn + fanOut)).squareRoot()
        return Tensor(uniform: shape, from: -limit, to: limit, using: random)
    }

    /// Normal with standard deviation `√(2 / (fanIn + fanOut))` (Glorot & Bengio 2010).
    public static let glorotNormal = Initializer { shape, fanIn, fanOut, random in
        Tensor(normal: shape, deviation: (2 / Double(fanIn + fanOut)).squareRoot(), using: random)
    }

    /// Uniform within `±√(6 / fanIn)`, for layers followed by ReLU (He et al. 2015).
    public static let heUniform = Initializer { shape, fanIn, _, random in
        let limit = (6 / Double(fanIn)).squareRoot()
        return Tensor(uniform: shape, from: -limit, to: limit, using: random)
    }

    /// Normal with standard deviation `√(2 / fanIn)`, for layers followed by ReLU (He et al. 2015).
    public static let heNormal = Initializer { shape, fanIn, _, random in
        Tensor(normal: shape, deviation: (2 / Double(fanIn)).squareRoot(), using: random)
    }

    /// Uniform within `±√(3 / fanIn)`: variance 1 / fanIn (LeCun et al. 1998), which Caffe calls "xavier".
    public static let lecunUniform = Initializer { shape, fanIn, _, random in
        let limit = (3 / Double(fanIn)).squareRoot()
        return Tensor(uniform: shape, from: -limit, to: limit, using: random)
    }

    /// Normal with standard deviation `√(2 / fanOut)`, which keeps the variance of gradients (He et al. 2015).
    public static let heNormalFanOut = Initializer { shape, _, fanOut, random in
        Tensor(normal: shape, deviation: (2 / Double(fanOut)).squareRoot(), using: random)
    }

    /// Uniform within `±1/√fanIn`, as is usual for recurrent layers.
    public static let fanInUniform = Initializer { shape, fanIn, _, random in
        let limit = (1 / Double(fanIn)).squareRoot()
        return Tensor(uniform: shape, from: -limit, to: limit, using: random)
    }
}

extension Initializer {
    /// Orthonormal rows or columns, whichever are fewer, times `gain`: the Q of a random matrix's QR factors.
    ///
    /// All axes but the last count as rows. The signs are fixed so that Q is evenly distributed (Saxe et al. 2013).
    public static func orthogonal(gain: Float = 1) -> Initializer {
        Initializer { shape, _, _, random in
            let columns = shape.last ?? 1
            let rows = shape.dropLast().reduce(1, *)
            // QR gives orthonormal columns; a wide matrix is the transpose of a tall one.
            let (tall, narrow) = (max(rows, columns), min(rows, columns))
            let values = Tensor<Float>(normal: [tall, narrow], using: random)
            guard values.count > 0, let (q, r) = try? LAPACK.qr(values.scalars, rows: tall, columns: narrow) else {
                return Tensor(zeros: shape)
            }
            let signs = Tensor<Float>((0..<narrow).map { r[$0 * narrow + $0] < 0 ? -gain : gain })
            let oriented = Tensor(q, shape: [tall, narrow]) * signs
            return (rows >= columns ? oriented : oriented.transposed()).reshaped(to: shape)
        }
    }
}

/// Builds a model whose weights will be loaded: initializers return zeros without drawing numbers.
///
/// ```swift
/// let model = withoutInitialization { ResNet18() }
/// try model.load(from: "resnet18.safetensors")
/// ```
public func withoutInitialization<Model>(_ body: () throws -> Model) rethrows -> Model {
    try WeightsToCome.$isExpected.withValue(true) { try body() }
}

enum WeightsToCome {
    @TaskLocal static var isExpected = false
}
