import CKernels

infix operator .== : ComparisonPrecedence
infix operator .!= : ComparisonPrecedence
infix operator .< : ComparisonPrecedence
infix operator .<= : ComparisonPrecedence
infix operator .> : ComparisonPrecedence
infix operator .>= : ComparisonPrecedence

/// Comparisons element by element, with broadcasting; the result is a mask.
extension Tensor where Scalar: NumericScalar {
    /// Where the elements are equal.
    public static func .== (a: Tensor, b: Tensor) -> Tensor<Bool> { compare(a, b, GRADUS_EQUAL, ".==") { $0 == $1 } }
    /// Where the elements differ.
    public static func .!= (a: Tensor, b: Tensor) -> Tensor<Bool> { compare(a, b, GRADUS_UNEQUAL, ".!=") { $0 != $1 } }
    /// Where the first is smaller.
    public static func .< (a: Tensor, b: Tensor) -> Tensor<Bool> { compare(a, b, GRADUS_LESS, ".<") { $0 < $1 } }
    /// Where the first is not larger.
    public static func .<= (a: Tensor, b: Tensor) -> Tensor<Bool> {
        compare(a, b, GRADUS_LESS_OR_EQUAL, ".<=") { $0 <= $1 }
    }
    /// Where the first is larger.
    public static func .> (a: Tensor, b: Tensor) -> Tensor<Bool> { compare(a, b, GRADUS_GREATER, ".>") { $0 > $1 } }
    /// Where the first is not smaller.
    public static func .>= (a: Tensor, b: Tensor) -> Tensor<Bool> {
        compare(a, b, GRADUS_GREATER_OR_EQUAL, ".>=") { $0 >= $1 }
    }

    /// Where the elements equal a number.
    public static func .== (a: Tensor, b: Scalar) -> Tensor<Bool> { a .== Tensor(b) }
    /// Where the elements differ from a number.
    public static func .!= (a: Tensor, b: Scalar) -> Tensor<Bool> { a .!= Tensor(b) }
    /// Where the elements are below a number.
    public static func .< (a: Tensor, b: Scalar) -> Tensor<Bool> { a .< Tensor(b) }
    /// Where the elements are at most a number.
    public static func .<= (a: Tensor, b: Scalar) -> Tensor<Bool> { a .<= Tensor(b) }
    /// Where the elements are above a number.
    public static func .> (a: Tensor, b: Scalar) -> Tensor<Bool> { a .> Tensor(b) }
    /// Where the elements are at least a number.
    public static func .>= (a: Tensor, b: Scalar) -> Tensor<Bool> { a .>= Tensor(b) }
}

@specialized(where Scalar == Int32)
@specialized(where Scalar == UInt8)
private func compare<Scalar: NumericScalar>(
    _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, _ comparison: gradus_comparison, _ name: String,
    _ test: (Scalar, Scalar) -> Bool
) -> Tensor<Bool> {
    let site = CallSite.current
    let broadcast = Broadcast(a.shape, b.shape, name, site?.file ?? #fileID, site?.line ?? #line)
    let shape = broadcast.shape
    if let kernels = (Scalar.self as? any DifferentiableScalar.Type)?.kernels {
        return .computed(shape, a, b) { out, x, y in
            Kernels.compare(kernels.pointee.compare, comparison, out, x, y, broadcast)
        }
    }
    return .computed(shape, a.repeated(to: shape), b.repeated(to: shape)) { out, x, y in
        for i in 0..<shape.reduce(1, *) { out[i] = test(x[i], y[i]) }
    }
}

/// Logic on masks.
extension Tensor where Scalar == Bool {
    /// Where the mask is false.
    public static prefix func ! (mask: Tensor) -> Tensor {
        .computed(mask.shape, mask) { out, x in for i in 0..<mask.count { out[i] = !x[i] } }
    }

    /// Where both masks are true; shapes broadcast.
    public static func && (a: Tensor, b: Tensor) -> Tensor {
        combine(a, b, "&&") { $0 && $1 }
    }

    /// Where at least one mask is true; shapes broadcast.
    public static func || (a: Tensor, b: Tensor) -> Tensor {
        combine(a, b, "||") { $0 || $1 }
    }

    /// The number of true elements.
    public var trueCount: Int { withUnsafeElements { $0.lazy.filter { $0 }.count } }

    private static func combine(_ a: Tensor, _ b: Tensor, _ name: String, _ join: (Bool, Bool) -> Bool) -> Tensor {
        let shape = Broadcast(a.shape, b.shape, name, #fileID, #line).shape
        return .computed(shape, a.repeated(to: shape), b.repeated(to: shape)) { out, x, y in
            for i in 0..<shape.reduce(1, *) { out[i] = join(x[i], y[i]) }
        }
    }
}

extension Tensor where Scalar: DifferentiableScalar {
    /// 1 where the mask is true, 0 elsewhere.
    public init(mask: Tensor<Bool>) {
        self = .computed(mask.shape, mask) { out, x in for i in 0..<mask.count { out[i] = x[i] ? 1 : 0 } }
    }
}

/// `a` where the mask is true and `b` elsewhere; shapes broadcast.
///
/// Values that are not chosen do not count, and their gradient is 0. What *made* such a value is still differentiated: where a
/// slope there is infinite, 0 · ∞ gives NaN. So `where(x .> 0, x.log(), Tensor(0))` has a NaN gradient at `x = 0`, as in other
/// frameworks; choose before the function as well: `where(x .> 0, where(x .> 0, x, Tensor(1)).log(), Tensor(0))`. The same holds
/// for `squareRoot()`, and so for a norm `x.squared().sum().squareRoot()`, whose gradient at `x = 0` is NaN.
public func `where`<Scalar: DifferentiableScalar>(
    _ mask: Tensor<Bool>, _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, file: StaticString = #fileID, line: UInt = #line
) -> Tensor<Scalar> {
    let both = Broadcast(a.shape, b.shape, "where", file, line).shape
    let shape = Broadcast(mask.shape, both, "where", file, line).shape
    let full = mask.repeated(to: shape)
    let (aShape, bShape) = (a.shape, b.shape)
    return record(select(full, a.repeated(to: shape), b.repeated(to: shape)), from: a, b) { upstream, _ in
        `where`(full, upstream, Tensor(0)).summed(to: aShape)
    } _: { upstream, _ in
        `where`(full, Tensor(0), upstream).summed(to: bShape)
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func select<Scalar: TensorScalar>(
    _ mask: Tensor<Bool>, _ a: Tensor<Scalar>, _ b: Tensor<Scalar>
) -> Tensor<Scalar> {
    .computed(mask.shape, mask, a, b) { out, chosen, x, y in
        for i in 0..<mask.count { out[i] = chosen[i] ? x[i] : y[i] }
    }
}
