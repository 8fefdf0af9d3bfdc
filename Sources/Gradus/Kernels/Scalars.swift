import CKernels
import GradusBLAS

/// An element type that a tensor can hold: `Float`, `Double`, `Int32`, `UInt8`, `Bool`.
public protocol TensorScalar: Sendable, BitwiseCopyable, Equatable {
    /// The type as the kernels know it.
    static var elementType: ElementType { get }
    /// The text of each element of a tensor.
    static func printed(_ values: [Self]) -> [String]
}

/// An element type with arithmetic and order: `Float`, `Double`, `Int32`, `UInt8`.
public protocol NumericScalar: TensorScalar, Numeric, Comparable {
    /// The nearest value, clamped to the range of this type; conversion to integers truncates.
    init(clamping value: Double)
    /// The value as a `Double`.
    var asDouble: Double { get }
}

/// An element type that can be differentiated: `Float` or `Double`.
public protocol DifferentiableScalar: NumericScalar, BLASScalar {
    /// The kernels of this type for the instruction set in use.
    static var kernels: KernelTable { get }
}

/// The identity of an element type for the library's kernels.
public struct ElementType: Sendable {
    let kernelType: gradus_element
}

/// The kernels of one element type for one instruction set.
public struct KernelTable: @unchecked Sendable {
    /// A table of constants, which lives as long as the program.
    private let table: UnsafePointer<gradus_kernels>

    init(_ table: UnsafePointer<gradus_kernels>) { self.table = table }

    var pointee: gradus_kernels {
        @inline(__always) _read { yield table.pointee }
    }
}

extension Float: DifferentiableScalar {
    /// The type as the kernels know it.
    public static var elementType: ElementType { ElementType(kernelType: GRADUS_FLOAT) }
    /// The table of kernels for this type.
    public static var kernels: KernelTable { KernelTable(gradus_f32()) }
    /// The nearest representable value; NaN becomes 0.
    public init(clamping value: Double) { self = Float(value) }
    /// The value as a `Double`.
    public var asDouble: Double { Double(self) }
    /// The text of each element.
    public static func printed(_ values: [Float]) -> [String] { printedDecimals(values) }
}

extension Double: DifferentiableScalar {
    /// The type as the kernels know it.
    public static var elementType: ElementType { ElementType(kernelType: GRADUS_DOUBLE) }
    /// The table of kernels for this type.
    public static var kernels: KernelTable { KernelTable(gradus_f64()) }
    /// The nearest representable value; NaN becomes 0.
    public init(clamping value: Double) { self = value }
    /// The value as a `Double`.
    public var asDouble: Double { self }
    /// The text of each element.
    public static func printed(_ values: [Double]) -> [String] { printedDecimals(values) }
}

extension Int32: NumericScalar {
    /// The type as the kernels know it.
    public static var elementType: ElementType { ElementType(kernelType: GRADUS_INT32) }
    /// The nearest representable value; NaN becomes 0.
    public init(clamping value: Double) {
        self = value.isNaN ? 0 : Int32(Swift.max(Double(Int32.min), Swift.min(Double(Int32.max), value)))
    }
    /// The value as a `Double`.
    public var asDouble: Double { Double(self) }
    /// The text of each element.
    public static func printed(_ values: [Int32]) -> [String] { values.map(String.init) }
}

extension UInt8: NumericScalar {
    /// The type as the kernels know it.
    public static var elementType: ElementType { ElementType(kernelType: GRADUS_UINT8) }
    /// The nearest representable value; NaN becomes 0.
    public init(clamping value: Double) { self = value.isNaN ? 0 : UInt8(Swift.max(0, Swift.min(255, value))) }
    /// The value as a `Double`.
    public var asDouble: Double { Double(self) }
    /// The text of each element.
    public static func printed(_ values: [UInt8]) -> [String] { values.map { String($0) } }
}

extension Bool: TensorScalar {
    /// The type as the kernels know it.
    public static var elementType: ElementType { ElementType(kernelType: GRADUS_BOOL) }
    /// The text of each element.
    public static func printed(_ values: [Bool]) -> [String] { values.map { $0 ? "true" : "false" } }
}
