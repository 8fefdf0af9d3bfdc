import CKernels

infix operator .== : ComparisonPrecedence
infix operator .!= : ComparisonPrecedence
infix operator .< : ComparisonPrecedence
infix operator .<= : ComparisonPrecedence
infix operator .> : ComparisonPrecedence
infix operator .>= : ComparisonPrecedence

/// Element-wise comparisons with broadcasting; the result is a mask.
extension Tensor where Scalar: NumericScalar {
    /// Where the elements are equal.
    public static func .== (a: Tensor, b: Tensor) -> Tensor<Bool> { compare(a, b, ".==", GRADUS_EQUAL) }
    /// Where the elements differ.
    public static func .!= (a: Tensor, b: Tensor) -> Tensor<Bool> { compare(a, b, ".!=", GRADUS_UNEQUAL) }
    /// Where the first is smaller.
    public static func .< (a: Tensor, b: Tensor) -> Tensor<Bool> { compare(a, b, ".<", GRADUS_LESS) }
    /// Where the first is not larger.
    public static func .<= (a: Tensor, b: Tensor) -> Tensor<Bool> { compare(a, b, ".<=", GRADUS_LESS_EQUAL) }
    /// Where the first is larger.
    public static func .> (a: Tensor, b: Tensor) -> Tensor<Bool> { compare(a, b, ".>", GRADUS_GREATER) }
    /// Where the first is not smaller.
    public static func .>= (a: Tensor, b: Tensor) -> Tensor<Bool> { compare(a, b, ".>=", GRADUS_GREATER_EQUAL) }

    /// Where the elements equal a number.
    public static func .== (a: Tensor, b: Scalar) -> Tensor<Bool> { compare(a, b, GRADUS_EQUAL) }
    /// Where the elements differ from a number.
    public static func .!= (a: Tensor, b: Scalar) -> Tensor<Bool> { compare(a, b, GRADUS_UNEQUAL) }
    /// Where the elements are below a number.
    public static func .< (a: Tensor, b: Scalar) -> Tensor<Bool> { compare(a, b, GRADUS_LESS) }
    /// Where the elements are at most a number.
    public static func .<= (a: Tensor, b: Scalar) -> Tensor<Bool> { compare(a, b, GRADUS_LESS_EQUAL) }
    /// Where the elements are above a number.
    public static func .> (a: Tensor, b: Scalar) -> Tensor<Bool> { compare(a, b, GRADUS_GREATER) }
    /// Where the elements are at least a number.
    public static func .>= (a: Tensor, b: Scalar) -> Tensor<Bool> { compare(a, b, GRADUS_GREATER_EQUAL) }
}

@specialized(where Scalar == Float)
private func compare<Scalar: TensorScalar>(
    _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, _ name: String, _ operation: gradus_comparison
) -> Tensor<Bool> {
    let broadcast = Broadcast(a.shape, b.shape, name)
    return .computed(broadcast.shape, a, b) { out, x, y in Kernels.compare(operation, out, x, y, broadcast) }
}

@specialized(where Scalar == Float)
private func compare<Scalar: TensorScalar>(
    _ a: Tensor<Scalar>, _ number: Scalar, _ operation: gradus_comparison
) -> Tensor<Bool> {
    .computed(a.shape, a) { out, x in
        withUnsafePointer(to: number) { Kernels.compare(operation, out, x, $0, Broadcast(withNumber: a.shape)) }
    }
}

/// Boolean logic on masks.
extension Tensor where Scalar == Bool {
    /// Where the mask is false.
    public static prefix func ! (mask: Tensor) -> Tensor { compare(mask, false, GRADUS_EQUAL) }

    /// Where both masks are true; shapes broadcast.
    public static func && (a: Tensor, b: Tensor) -> Tensor { compare(a, b, "&&", GRADUS_AND) }

    /// Where at least one mask is true; shapes broadcast.
    public static func || (a: Tensor, b: Tensor) -> Tensor { compare(a, b, "||", GRADUS_OR) }

    /// The number of true elements.
    public var trueCount: Int {
        withUnsafeElements { mask in
            let kernel = gradus_bytes().pointee.count_true
            guard let base = UnsafeRawPointer(mask.baseAddress)?.assumingMemoryBound(to: UInt8.self) else { return 0 }
            nonisolated(unsafe) let bytes = base
            return Kernels.sumOverRanges(count, grain: 1 << 18) { kernel(bytes + $0, $1) }
        }
    }
}

extension Tensor where Scalar: DifferentiableScalar {
    /// 1 where the mask is true, 0 elsewhere.
    public init(mask: Tensor<Bool>) {
        self = .computed(mask.shape, mask) { out, x in Kernels.convert(out, x, mask.count) }
    }
}

/// `a` where the mask is true and `b` elsewhere; shapes broadcast.
///
/// Unselected values do not affect the result, and their gradient is 0. The operation that *computed* such a value is
/// still differentiated: if its derivative is infinite, 0 · ∞ gives NaN. So `where(x .> 0, x.log(), Tensor(0))` has a NaN
/// gradient at `x = 0`, as in other frameworks; select before the function as well:
/// `where(x .> 0, where(x .> 0, x, Tensor(1)).log(), Tensor(0))`. The same applies to `squareRoot()`, and thus to a norm
/// `x.squared().sum().squareRoot()`, whose gradient at `x = 0` is NaN.
public func `where`<Scalar: DifferentiableScalar>(
    _ mask: Tensor<Bool>, _ a: Tensor<Scalar>, _ b: Tensor<Scalar>
) -> Tensor<Scalar> {
    let both = Broadcast(a.shape, b.shape, "where").shape
    let shape = Broadcast(mask.shape, both, "where").shape
    let (aShape, bShape) = (a.shape, b.shape)
    let value = Tensor<Scalar>.computed(shape, mask, a, b) { out, chosen, x, y in
        Kernels.choose(out, chosen, x, y, StridedLoop(shape, repeating: mask.shape, aShape, bShape))
    }
    return record(value, from: a, b) { upstream, _ in
        `where`(mask, upstream, Tensor(0)).summed(to: aShape)
    } _: { upstream, _ in
        `where`(mask, Tensor(0), upstream).summed(to: bShape)
    }
}
