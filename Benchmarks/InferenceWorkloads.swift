import Gradus
import GradusModels

/// Networks for ImageNet naming one image, and 32 of them: the same as Benchmarks/inference_peers.py.
let inferenceWorkloads: [Workload] = [("resnet18", 1_814_073_344), ("mobilenetv2", 300_774_272)].flatMap {
    name, multiplyAdds in
    [1, 32].map { images in
        Workload(
            name: "\(name)-\(images)-infer",
            about: "\(name) names \(images == 1 ? "one image" : "\(images) images") of 224 × 224",
            items: images, multiplyAdds: images * multiplyAdds
        ) {
            let model = ImageNetwork.named(name)!.makeModel()
            let x = Tensor<Float>(normal: [images, 224, 224, 3])
            return { _ = model(x, .inference) }
        }
    }
}
