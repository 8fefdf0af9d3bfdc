extension Initializer {
    /// One value everywhere.
    public static func constant(_ value: Float) -> Initializer {
        Initializer { shape, _, _, _ in Tensor(repeating: value, shape: shape) }
    }

    /// Zeros.
    public static let zeros = constant(0)
    /// Ones.
    public static let ones = constant(1)

    /// Spread evenly over `low..<high`.
    public static func uniform(_ low: Double, _ high: Double) -> Initializer {
        Initializer { shape, _, _, random in Tensor(uniform: shape, from: low, to: high, using: random) }
    }

    /// Normal with the given mean and standard deviation.
    public static func normal(mean: Double = 0, deviation: Double) -> Initializer {
        Initializer { shape, _, _, random in Tensor(normal: shape, mean: mean, deviation: deviation, using: random) }
    }

    /// Normal, with every value farther than two deviations from the mean drawn again.
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

    /// Normal with deviation `√(2 / (fanIn + fanOut))` (Glorot & Bengio 2010).
    public static let glorotNormal = Initializer { shape, fanIn, fanOut, random in
        Tensor(normal: shape, deviation: (2 / Double(fanIn + fanOut)).squareRoot(), using: random)
    }

    /// Uniform within `±√(6 / fanIn)`, for layers followed by ReLU (He et al. 2015).
    public static let heUniform = Initializer { shape, fanIn, _, random in
        let limit = (6 / Double(fanIn)).squareRoot()
        return Tensor(uniform: shape, from: -limit, to: limit, using: random)
    }

    /// Normal with deviation `√(2 / fanIn)`, for layers followed by ReLU (He et al. 2015).
    public static let heNormal = Initializer { shape, fanIn, _, random in
        Tensor(normal: shape, deviation: (2 / Double(fanIn)).squareRoot(), using: random)
    }

    /// Uniform within `±√(3 / fanIn)`: variance 1 / fanIn (LeCun et al. 1998), which Caffe calls "xavier".
    public static let lecunUniform = Initializer { shape, fanIn, _, random in
        let limit = (3 / Double(fanIn)).squareRoot()
        return Tensor(uniform: shape, from: -limit, to: limit, using: random)
    }

    /// Normal with deviation `√(2 / fanOut)`, which keeps the variance of gradients (He et al. 2015).
    public static let heNormalFanOut = Initializer { shape, _, fanOut, random in
        Tensor(normal: shape, deviation: (2 / Double(fanOut)).squareRoot(), using: random)
    }

    /// Uniform within `±1/√fanIn`, as recurrent layers are usually begun.
    public static let fanInUniform = Initializer { shape, fanIn, _, random in
        let limit = (1 / Double(fanIn)).squareRoot()
        return Tensor(uniform: shape, from: -limit, to: limit, using: random)
    }
}
