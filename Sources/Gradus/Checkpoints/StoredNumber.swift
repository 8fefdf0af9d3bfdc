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
    case uint8 = "U8"
    case bool = "BOOL"

    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// Bytes of one element.
    package var size: Int {
        switch self {
        case .double, .int64: 8
        case .float, .int32: 4
        case .half, .brain, .int16: 2
        case .int8, .uint8, .bool: 1
        }
    }

    /// Writes `count` elements as `Float`; they are `stride` elements apart.
    package func convert(
        _ bytes: UnsafeRawBufferPointer, into out: UnsafeMutablePointer<Float>, _ count: Int, stride: Int = 1
    ) {
        func each<Bits>(_ type: Bits.Type, _ value: (Bits) -> Float) {
            let step = stride * size
            for i in 0..<count { out[i] = value(bytes.loadUnaligned(fromByteOffset: i * step, as: type)) }
        }
        switch self {
        case .float: each(UInt32.self) { Float(bitPattern: UInt32(littleEndian: $0)) }
        case .double: each(UInt64.self) { Float(Double(bitPattern: UInt64(littleEndian: $0))) }
        case .half: each(UInt16.self) { floatOfHalf(UInt16(littleEndian: $0)) }
        case .brain: each(UInt16.self) { Float(bitPattern: UInt32(UInt16(littleEndian: $0)) << 16) }
        case .int64: each(Int64.self) { Float(Int64(littleEndian: $0)) }
        case .int32: each(Int32.self) { Float(Int32(littleEndian: $0)) }
        case .int16: each(Int16.self) { Float(Int16(littleEndian: $0)) }
        case .int8: each(Int8.self) { Float($0) }
        case .uint8: each(UInt8.self) { Float($0) }
        case .bool: each(UInt8.self) { $0 == 0 ? 0 : 1 }
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
