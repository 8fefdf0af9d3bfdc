import Gradus
import Testing

/// The layer: its one product, its dropout, and a decoder's cache.
struct MultiHeadAttentionTests {
    let layer = withRandomSeed(1) { MultiHeadAttention(24, heads: 4, dropout: 0.3) }
    let x = Tensor<Float>(normal: [2, 17, 24], using: RandomGenerator(seed: 2))

    @Test func oneProductIsThree() {
        for parameter in [layer.query, layer.key, layer.value].map({ $0.bias! }) {
            parameter.value = Tensor(normal: [24], using: RandomGenerator(seed: 3))
        }
        let joined = valueWithGradient(at: layer) { layer(x, keyMask: nil, isCausal: true, .inference).squared().sum() }
        let apart = valueWithGradient(at: layer) {
            layer(x, keys: x, values: x, isCausal: true, .inference).squared().sum()
        }
        #expect(abs(joined.value.item - apart.value.item) < 1e-4 * apart.value.item)
        for (name, parameter) in layer.namedParameters() {
            let (a, b) = (joined.gradients[parameter]!, apart.gradients[parameter]!)
            #expect((a - b).absoluteValue().max().item < 1e-4 * max(1, b.absoluteValue().max().item), "\(name)")
        }
        // In inference the weights' packed forms are used; and the gradient of the input has a gradient.
        let (a, b) = (layer(x, .inference), layer(x, keys: x, values: x, .inference))
        #expect((a - b).absoluteValue().max().item < 1e-5)
        let direction = Tensor<Float>(normal: x.shape, using: RandomGenerator(seed: 4))
        let curvatures = [
            hessianVectorProduct(at: x, along: direction) { layer($0, .inference).squared().sum() }.product,
            hessianVectorProduct(at: x, along: direction) {
                layer($0, keys: $0, values: $0, .inference).squared().sum()
            }
            .product,
        ]
        let difference = (curvatures[0] - curvatures[1]).absoluteValue().max().item
        #expect(difference < 1e-4 * curvatures[1].absoluteValue().max().item)
    }

    @Test func everyFormDropsWeightsInTraining() {
        let forms: [(Pass) -> Tensor<Float>] = [
            { layer(x, $0) }, { layer(x, keyMask: nil, isCausal: true, $0) },
            { layer(x, keys: x, values: x, mask: causalMask(17), $0) },
            { layer(x, layer.source(x, $0), isCausal: true, $0) },
            { layer.withWeights(x, layer.source(x, $0), isCausal: true, $0).output },
            { layer(x[0..., 0..<3], keyMask: nil, isCausal: true, $0) },
        ]
        for (number, form) in forms.enumerated() {
            let outputs = [1, 1, 2].map { form(.training(using: RandomGenerator(seed: $0))) }
            #expect(outputs[0] == outputs[1] && outputs[0] != outputs[2], "form \(number)")
            #expect(form(.inference) == form(.inference) && outputs[0] != form(.inference), "form \(number)")
        }
    }

    @Test func aCacheGivesWhatTheWholeSequenceGives() {
        let long = Tensor<Float>(normal: [3, 50, 24], using: RandomGenerator(seed: 5))
        let whole = layer(long, keyMask: nil, isCausal: true, .inference)
        for lengths in [Array(repeating: 1, count: 50), [20, 1, 1, 10, 3, 15]] {
            var cache = KeyValueCache()
            var start = 0
            for length in lengths {
                let next = layer(long[0..., start..<(start + length)], &cache, .inference)
                let expected = whole[0..., start..<(start + length)]
                #expect((next - expected).absoluteValue().max().item < 1e-5, "place \(start)")
                start += length
                #expect(cache.count == start)
            }
        }
    }

    @Test func cachesThatContinueTheSameDoNotMeet() {
        var trunk = KeyValueCache()
        _ = layer(x[0..., 0..<10], &trunk, .inference)
        let ways = [10, 11, 12].map { x[0..., $0..<($0 + 1)] }
        let alone = ways.map { way in
            var cache = KeyValueCache()
            _ = layer(x[0..., 0..<10], &cache, .inference)
            return layer(way, &cache, .inference)
        }
        var branches = ways.map { _ in trunk }
        for (index, way) in ways.enumerated() { #expect(layer(way, &branches[index], .inference) == alone[index]) }
        // Each branch keeps its own cache.
        let next = ways.indices.map { layer(ways[0], &branches[$0], .inference) }
        #expect(next[0] != next[1] && next[1] != next[2] && trunk.count == 10)
        let swapped = trunk.gathering(Tensor([1, 0, 1]))
        var (one, other) = (trunk, swapped)
        let row = layer(ways[0], &one, .inference)
        let rows = layer(ways[0].gathering(Tensor([1, 0, 1])), &other, .inference)
        #expect(rows == row.gathering(Tensor([1, 0, 1])))
    }
}
