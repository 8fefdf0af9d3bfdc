/// The product of the Hessian of `body` with a vector, `H v` with `H_ij = ∂²f / ∂x_i ∂x_j`, without forming H.
///
/// The cost is about that of two gradients, whatever the number of elements: `H v = ∇(∇f · v)` (Pearlmutter 1994).
///
/// ```swift
/// let (_, _, curvature) = hessianVectorProduct(at: x, along: direction) { loss($0) }
/// ```
///
/// - Parameters:
///   - x: the point at which the derivatives are taken.
///    - vector: v, of the shape of `x`.
///    - body: computes a scalar by operations that have a second derivative.
/// - Returns: the scalar; its gradient and the product, both of the shape of `x`.
/// - Traps: when the shapes disagree, or `body` does not return a scalar that depends on `x`.
public func hessianVectorProduct<Scalar: DifferentiableScalar>(
    at x: Tensor<Scalar>, along vector: Tensor<Scalar>,
    _ body: (Tensor<Scalar>) throws -> Tensor<Scalar>
) rethrows -> (value: Tensor<Scalar>, gradient: Tensor<Scalar>, product: Tensor<Scalar>) {
    let (value, gradients, products) = try hessianVectorProduct(at: [x], along: [vector]) {
        try body($0[0])
    }
    return (value, gradients[0], products[0])
}

/// The same for several tensors; the Hessian has a block for each pair of them.
public func hessianVectorProduct<Scalar: DifferentiableScalar>(
    at inputs: [Tensor<Scalar>], along vectors: [Tensor<Scalar>],
    _ body: ([Tensor<Scalar>]) throws -> Tensor<Scalar>
) rethrows -> (value: Tensor<Scalar>, gradients: [Tensor<Scalar>], products: [Tensor<Scalar>]) {
    check(
        inputs.map(\.shape) == vectors.map(\.shape),
        "hessianVectorProduct: inputs of shapes \(inputs.map(\.shape)) and vectors of shapes \(vectors.map(\.shape))")
    let (_, products, inner) = try valueWithGradient(at: inputs) { inputs in
        let (value, gradients) = try valueWithGradient(at: inputs, createGraph: true, body)
        let terms = zip(gradients, vectors).map { ($0 * $1.detached()).sum() }
        let detached = (value: value.detached(), gradients: gradients.map { $0.detached() })
        return (terms.dropFirst().reduce(terms[0], +), detached)
    }
    return (inner.value, inner.gradients, products)
}

/// All partial derivatives of a function with a result of any shape: `J[i…, j…] = ∂ body(x)[i…] / ∂ x[j…]`.
///
/// Runs a backward pass for each element of the result, so it is meant for small ones. The Hessian of a scalar
/// function f is the Jacobian of its gradient:
///
/// ```swift
/// let hessian = jacobian(at: x) { valueWithGradient(at: $0, createGraph: true, f).gradient }
/// ```
///
/// - Parameters:
///   - x: the point at which the derivatives are taken.
///    - body: the function, with a result of any shape; elements that do not depend on `x` have derivatives of 0.
/// - Returns: the derivatives, with the shape of the result followed by that of `x`.
public func jacobian<Scalar: DifferentiableScalar>(
    at x: Tensor<Scalar>,
    _ body: (Tensor<Scalar>) throws -> Tensor<Scalar>
) rethrows -> Tensor<Scalar> {
    let shape = try body(x.detached()).shape
    let rows = try (0..<shape.reduce(1, *)).map { index in
        let call = DifferentiationCall()
        let leaf = GraphNode<Scalar>.leaf(of: call)
        _ = try differentiate(call, [leaf], createGraph: false, subject: nil) {
            (try body(x.with(leaf)).flattened()[index], ())
        }
        return leaf.takeGradient() ?? Tensor(repeating: 0, shape: x.shape)
    }
    return rows.isEmpty
        ? Tensor(repeating: 0, shape: shape + x.shape) : Tensor.stacked(rows).reshaped(to: shape + x.shape)
}
