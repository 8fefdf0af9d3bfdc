import Gradus
import Testing

/// Formulas of operators and literals mean what they say.
@Suite struct FormulaTests {
    let x = Tensor<Float>([0.5, -1, 2])
    let y = Tensor<Float>([1, 0, 1])

    @Test func literalsTakeTheTypeOfTheTensor() {
        // Were 1 / 2 a quotient of integers, it would be 0.
        #expect((1 / 2 * x).scalars == [0.25, -0.5, 1])
        #expect((Tensor<Double>([3]) * 1 / 3).scalars == [1])
        #expect((7 - Tensor<Int32>([2, 3]) * 2).scalars == [3, 1])
    }

    @Test func formulasHaveTheirValues() {
        #expect(abs(diceLoss(x, y).item - (1 - 6 / 4.5)) < 1e-6)
        #expect(abs(twoDiceLosses(x, y, y).item - (1 - 6 / 4.5)) < 1e-6)
        #expect(abs(huber(x, y, 1).item - (0.125 + 0.5 + 0.5) / 3) < 1e-6)
        #expect(integers(Tensor([1, 2]), 3).scalars == [9, 19])
        let softplus = zip(softplusByHand(x).scalars, x.softplus().scalars)
        #expect(softplus.allSatisfy { abs($0 - $1) < 1e-6 })
        // From the closed formula in double precision.
        let price = callPrice(Tensor([100]), Tensor([1]), strike: 95, rate: 0.05, deviation: 0.2)
        #expect(abs(price.item - 13.346464945879582) < 1e-9)
        #expect(inClosures(x, y)[0].count == 1)
    }

    /// The operators of a known element type and those of generic code are one arithmetic.
    @Test func genericCodeGivesTheSameBits() {
        func general<S: DifferentiableScalar>(_ a: Tensor<S>, _ b: Tensor<S>, _ n: S) -> [Tensor<S>] {
            let sums = [a + b, a + n, n + a, a - b, a - n, n - a, -a]
            return sums + [a * b, a * n, n * a, a / b, a / n, n / a]
        }
        let (a, b) = (Tensor<Float>([0.1, 3, -7]), Tensor<Float>([1.7, -0.3, 11]))
        let sums = [a + b, a + 0.7, 0.7 + a, a - b, a - 0.7, 0.7 - a, -a]
        let products = [a * b, a * 0.7, 0.7 * a, a / b, a / 0.7, 0.7 / a]
        #expect(general(a, b, 0.7) == sums + products)
    }
}
