/// Arithmetic on indices and labels, with NumPy's broadcasting. A result that leaves the range of `Int32` ends the program.
extension Tensor where Scalar == Int32 {
    /// The sum, element by element.
    public static func + (a: Tensor, b: Tensor) -> Tensor { combine(a, b, "+") { $0.addingReportingOverflow($1) } }
    /// The difference, element by element.
    public static func - (a: Tensor, b: Tensor) -> Tensor { combine(a, b, "-") { $0.subtractingReportingOverflow($1) } }
    /// The product, element by element.
    public static func * (a: Tensor, b: Tensor) -> Tensor {
        combine(a, b, "*") { $0.multipliedReportingOverflow(by: $1) }
    }

    /// A number added to each element.
    public static func + (a: Tensor, b: Int32) -> Tensor { a + Tensor(b) }
    /// A number subtracted from each element.
    public static func - (a: Tensor, b: Int32) -> Tensor { a - Tensor(b) }
    /// Each element multiplied by a number.
    public static func * (a: Tensor, b: Int32) -> Tensor { a * Tensor(b) }

    /// The distinct elements in ascending order, `[U]`, and for each element of this tensor which of them it is, so that
    /// `values.gathering(places)` is this tensor.
    public func distinct() -> (values: Tensor, places: Tensor) {
        let values = Set(scalars).sorted()
        let place = Dictionary(uniqueKeysWithValues: zip(values, Int32(0)...))
        return (Tensor(values), Tensor(scalars.map { place[$0]! }, shape: shape))
    }

    private static func combine(
        _ a: Tensor, _ b: Tensor, _ name: String,
        _ operation: (Int32, Int32) -> (partialValue: Int32, overflow: Bool)
    ) -> Tensor {
        let site = CallSite.current
        let (file, line) = (site?.file ?? #fileID, site?.line ?? #line)
        let shape = Broadcast(a.shape, b.shape, name, file, line).shape
        return .computed(shape, a.repeated(to: shape), b.repeated(to: shape)) { out, x, y in
            for i in 0..<shape.reduce(1, *) {
                let (value, overflow) = operation(x[i], y[i])
                check(!overflow, "\(name): \(x[i]) and \(y[i]) leave the range of Int32", file, line)
                out[i] = value
            }
        }
    }
}
