/// The operators of formulas, for each differentiable element type.
///
/// They are equivalent to the generic operators of `Tensor+Arithmetic.swift`. But a typical formula mixes a dozen of
/// them with literals, and the type checker tries their combinations: concrete types settle the type of `1` at once,
/// while generic ones make it give up on two dice losses after half a minute (`Docs/decisions.md`).
extension Tensor where Scalar == Float {
    /// The sum, element by element.
    public static func + (a: Tensor, b: Tensor) -> Tensor { generalSum(a, b) }
    /// A number added to each element.
    public static func + (a: Tensor, b: Float) -> Tensor { generalSum(a, b) }
    /// Each element added to a number.
    public static func + (a: Float, b: Tensor) -> Tensor { generalSum(a, b) }
    /// The difference, element by element.
    public static func - (a: Tensor, b: Tensor) -> Tensor { generalDifference(a, b) }
    /// A number subtracted from each element.
    public static func - (a: Tensor, b: Float) -> Tensor { generalDifference(a, b) }
    /// Each element subtracted from a number.
    public static func - (a: Float, b: Tensor) -> Tensor { generalDifference(a, b) }
    /// The product, element by element.
    public static func * (a: Tensor, b: Tensor) -> Tensor { generalProduct(a, b) }
    /// Each element multiplied by a number.
    public static func * (a: Tensor, b: Float) -> Tensor { generalProduct(a, b) }
    /// A number multiplied by each element.
    public static func * (a: Float, b: Tensor) -> Tensor { generalProduct(a, b) }
    /// The quotient, element by element.
    public static func / (a: Tensor, b: Tensor) -> Tensor { generalQuotient(a, b) }
    /// Each element divided by a number.
    public static func / (a: Tensor, b: Float) -> Tensor { generalQuotient(a, b) }
    /// A number divided by each element.
    public static func / (a: Float, b: Tensor) -> Tensor { generalQuotient(a, b) }
    /// The negative of each element.
    public static prefix func - (a: Tensor) -> Tensor { a.negated() }

    /// `xᵖ` for a number `p`.
    public func power(_ exponent: Float) -> Tensor { power(Double(exponent)) }
}

/// The same for `Double`.
extension Tensor where Scalar == Double {
    /// The sum, element by element.
    public static func + (a: Tensor, b: Tensor) -> Tensor { generalSum(a, b) }
    /// A number added to each element.
    public static func + (a: Tensor, b: Double) -> Tensor { generalSum(a, b) }
    /// Each element added to a number.
    public static func + (a: Double, b: Tensor) -> Tensor { generalSum(a, b) }
    /// The difference, element by element.
    public static func - (a: Tensor, b: Tensor) -> Tensor { generalDifference(a, b) }
    /// A number subtracted from each element.
    public static func - (a: Tensor, b: Double) -> Tensor { generalDifference(a, b) }
    /// Each element subtracted from a number.
    public static func - (a: Double, b: Tensor) -> Tensor { generalDifference(a, b) }
    /// The product, element by element.
    public static func * (a: Tensor, b: Tensor) -> Tensor { generalProduct(a, b) }
    /// Each element multiplied by a number.
    public static func * (a: Tensor, b: Double) -> Tensor { generalProduct(a, b) }
    /// A number multiplied by each element.
    public static func * (a: Double, b: Tensor) -> Tensor { generalProduct(a, b) }
    /// The quotient, element by element.
    public static func / (a: Tensor, b: Tensor) -> Tensor { generalQuotient(a, b) }
    /// Each element divided by a number.
    public static func / (a: Tensor, b: Double) -> Tensor { generalQuotient(a, b) }
    /// A number divided by each element.
    public static func / (a: Double, b: Tensor) -> Tensor { generalQuotient(a, b) }
    /// The negative of each element.
    public static prefix func - (a: Tensor) -> Tensor { a.negated() }
}

/// Arithmetic of numbers and integer tensors.
extension Tensor where Scalar == Int32 {
    /// Each element added to a number.
    public static func + (a: Int32, b: Tensor) -> Tensor { Tensor(a) + b }
    /// Each element subtracted from a number.
    public static func - (a: Int32, b: Tensor) -> Tensor { Tensor(a) - b }
    /// A number multiplied by each element.
    public static func * (a: Int32, b: Tensor) -> Tensor { Tensor(a) * b }
}

// In these functions the element type is generic, so the operators inside are the generic ones.

private func generalSum<S: DifferentiableScalar>(_ a: Tensor<S>, _ b: Tensor<S>) -> Tensor<S> { a + b }
private func generalSum<S: DifferentiableScalar>(_ a: Tensor<S>, _ b: S) -> Tensor<S> { a + b }
private func generalSum<S: DifferentiableScalar>(_ a: S, _ b: Tensor<S>) -> Tensor<S> { a + b }
private func generalDifference<S: DifferentiableScalar>(_ a: Tensor<S>, _ b: Tensor<S>) -> Tensor<S> { a - b }
private func generalDifference<S: DifferentiableScalar>(_ a: Tensor<S>, _ b: S) -> Tensor<S> { a - b }
private func generalDifference<S: DifferentiableScalar>(_ a: S, _ b: Tensor<S>) -> Tensor<S> { a - b }
private func generalProduct<S: DifferentiableScalar>(_ a: Tensor<S>, _ b: Tensor<S>) -> Tensor<S> { a * b }
private func generalProduct<S: DifferentiableScalar>(_ a: Tensor<S>, _ b: S) -> Tensor<S> { a * b }
private func generalProduct<S: DifferentiableScalar>(_ a: S, _ b: Tensor<S>) -> Tensor<S> { a * b }
private func generalQuotient<S: DifferentiableScalar>(_ a: Tensor<S>, _ b: Tensor<S>) -> Tensor<S> { a / b }
private func generalQuotient<S: DifferentiableScalar>(_ a: Tensor<S>, _ b: S) -> Tensor<S> { a / b }
private func generalQuotient<S: DifferentiableScalar>(_ a: S, _ b: Tensor<S>) -> Tensor<S> { a / b }
