import CKernels
import GradusBLAS

/// An element type that a tensor can hold: `Float`, `Double`, `Int32`, `UInt8`, `Bool`.
public protocol TensorScalar: Sendable, BitwiseCopyable, Equatable {
    /// What kernels call this type.
    static var elementType: gradus_element { get }
    /// How one element is printed inside a tensor.
    static func printed(_ values: [Self]) -> [String]
}

/// An element type with arithmetic and order: `Float`, `Double`, `Int32`, `UInt8`.
public protocol NumericScalar: TensorScalar, Numeric, Comparable {
    /// The nearest value, clamped to the range of this type; fractions are cut off for integers.
    init(clamping value: Double)
    /// The value as a `Double`.
    var asDouble: Double { get }
}

/// An element type that gradients flow through: `Float` or `Double`.
public protocol DifferentiableScalar: NumericScalar, BLASScalar {
    /// The vector kernels of this type for the processor's instruction set.
    static var kernels: UnsafePointer<gradus_kernels> { get }
}

extension Float: DifferentiableScalar {
    /// The type as the kernels know it.
    public static var elementType: gradus_element { GRADUS_FLOAT }
    /// The table of kernels for this type.
    public static var kernels: UnsafePointer<gradus_kernels> { gradus_f32() }
    /// The nearest representable value; NaN becomes 0.
    public init(clamping value: Double) { self = Float(value) }
    /// The value as a `Double`.
    public var asDouble: Double { Double(self) }
    /// The text of each element.
    public static func printed(_ values: [Float]) -> [String] { printedDecimals(values) }
}

extension Double: DifferentiableScalar {
    /// The type as the kernels know it.
    public static var elementType: gradus_element { GRADUS_DOUBLE }
    /// The table of kernels for this type.
    public static var kernels: UnsafePointer<gradus_kernels> { gradus_f64() }
    /// The nearest representable value; NaN becomes 0.
    public init(clamping value: Double) { self = value }
    /// The value as a `Double`.
    public var asDouble: Double { self }
    /// The text of each element.
    public static func printed(_ values: [Double]) -> [String] { printedDecimals(values) }
}

extension Int32: NumericScalar {
    /// The type as the kernels know it.
    public static var elementType: gradus_element { GRADUS_INT32 }
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
    public static var elementType: gradus_element { GRADUS_UINT8 }
    /// The nearest representable value; NaN becomes 0.
    public init(clamping value: Double) { self = value.isNaN ? 0 : UInt8(Swift.max(0, Swift.min(255, value))) }
    /// The value as a `Double`.
    public var asDouble: Double { Double(self) }
    /// The text of each element.
    public static func printed(_ values: [UInt8]) -> [String] { values.map { String($0) } }
}

extension Bool: TensorScalar {
    /// The type as the kernels know it.
    public static var elementType: gradus_element { GRADUS_BOOL }
    /// The text of each element.
    public static func printed(_ values: [Bool]) -> [String] { values.map { $0 ? "true" : "false" } }
}
