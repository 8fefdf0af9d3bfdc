import Gradus

/// A plain U-Net (Ronneberger et al. 2015) with batch normalization and frames of zeros: four resolutions of 32, 64, 128 and
/// 256 channels, one score a pixel; 1,927,009 weights.
///
/// Images `[N, H, W, 3]`, logits `[N, H, W, 1]`; H and W are multiples of 8. The same as Benchmarks/peer_networks/unet.py.
struct UNet: Layer {
    static let widths = [32, 64, 128, 256]

    let down: [Sequential]
    let enlarge: [ConvTranspose2D]
    let up: [Sequential]
    let output: Conv2D

    init() {
        down = zip([3] + Self.widths, Self.widths).map(Self.double)
        let narrower = Self.widths.dropLast().reversed()
        enlarge = narrower.map { ConvTranspose2D(2 * $0, $0, kernel: 2, stride: 2) }
        up = narrower.map { Self.double(2 * $0, $0) }
        output = Conv2D(Self.widths[0], 1, kernel: 1)
    }

    func callAsFunction(_ images: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        let pool = MaxPool2D(2)
        var carried: [Tensor<Float>] = []
        for (level, block) in down.enumerated() {
            carried.append(block(level == 0 ? images : pool(carried[level - 1], pass), pass))
        }
        var x = carried.removeLast()
        for (enlarge, block) in zip(enlarge, up) {
            x = block(Tensor.concatenated([carried.removeLast(), enlarge(x, pass)], axis: 3), pass)
        }
        return output(x, pass)
    }

    /// Two convolutions of 3 × 3 with normalization and ReLU.
    private static func double(_ inputs: Int, _ outputs: Int) -> Sequential {
        Sequential {
            for channels in [inputs, outputs] {
                Conv2D(channels, outputs, kernel: 3, padding: .symmetric(1), useBias: false)
                BatchNorm(outputs, activation: .relu)
            }
        }
    }

    /// Multiply-adds for an image of 64 × 64 pixels.
    static let multiplyAdds: Int = {
        func double(_ side: Int, _ inputs: Int, _ outputs: Int) -> Int {
            side * side * 9 * (inputs + outputs) * outputs
        }
        let down = zip([3] + widths, widths).enumerated().map { double(64 >> $0, $1.0, $1.1) }
        let up = widths.dropLast().enumerated().map { level, width in
            (64 >> level) * (64 >> level) * 2 * width * width + double(64 >> level, 2 * width, width)
        }
        return (down + up).reduce(64 * 64 * widths[0], +)
    }()
}

/// Training on 8 images of 64 × 64 pixels.
let unetWorkload = Workload(
    name: "unet-train", about: "U-Net of 32 to 256 channels, 8 images of 64 × 64, batch normalization, Adam", items: 8,
    multiplyAdds: 3 * 8 * UNet.multiplyAdds
) {
    let (model, optimizer) = (UNet(), Adam(learningRate: 1e-3))
    let x = Tensor<Float>(uniform: [8, 64, 64, 3])
    let y = Tensor<Float>(uniform: [8, 64, 64, 1]).rounded()
    return {
        let (_, gradients) = valueWithGradient(at: model) { binaryCrossEntropy(model(x, .training), y) }
        optimizer.update(model, along: gradients)
    }
}
