/// The element types that files of weights hold, by their names in safetensors; little-endian.
package enum StoredNumber: String, CaseIterable, Sendable {
    case float = "F32"
    case double = "F64"
    case half = "F16"
    case brain = "BF16"
    case int64 = "I64"
    case int32 = "I32"
    case int16 = "I16"
    case int8 = "I8"
    case uint64 = "U64"
    case uint32 = "U32"
    case uint16 = "U16"
    case uint8 = "U8"
    case bool = "BOOL"
    /// Four bits of exponent, three of fraction, no infinities (Micikevicius et al. 2022).
    case float8e4m3 = "F8_E4M3"
    /// Five bits of exponent, two of fraction, as the upper half of a half-precision number.
    case float8e5m2 = "F8_E5M2"

    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// Bytes of one element.
    package var size: Int {
        switch self {
        case .double, .int64, .uint64: 8
        case .float, .int32, .uint32: 4
        case .half, .brain, .int16, .uint16: 2
        case .int8, .uint8, .bool, .float8e4m3, .float8e5m2: 1
        }
    }

    /// Writes `count` elements as `Float`; they are `stride` elements apart.
    ///
    /// - Returns: the first integer that a `Float` cannot hold, as text; nil when there is none. Real numbers are rounded.
    package func convert(
        _ bytes: UnsafeRawBufferPointer, into out: UnsafeMutablePointer<Float>, _ count: Int, stride: Int = 1
    ) -> String? {
        convertNumbers(bytes, into: out, count, stride) {
            Float(bitPattern: $0)
        } double: {
            Float($0)
        }
    }

    /// Writes `count` elements as `Double`.
    ///
    /// - Returns: the first integer that a `Double` cannot hold, as text; nil when there is none.
    func convert(_ bytes: UnsafeRawBufferPointer, into out: UnsafeMutablePointer<Double>, _ count: Int) -> String? {
        convertNumbers(bytes, into: out, count, 1) {
            Double(Float(bitPattern: $0))
        } double: {
            $0
        }
    }

    @inline(__always)
    private func convertNumbers<Number: BinaryFloatingPoint>(
        _ bytes: UnsafeRawBufferPointer, into out: UnsafeMutablePointer<Number>, _ count: Int, _ stride: Int,
        float: (UInt32) -> Number, double: (Double) -> Number
    ) -> String? {
        let step = stride * size
        func each<Bits>(_ type: Bits.Type, _ value: (Bits) -> Number) -> String? {
            for i in 0..<count { out[i] = value(bytes.loadUnaligned(fromByteOffset: i * step, as: type)) }
            return nil
        }
        func integers<Bits: FixedWidthInteger>(_ type: Bits.Type) -> String? {
            for i in 0..<count {
                let integer = Bits(littleEndian: bytes.loadUnaligned(fromByteOffset: i * step, as: type))
                out[i] = Number(integer)
                if Bits(exactly: out[i]) != integer { return "\(integer)" }
            }
            return nil
        }
        switch self {
        case .float: return each(UInt32.self) { float(UInt32(littleEndian: $0)) }
        case .double: return each(UInt64.self) { double(Double(bitPattern: UInt64(littleEndian: $0))) }
        case .half: return each(UInt16.self) { Number(floatOfHalf(UInt16(littleEndian: $0))) }
        case .brain: return each(UInt16.self) { float(UInt32(UInt16(littleEndian: $0)) << 16) }
        case .int64: return integers(Int64.self)
        case .int32: return integers(Int32.self)
        case .int16: return each(Int16.self) { Number(Int16(littleEndian: $0)) }
        case .int8: return each(Int8.self) { Number($0) }
        case .uint64: return integers(UInt64.self)
        case .uint32: return integers(UInt32.self)
        case .uint16: return each(UInt16.self) { Number(UInt16(littleEndian: $0)) }
        case .uint8: return each(UInt8.self) { Number($0) }
        case .bool: return each(UInt8.self) { $0 == 0 ? 0 : 1 }
        case .float8e4m3: return each(UInt8.self) { Number(floatOfE4M3($0)) }
        case .float8e5m2: return each(UInt8.self) { Number(floatOfHalf(UInt16($0) << 8)) }
        }
    }
}

/// The value of an IEEE half-precision number.
private func floatOfHalf(_ bits: UInt16) -> Float {
    let sign: Float = bits >> 15 == 1 ? -1 : 1
    let (exponent, fraction) = (Int(bits >> 10 & 31), Float(bits & 1023))
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default: return sign * (1 + fraction / 1024) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
    }
}

/// The value of an 8-bit number with four bits of exponent.
private func floatOfE4M3(_ bits: UInt8) -> Float {
    let sign: Float = bits >> 7 == 1 ? -1 : 1
    let (exponent, fraction) = (Int(bits >> 3 & 15), Float(bits & 7))
    switch exponent {
    case 0: return sign * fraction * 0x1p-9
    case 15 where fraction == 7: return .nan
    default: return sign * (1 + fraction / 8) * Float(sign: .plus, exponent: exponent - 7, significand: 1)
    }
}
