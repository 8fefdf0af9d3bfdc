import CKernels
import Synchronization

/// Arithmetic on indices and labels, with NumPy's broadcasting. Overflow of `Int32` ends the program.
extension Tensor where Scalar == Int32 {
    /// The sum, element by element.
    public static func + (a: Tensor, b: Tensor) -> Tensor { combine(a, b, "+", GRADUS_ADD) }
    /// The difference, element by element.
    public static func - (a: Tensor, b: Tensor) -> Tensor { combine(a, b, "-", GRADUS_SUBTRACT) }
    /// The product, element by element.
    public static func * (a: Tensor, b: Tensor) -> Tensor { combine(a, b, "*", GRADUS_MULTIPLY) }

    /// A number added to each element.
    public static func + (a: Tensor, b: Int32) -> Tensor { a + Tensor(b) }
    /// A number subtracted from each element.
    public static func - (a: Tensor, b: Int32) -> Tensor { a - Tensor(b) }
    /// Each element multiplied by a number.
    public static func * (a: Tensor, b: Int32) -> Tensor { a * Tensor(b) }

    /// The distinct elements in ascending order, `[U]`, and for each element of this tensor its index among them, so
    /// that `values.gathering(positions)` is this tensor.
    public func unique() -> (values: Tensor, positions: Tensor) {
        let values = Set(scalars).sorted()
        let position = Dictionary(uniqueKeysWithValues: zip(values, Int32(0)...))
        return (Tensor(values), Tensor(scalars.map { position[$0]! }, shape: shape))
    }

    private static func combine(_ a: Tensor, _ b: Tensor, _ name: String, _ operation: gradus_binary) -> Tensor {
        let broadcast = Broadcast(a.shape, b.shape, name)
        let overflows = Atomic(false)
        let value = Tensor.computed(broadcast.shape, a, b) { out, x, y in
            let kernel = gradus_bytes().pointee.integer_binary
            nonisolated(unsafe) let (out, x, y) = (out, x, y)
            Kernels.forEachPart(of: broadcast) { start, atA, atB, rank, shape, aStrides, bStrides in
                if kernel(operation, out + start, x + atA, y + atB, rank, shape, aStrides, bStrides) != 0 {
                    overflows.store(true, ordering: .relaxed)
                }
            }
        }
        if overflows.load(ordering: .relaxed) { stopForOverflow(a, b, value, name, operation) }
        return value
    }

    /// Reports the first pair whose result overflows.
    private static func stopForOverflow(
        _ a: Tensor, _ b: Tensor, _ value: Tensor, _ name: String, _ operation: gradus_binary
    ) -> Never {
        let (x, y) = (a.repeated(to: value.shape).scalars, b.repeated(to: value.shape).scalars)
        let exact: (Int, Int) -> Int =
            operation == GRADUS_ADD ? { $0 + $1 } : operation == GRADUS_SUBTRACT ? { $0 - $1 } : { $0 * $1 }
        let position = x.indices.first { Int32(exactly: exact(Int(x[$0]), Int(y[$0]))) == nil }!
        stop("\(name): the result for \(x[position]) and \(y[position]) overflows Int32")
    }
}
