import Gradus

/// ViT-Ti (Touvron et al. 2020) for images of 32 × 32 pixels in patches of 4 × 4: 64 places and one for the class, 192
/// features, 12 layers, 3 heads, 10 classes; 5,362,762 weights.
///
/// Images `[N, 32, 32, 3]`, logits `[N, 10]`. The same as Benchmarks/peer_networks/vit.py.
struct VisionTransformer: Layer {
    static let (side, patch, features, layers, heads) = (32, 4, 192, 12, 3)
    static let places = side / patch * (side / patch) + 1

    let patches: Conv2D
    let classToken: Parameter
    let positions: Parameter
    let blocks: [PreNormBlock]
    let norm: LayerNorm
    let head: Dense

    init() {
        let d = Self.features
        patches = Conv2D(3, d, kernel: Extent2D(Self.patch), stride: Extent2D(Self.patch))
        classToken = Parameter(Tensor(normal: [1, 1, d], deviation: 0.02))
        positions = Parameter(Tensor(normal: [Self.places, d], deviation: 0.02))
        blocks = (0..<Self.layers).map { _ in PreNormBlock(d, heads: Self.heads) }
        norm = LayerNorm(d)
        head = Dense(d, 10)
    }

    func callAsFunction(_ images: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
        let (n, d) = (images.shape[0], Self.features)
        let pixels = patches(images, pass).reshaped(to: [n, Self.places - 1, d])
        let tokens = classToken.value + Tensor(zeros: [n, 1, d])
        let first = Tensor.concatenated([tokens, pixels], axis: 1) + positions.value
        let last = blocks.reduce(first) { $1($0, isCausal: false, pass) }
        return head(norm(last.slice(axis: 1, 0..<1).squeezingShape(at: 1), pass), pass)
    }

    static let multiplyAdds =
        layers * places * (PreNormBlock.multiplyAdds(features) + 2 * places * features)
        + (places - 1) * 3 * patch * patch * features
}

/// Training on 32 images.
let visionTransformerWorkload = Workload(
    name: "vit-tiny-train", about: "ViT-Ti, 32 images of 32 × 32 in patches of 4 × 4, AdamW", items: 32,
    multiplyAdds: 3 * 32 * VisionTransformer.multiplyAdds
) {
    classifierStep(VisionTransformer(), images: [32, 32, 32, 3], AdamW(learningRate: 1e-3))
}
