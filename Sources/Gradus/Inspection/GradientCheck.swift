/// The gradient of `body` by central differences, `(f(x + h) − f(x − h)) / 2h`, element by element.
///
/// - Parameters:
///   - inputs: the point at which the gradient is taken.
///   - step: h, for elements of size about 1; it grows with larger ones.
///   - body: computes a scalar.
/// - Returns: one gradient per input, of its shape.
public func numericalGradients(
    at inputs: [Tensor<Double>], step: Double = 1e-5, _ body: ([Tensor<Double>]) -> Tensor<Double>
) -> [Tensor<Double>] {
    inputs.indices.map { index in
        var gradient = Tensor<Double>(zeros: inputs[index].shape)
        gradient.withUnsafeMutableElements { slopes in
            for element in slopes.indices {
                var shifted = inputs
                let value = inputs[index].withUnsafeElements { $0[element] }
                let h = step * max(1, abs(value))
                shifted[index].withUnsafeMutableElements { $0[element] = value + h }
                let above = body(shifted).item
                shifted[index].withUnsafeMutableElements { $0[element] = value - h }
                slopes[element] = (above - body(shifted).item) / (2 * h)
            }
        }
        return gradient
    }
}

/// The difference between automatic differentiation and central differences: the largest relative error over the inputs,
/// `‖a − n‖ / (‖a‖ + ‖n‖)`.
///
/// A result of any shape is reduced to a scalar by fixed weights, so that errors cannot cancel. In double
/// precision about 1e-9 is correct, 1e-6 suspicious, 1e-3 wrong; near a kink the difference itself is wrong.
///
/// ```swift
/// #expect(gradientError(at: [x, w]) { dense($0[0], $0[1]) } < 1e-7)
/// ```
public func gradientError(
    at inputs: [Tensor<Double>], step: Double = 1e-5,
    _ body: ([Tensor<Double>]) -> Tensor<Double>
) -> Double {
    let shape = body(inputs).shape
    let weights = Tensor<Double>(uniform: shape, from: 0.5, to: 1.5, using: RandomGenerator(seed: 11))
    let scalar = { (inputs: [Tensor<Double>]) in (body(inputs) * weights).sum() }
    let (_, exact) = valueWithGradient(at: inputs, scalar)
    let estimate = numericalGradients(at: inputs, step: step, scalar)
    return zip(exact, estimate).map(relativeError).max() ?? 0
}

/// `‖a − b‖ / (‖a‖ + ‖b‖)`, 0 when both are zero, infinite when something is not a number.
private func relativeError(_ a: Tensor<Double>, _ b: Tensor<Double>) -> Double {
    let difference = (a - b).sumOfSquares.squareRoot()
    let size = a.sumOfSquares.squareRoot() + b.sumOfSquares.squareRoot()
    guard difference.isFinite else { return .infinity }
    return size == 0 ? 0 : difference / size
}

/// The gradient error of every parameter of a model, by name, in single precision on some elements of each.
///
/// Single precision is limited: a correct gradient shows errors up to about 1e-2, a wrong one about 1.
///
/// - Parameters:
///   - model: the module whose weights are varied.
///   - elements: the number of elements of each parameter to check, evenly spaced.
///   - step: the change of an element.
///   - loss: computes a scalar; must give the same value each time it is called.
public func gradientErrors<Model: Module>(
    at model: Model, elements: Int = 8, step: Float = 1e-2,
    _ loss: () -> Tensor<Float>
) -> [(name: String, error: Double)] {
    let (_, gradients) = valueWithGradient(at: model, loss)
    return model.namedParameters().filter(\.parameter.isTrainable).map { name, parameter in
        let exact = gradients[parameter] ?? Tensor(zeros: parameter.shape)
        let original = parameter.value
        defer { parameter.value = original }
        let tried = Set((0..<elements).map { $0 * original.count / elements }).sorted()
        let slopes = tried.map { element in
            let values = [step, -step].map { change in
                var moved = original
                moved.withUnsafeMutableElements { $0[element] += change }
                parameter.value = moved
                return Double(loss().item)
            }
            return (values[0] - values[1]) / Double(2 * step)
        }
        let matching = tried.map { element in Double(exact.withUnsafeElements { $0[element] }) }
        return (name, relativeError(Tensor(matching), Tensor(slopes)))
    }
}
