/// The largest element of each window; see ``maxPool(_:kernel:stride:padding:file:line:)``.
///
/// Input `[N, H, W, C]`, output `[N, OH, OW, C]`.
public struct MaxPool2D: Layer {
    /// The size of a window.
    public let kernel: Extent2D
    /// The distance between neighboring windows.
    public let stride: Extent2D
    /// What surrounds the images.
    public let padding: Padding
    private let place: CallSite

    /// Windows of the given size, side by side unless `stride` says otherwise.
    public init(
        _ kernel: Extent2D, stride: Extent2D? = nil, padding: Padding = .valid, file: StaticString = #fileID,
        line: UInt = #line
    ) {
        (self.kernel, self.stride, self.padding) = (kernel, stride ?? kernel, padding)
        place = CallSite(file: file, line: line)
    }

    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, "MaxPool2D", input) {
            let site = CallSite.current ?? place
            return maxPool(
                input, kernel: kernel, stride: stride, padding: padding, file: site.file,
                line: site.line)
        }
    }
}

/// The mean of each window; see ``averagePool(_:kernel:stride:padding:countPadding:file:line:)``.
///
/// Input `[N, H, W, C]`, output `[N, OH, OW, C]`.
public struct AveragePool2D: Layer {
    /// The size of a window.
    public let kernel: Extent2D
    /// The distance between neighboring windows.
    public let stride: Extent2D
    /// What surrounds the images.
    public let padding: Padding
    /// Whether zeros of the padding count in the mean.
    public let countPadding: Bool
    private let place: CallSite

    /// Windows of the given size, side by side unless `stride` says otherwise.
    public init(
        _ kernel: Extent2D, stride: Extent2D? = nil, padding: Padding = .valid, countPadding: Bool = false,
        file: StaticString = #fileID, line: UInt = #line
    ) {
        (self.kernel, self.stride, self.padding) = (kernel, stride ?? kernel, padding)
        place = CallSite(file: file, line: line)
        self.countPadding = countPadding
    }

    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, "AveragePool2D", input) {
            let site = CallSite.current ?? place
            return averagePool(
                input, kernel: kernel, stride: stride, padding: padding, countPadding: countPadding,
                file: site.file, line: site.line)
        }
    }
}

/// The mean of each channel over the whole image: `[N, H, W, C]` to `[N, C]`.
public struct GlobalAveragePool2D: Layer {
    private let place: CallSite

    /// A layer without parameters.
    public init(file: StaticString = #fileID, line: UInt = #line) { place = CallSite(file: file, line: line) }

    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, "GlobalAveragePool2D", input) {
            checkLayer(
                input.rank == 4, "\(pass.describe("GlobalAveragePool2D")) expects [N, H, W, C], got \(input.shape)",
                madeAt: place)
            return input.mean(axes: [1, 2])
        }
    }
}

/// The largest element of each channel over the whole image: `[N, H, W, C]` to `[N, C]`.
public struct GlobalMaxPool2D: Layer {
    private let place: CallSite

    /// A layer without parameters.
    public init(file: StaticString = #fileID, line: UInt = #line) { place = CallSite(file: file, line: line) }

    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, "GlobalMaxPool2D", input) {
            checkLayer(
                input.rank == 4, "\(pass.describe("GlobalMaxPool2D")) expects [N, H, W, C], got \(input.shape)",
                madeAt: place)
            return input.max(axes: [1, 2])
        }
    }
}

/// All axes but the first joined: `[N, …]` to `[N, product of the rest]`.
public struct Flatten: Layer {
    private let place: CallSite

    /// A layer without parameters.
    public init(file: StaticString = #fileID, line: UInt = #line) { place = CallSite(file: file, line: line) }

    public func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        pass.run(self, "Flatten", input) {
            checkLayer(input.rank > 0, "\(pass.describe("Flatten")) expects [N, …], got a scalar", madeAt: place)
            return input.reshaped(to: [input.shape[0], input.shape.dropFirst().reduce(1, *)])
        }
    }
}
