/// The largest element of each window; see ``maxPool(_:kernel:stride:padding:)``.
///
/// Input `[N, H, W, C]`, output `[N, OH, OW, C]`.
public struct MaxPool2D: Layer {
    /// The size of a window.
    public let kernel: Extent2D
    /// The distance between neighboring windows.
    public let stride: Extent2D
    /// The padding of the images.
    public let padding: Padding

    /// Windows of the given size; the stride is the size by default.
    public init(_ kernel: Extent2D, stride: Extent2D? = nil, padding: Padding = .valid) {
        (self.kernel, self.stride, self.padding) = (kernel, stride ?? kernel, padding)
    }

    /// The layer's output for `input`.
    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, on: input) {
            return maxPool(input, kernel: kernel, stride: stride, padding: padding)
        }
    }
}

/// The mean of each window; see ``averagePool(_:kernel:stride:padding:countPadding:)``.
///
/// Input `[N, H, W, C]`, output `[N, OH, OW, C]`.
public struct AveragePool2D: Layer {
    /// The size of a window.
    public let kernel: Extent2D
    /// The distance between neighboring windows.
    public let stride: Extent2D
    /// The padding of the images.
    public let padding: Padding
    /// Whether zeros of the padding count in the mean.
    public let countPadding: Bool

    /// Windows of the given size; the stride is the size by default.
    public init(_ kernel: Extent2D, stride: Extent2D? = nil, padding: Padding = .valid, countPadding: Bool = false) {
        (self.kernel, self.stride, self.padding) = (kernel, stride ?? kernel, padding)
        self.countPadding = countPadding
    }

    /// The layer's output for `input`.
    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, on: input) {
            return averagePool(input, kernel: kernel, stride: stride, padding: padding, countPadding: countPadding)
        }
    }
}

/// The mean of each channel over the whole image: `[N, H, W, C]` to `[N, C]`.
public struct GlobalAveragePool2D: Layer {

    /// A layer without parameters.
    public init() {}

    /// The layer's output for `input`.
    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, on: input) {
            check(input.rank == 4, "\(pass.describe("GlobalAveragePool2D")) expects [N, H, W, C], got \(input.shape)")
            return input.mean(axes: [1, 2])
        }
    }
}

/// The largest element of each channel over the whole image: `[N, H, W, C]` to `[N, C]`.
public struct GlobalMaxPool2D: Layer {

    /// A layer without parameters.
    public init() {}

    /// The layer's output for `input`.
    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, on: input) {
            check(input.rank == 4, "\(pass.describe("GlobalMaxPool2D")) expects [N, H, W, C], got \(input.shape)")
            return input.max(axes: [1, 2])
        }
    }
}

/// All axes but the first joined: `[N, …]` to `[N, product of the rest]`.
public struct Flatten: Layer {

    /// A layer without parameters.
    public init() {}

    /// The layer's output for `input`.
    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, on: input) {
            check(input.rank > 0, "\(pass.describe("Flatten")) expects [N, …], got a scalar")
            return input.reshaped(to: [input.shape[0], input.shape.dropFirst().reduce(1, *)])
        }
    }
}
