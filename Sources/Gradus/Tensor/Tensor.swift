/// An n-dimensional array of numbers: a value, row-major and contiguous.
///
/// Assigning a tensor copies nothing; memory is shared until one owner writes (copy on write). Reshaping and slicing
/// the leading axis share memory as well. `Tensor<Float>` and `Tensor<Double>` are differentiable; `Tensor<Int32>`,
/// `Tensor<UInt8>` and `Tensor<Bool>` hold labels, pixels and masks.
///
/// A tensor may be sent to any task: its memory does not change while it is shared. A tensor recorded inside a call of
/// `valueWithGradient` has a history, but only that call modifies it, on the task that runs the call; in a call on any
/// other task the tensor is a constant.
public struct Tensor<Scalar: TensorScalar>: Sendable {
    /// The length of each axis; `[]` for a scalar.
    public let shape: [Int]
    /// The number of elements: the product of `shape`.
    public let count: Int
    var storage: Storage<Scalar>
    var offset: Int
    /// The operation that made this tensor, if any of its inputs is differentiable.
    var origin: GraphEdge<Scalar>?

    /// The number of axes.
    public var rank: Int { shape.count }

    init(shape: [Int], storage: Storage<Scalar>, offset: Int = 0, origin: GraphEdge<Scalar>? = nil) {
        self.shape = shape
        count = shape.reduce(1, *)
        self.storage = storage
        self.offset = offset
        self.origin = origin
    }

    /// A tensor with the given shape and elements in row-major order.
    ///
    /// - Traps: when the number of elements is not the product of the shape.
    public init(_ elements: [Scalar], shape: [Int]) {
        checkShape(shape)
        check(
            elements.count == shape.reduce(1, *),
            "Tensor: shape \(shape) holds \(shape.reduce(1, *)) elements, got \(elements.count)")
        self = Tensor.computed(shape) { out in
            elements.withUnsafeBufferPointer {
                if let base = $0.baseAddress { out.update(from: base, count: $0.count) }
            }
        }
    }

    /// A vector, `[elements.count]`.
    public init(_ elements: [Scalar]) { self.init(elements, shape: [elements.count]) }

    /// A scalar: a tensor of rank 0.
    public init(_ value: Scalar) { self.init([value], shape: []) }

    /// A matrix from rows of equal length.
    ///
    /// - Traps: when the rows differ in length.
    @_disfavoredOverload  // so that `[]` is a vector without elements
    public init(_ rows: [[Scalar]]) {
        let columns = rows.first?.count ?? 0
        check(rows.allSatisfy { $0.count == columns }, "Tensor: rows differ in length")
        self.init(rows.flatMap { $0 }, shape: [rows.count, columns])
    }

    /// A tensor filled with one value.
    public init(repeating value: Scalar, shape: [Int]) {
        checkShape(shape)
        let count = shape.reduce(1, *)
        self = Tensor.computed(shape) { fill($0, value, count) }
    }

    /// The elements in row-major order.
    public var scalars: [Scalar] {
        requireData("scalars")
        return withExtendedLifetime(storage) { Array(UnsafeBufferPointer(start: pointer, count: count)) }
    }

    /// The element of a tensor with exactly one element.
    ///
    /// - Traps: when the tensor has another number of elements.
    public var item: Scalar {
        check(count == 1, "item: expected a tensor of one element, got shape \(shape)")
        requireData("item")
        return withExtendedLifetime(storage) { pointer[0] }
    }

    /// Calls `body` with the elements in row-major order, without a copy.
    public func withUnsafeElements<R>(_ body: (UnsafeBufferPointer<Scalar>) throws -> R) rethrows -> R {
        requireData("withUnsafeElements")
        return try withExtendedLifetime(storage) {
            try body(UnsafeBufferPointer(start: pointer, count: count))
        }
    }

    /// Calls `body` with the elements for writing; shared memory is copied first.
    ///
    /// The result is a plain value without history.
    public mutating func withUnsafeMutableElements<R>(
        _ body: (UnsafeMutableBufferPointer<Scalar>) throws -> R
    ) rethrows -> R {
        requireData("withUnsafeMutableElements")
        origin = nil
        if !isKnownUniquelyReferenced(&storage) {
            self = Tensor.computed(shape, self) { [count] out, source in out.update(from: source, count: count) }
        }
        storage.forgetPackedForms()
        return try withExtendedLifetime(storage) {
            try body(UnsafeMutableBufferPointer(start: storage.base + offset, count: count))
        }
    }

    /// The address of the first element; valid as long as `storage` exists.
    var pointer: UnsafePointer<Scalar> { UnsafePointer(storage.base + offset) }

    var isAbstract: Bool { storage.trace != nil }

    private func requireData(_ operation: String) {
        check(
            !isAbstract, "\(operation): a summary computes shapes only, but this model reads the values of its tensors")
    }
}

func checkShape(_ shape: [Int]) {
    check(shape.allSatisfy { $0 >= 0 }, "Tensor: the lengths of a shape must not be negative, got \(shape)")
    check(isRepresentable(shape), "Tensor: a tensor of shape \(shape) does not fit in memory")
}

/// Whether the sizes and strides of a shape can be computed without overflow, even if another axis has length 0.
func isRepresentable(_ shape: [Int]) -> Bool {
    // In bytes, and doubled, for elements of 8 bytes.
    var size = 16
    for length in shape {
        let (product, overflows) = size.multipliedReportingOverflow(by: max(1, length))
        if overflows || length < 0 { return false }
        size = product
    }
    return true
}

extension Tensor: Equatable {
    /// Whether both tensors have the same shape and equal elements.
    public static func == (a: Tensor, b: Tensor) -> Bool {
        guard a.shape == b.shape else { return false }
        return a.withUnsafeElements { x in
            b.withUnsafeElements { y in
                guard let x = x.baseAddress, let y = y.baseAddress else { return true }
                return Kernels.areEqual(x, y, a.count)
            }
        }
    }
}
