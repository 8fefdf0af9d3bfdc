import CKernels

/// Element-wise arithmetic with NumPy's broadcasting.
///
/// Generic code uses these; formulas with a known element type use the equivalent operators of
/// `Tensor+Operators.swift`.
extension Tensor where Scalar: DifferentiableScalar {
    static func combine(_ operation: gradus_binary, _ name: String, _ a: Tensor, _ b: Tensor) -> Tensor {
        let broadcast = Broadcast(a.shape, b.shape, name)
        return computed(broadcast.shape, a, b) { out, x, y in Kernels.binary(operation, out, x, y, broadcast) }
    }

    /// The element-wise sum.
    public static func + (a: Tensor, b: Tensor) -> Tensor {
        let (aShape, bShape) = (a.shape, b.shape)
        return record(combine(GRADUS_ADD, "+", a, b), from: a, b) { upstream, _ in
            upstream.summed(to: aShape)
        } _: { upstream, _ in
            upstream.summed(to: bShape)
        }
    }

    /// The element-wise difference.
    public static func - (a: Tensor, b: Tensor) -> Tensor {
        let (aShape, bShape) = (a.shape, b.shape)
        return record(combine(GRADUS_SUBTRACT, "-", a, b), from: a, b) { upstream, _ in
            upstream.summed(to: aShape)
        } _: { upstream, _ in
            (-upstream).summed(to: bShape)
        }
    }

    /// The element-wise product.
    public static func * (a: Tensor, b: Tensor) -> Tensor {
        let (x, y) = (a.detached(), b.detached())
        return record(combine(GRADUS_MULTIPLY, "*", a, b), from: a, b) {
            ($0 * $1.input(1, y)).summed(to: x.shape)
        } _: {
            ($0 * $1.input(0, x)).summed(to: y.shape)
        }
    }

    /// The element-wise quotient.
    public static func / (a: Tensor, b: Tensor) -> Tensor {
        let (x, y) = (a.detached(), b.detached())
        let quotient = combine(GRADUS_DIVIDE, "/", x, y)
        return record(quotient, from: a, b) {
            ($0 / $1.input(1, y)).summed(to: x.shape)
        } _: {
            (-($0 * $1.result(0, quotient) / $1.input(1, y))).summed(to: y.shape)
        }
    }

    /// The element-wise power `aᵇ`; its gradient with respect to `b` is defined for `a ≥ 0`.
    ///
    /// If `b` is 0, the power is 1 and the gradient of `a` is 0; if `a` is 0 and `b ≥ 0`, the gradient of `b` is 0.
    public func power(_ exponent: Tensor) -> Tensor {
        let (x, y) = (detached(), exponent.detached())
        let value = Tensor.combine(GRADUS_POWER, "power", x, y)
        return record(value, from: self, exponent) { upstream, pass in
            let exponent = pass.input(1, y)
            let slope = exponent * pass.input(0, x).power(exponent - 1)
            return `where`(y .== 0, Tensor(0), upstream * slope).summed(to: x.shape)
        } _: { upstream, pass in
            let slope = pass.result(0, value) * pass.input(0, x).log()
            return `where`((x .== 0) && (y .>= 0), Tensor(0), upstream * slope).summed(to: y.shape)
        }
    }

    /// The element-wise angle of the point `(x, y)` between −π and π, in radians: `atan(y / x)` in the right quadrant.
    ///
    /// Its gradients are `x / (x² + y²)` with respect to `y`, this tensor, and `−y / (x² + y²)` with respect to `x`;
    /// they are NaN at the origin.
    public func atan2(_ x: Tensor) -> Tensor {
        let (a, b) = (detached(), x.detached())
        let value = Tensor.combine(GRADUS_ATAN2, "atan2", a, b)
        return record(value, from: self, x) { upstream, pass in
            let (y, x) = (pass.input(0, a), pass.input(1, b))
            return (upstream * (x / (x.squared() + y.squared()))).summed(to: a.shape)
        } _: { upstream, pass in
            let (y, x) = (pass.input(0, a), pass.input(1, b))
            return (upstream * (-y / (x.squared() + y.squared()))).summed(to: b.shape)
        }
    }

    /// The negative of each element.
    public static prefix func - (a: Tensor) -> Tensor { a.negated() }

    func negated() -> Tensor { applying(GRADUS_NEGATE) }

    /// A number added to each element.
    public static func + (a: Tensor, b: Scalar) -> Tensor { a.applying(GRADUS_ADD_SCALAR, parameter: b.asDouble) }
    /// Each element added to a number.
    public static func + (a: Scalar, b: Tensor) -> Tensor { b + a }
    /// A number subtracted from each element.
    public static func - (a: Tensor, b: Scalar) -> Tensor { a + (-b) }
    /// Each element subtracted from a number.
    public static func - (a: Scalar, b: Tensor) -> Tensor { -b + a }
    /// Each element multiplied by a number.
    public static func * (a: Tensor, b: Scalar) -> Tensor { a.applying(GRADUS_MULTIPLY_SCALAR, parameter: b.asDouble) }
    /// A number multiplied by each element.
    public static func * (a: Scalar, b: Tensor) -> Tensor { b * a }
    /// Each element divided by a number.
    public static func / (a: Tensor, b: Scalar) -> Tensor { a.applying(GRADUS_DIVIDE_SCALAR, parameter: b.asDouble) }
    /// A number divided by each element.
    public static func / (a: Scalar, b: Tensor) -> Tensor {
        b.applying(GRADUS_DIVIDE_INTO_SCALAR, parameter: a.asDouble)
    }

    /// Adds `b` to this tensor, in place if neither has a history and the memory is uniquely referenced.
    public static func += (a: inout Tensor, b: Tensor) {
        if canAddInPlace(a, b) { a.add(inPlace: b) } else { a = a + b }
    }
    /// Subtracts `b` from this tensor, in place if neither has a history and the memory is uniquely referenced.
    public static func -= (a: inout Tensor, b: Tensor) {
        if canAddInPlace(a, b) { a.add(inPlace: b, scale: -1) } else { a = a - b }
    }
    /// Multiplies this tensor by `b`.
    public static func *= (a: inout Tensor, b: Tensor) { a = a * b }
    /// Divides this tensor by `b`.
    public static func /= (a: inout Tensor, b: Tensor) { a = a / b }

    private static func canAddInPlace(_ a: Tensor, _ b: Tensor) -> Bool {
        a.origin == nil && b.origin == nil && a.shape == b.shape && !a.isAbstract && !b.isAbstract
    }

    /// Adds `scale · other`, of the same shape, to the values, in place if the memory is uniquely referenced.
    mutating func add(inPlace other: Tensor, scale: Double = 1) {
        precondition(other.shape == shape)
        withUnsafeMutableElements { mine in
            other.withUnsafeElements { theirs in
                guard let y = mine.baseAddress, let x = theirs.baseAddress else { return }
                Kernels.addScaled(y, x, scale, mine.count)
            }
        }
    }
}

/// The element-wise maximum of two tensors; for equal elements, the gradient goes to the first.
public func maximum<Scalar: DifferentiableScalar>(_ a: Tensor<Scalar>, _ b: Tensor<Scalar>) -> Tensor<Scalar> {
    let (x, y) = (a.detached(), b.detached())
    return record(Tensor.combine(GRADUS_MAXIMUM, "maximum", x, y), from: a, b) { upstream, _ in
        `where`((x .>= y) || (x .!= x), upstream, Tensor(0)).summed(to: x.shape)
    } _: { upstream, _ in
        `where`((x .>= y) || (x .!= x), Tensor(0), upstream).summed(to: y.shape)
    }
}

/// The element-wise minimum of two tensors; for equal elements, the gradient goes to the first.
public func minimum<Scalar: DifferentiableScalar>(_ a: Tensor<Scalar>, _ b: Tensor<Scalar>) -> Tensor<Scalar> {
    let (x, y) = (a.detached(), b.detached())
    return record(Tensor.combine(GRADUS_MINIMUM, "minimum", x, y), from: a, b) { upstream, _ in
        `where`((x .<= y) || (x .!= x), upstream, Tensor(0)).summed(to: x.shape)
    } _: { upstream, _ in
        `where`((x .<= y) || (x .!= x), Tensor(0), upstream).summed(to: y.shape)
    }
}
