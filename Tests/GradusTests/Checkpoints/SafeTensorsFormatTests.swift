import Foundation
import Gradus
import GradusTraining
import Testing

/// The format as safetensors 0.8 reads it, and stricter where that keeps one of two things without a word.
@Suite struct SafeTensorsFormatTests {
    private func read(_ header: String, _ body: [UInt8]) throws -> SafeTensors {
        try withFile(header, body) { try SafeTensors(contentsOf: $0) }
    }

    private func withFile<Result>(_ header: String, _ body: [UInt8], _ read: (URL) throws -> Result) throws -> Result {
        let path = NSTemporaryDirectory() + "gradus-\(UUID().uuidString).safetensors"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
        try Data(length + Array(header.utf8) + body).write(to: URL(fileURLWithPath: path))
        return try read(URL(fileURLWithPath: path))
    }

    private static let entry = #""dtype":"F32","shape":[2],"data_offsets":[0,8]"#
    private let pair: [UInt8] = [0, 0, 128, 63, 0, 0, 0, 64]

    @Test(arguments: [
        #"{"a":{ENTRY}}"#, #" {"a":{ENTRY}}"#, "{\"a\":{ENTRY}} \n\t", #"{"__metadata__":null,"a":{ENTRY}}"#,
        #"{"a":{ENTRY},"__metadata__":{}}"#, #"{"a":{"x":[1,{"y":null}, -1.5e3, true],ENTRY}}"#, #"{"\u0061":{ENTRY}}"#,
        #"{"b":{"dtype":"F32","shape":[0,3],"data_offsets":[8,8]},"a":{ENTRY},"c":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#,
    ])
    func rightHeadersAreRead(_ header: String) throws {
        let file = try read(header.replacing("ENTRY", with: Self.entry), pair)
        #expect(file.tensors["a"] == Tensor([1, 2]) && file.leftOut.isEmpty && file.metadata.isEmpty)
    }

    @Test func textsAreOnlyUnderTheirOwnKey() throws {
        let file = try read(
            #"{"__metadata__":{"k":"v \" \\ \u00e9\ud83d\ude00\n"},"a":{ENTRY}}"#.replacing("ENTRY", with: Self.entry),
            pair)
        #expect(file.metadata == ["k": "v \" \\ é😀\n"])
        let wrong = #expect(throws: FileError.self) {
            try read(#"{"w":{"dtype":"F32","note":"x"},"a":{ENTRY}}"#.replacing("ENTRY", with: Self.entry), pair)
        }
        #expect(wrong.map { "\($0)".contains("does not say dtype, shape and data_offsets of \"w\"") } == true)
    }

    @Test(arguments: [
        (#"{"a":{ENTRY},"a":{ENTRY}}"#, "two tensors called \"a\""),
        (#"{"a":{ENTRY},"\u0061":{ENTRY}}"#, "two tensors called"),
        (#"{"__metadata__":{},"__metadata__":{},"a":{ENTRY}}"#, "__metadata__ twice"),
        (#"{"__metadata__":{"k":"1","k":"2"},"a":{ENTRY}}"#, "text \"k\" twice"),
        (#"{"__metadata__":{"k":1},"a":{ENTRY}}"#, "a text in quotes"),
        (#"{"__metadata__":[],"a":{ENTRY}}"#, "brace"), (#"{"a":{"dtype":"F32",ENTRY}}"#, "dtype of \"a\" twice"),
        (#"{"b":null,"a":{ENTRY}}"#, "brace"), (#"{"b":"x","a":{ENTRY}}"#, "brace"),
        (#"{"a":{ENTRY},}"#, "a text in quotes"),
        (#"{"a":{ENTRY}}x"#, "continues after"), ("{\"a\":{ENTRY}}\0", "continues after"),
        ("\u{FEFF}{\"a\":{ENTRY}}", "brace"), ("", "brace"),
        (#"{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#, "whole number"),
        (#"{"a":{"dtype":"F32","shape":[2e0],"data_offsets":[0,8]}}"#, "whole number"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[-0,8]}}"#, "whole number"),
        (#"{"a":{"dtype":"F32","shape":[02],"data_offsets":[0,8]}}"#, "whole number"),
        (#"{"a":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}"#, "whole number"),
        (#"{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,8]}}"#, "whole number"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}"#, "impossible place"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, "impossible place"),
        (#"{"\ud800":{ENTRY}}"#, "escape"), (#"{"\ud800\u0041":{ENTRY}}"#, "half a character"),
        (#"{"a\x":{ENTRY}}"#, "unknown escape"),
        ("{\"a\u{1}\":{ENTRY}}", "control character"), (#"{"a":{"x":01,ENTRY}}"#, "a value"),
        (#"{"a":{"x":1.,ENTRY}}"#, "a value"),
        (#"{"a":{"x":tru,ENTRY}}"#, "a value"),
        (#"{"a":{ENTRY"#, "closing brace"), (#"{"a"#, "ends within a text"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "begins at byte 4"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, "4 bytes after its last tensor"),
        (#"{"a":{ENTRY},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "overlaps another"),
        ("{}", "8 bytes after"),
    ])
    func wrongHeadersAreRefused(_ header: String, _ words: String) throws {
        let error = #expect(throws: FileError.self) {
            try read(header.replacing("ENTRY", with: Self.entry), pair)
        }
        #expect(error.map { "\($0)".contains(words) } == true, "\(String(describing: error))")
    }

    /// Shapes that hold nothing bind no memory, and would still make a program ask for any amount of it.
    @Test(arguments: [
        "[9223372036854775807,0]", "[0,9223372036854775807,2]", "[0,4294967296,4294967296]", "[1099511627776,0]",
        "[0,9223372036854775807]", "[" + Array(repeating: "0", count: 65).joined(separator: ",") + "]",
    ])
    func impossibleExtentsAreRefused(_ shape: String) {
        let error = #expect(throws: FileError.self) {
            try read(#"{"a":{"dtype":"F32","shape":SHAPE,"data_offsets":[0,0]}}"#.replacing("SHAPE", with: shape), [])
        }
        #expect(error.map { "\($0)".contains("impossible shape") } == true)
    }

    /// What is read can also be used.
    @Test func emptyTensorsCanBeUsed() throws {
        let file = try read(#"{"a":{"dtype":"F32","shape":[0,3,4],"data_offsets":[0,0]}}"#, [])
        let a = try #require(file.tensors["a"])
        #expect(a.transposed([2, 1, 0]).shape == [4, 3, 0] && a.sum().item == 0 && !a.description.isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func nestingIsBounded() {
        for depth in [101, 1_000_000] {
            let deep = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            let header = #"{"a":{"x":"# + deep + "," + Self.entry + "}}"
            #expect(throws: FileError.self) { try read(header, pair) }
        }
    }

    /// The values are those of NumPy and, for the numbers of 8 bits, of PyTorch 2.15.
    @Test(
        arguments: [
            ("U8", [250, 7], [250, 7]), ("I8", [251, 7], [-5, 7]), ("BOOL", [1, 0], [1, 0]),
            ("U16", [1, 0, 255, 255], [1, 65535]),
            ("I16", [212, 254, 7, 0], [-300, 7]), ("U32", [1, 0, 0, 0, 0, 0, 0, 255], [1, 4278190080]),
            ("I32", [255, 255, 255, 255, 0, 0, 0, 1], [-1, 16_777_216]),
            ("U64", [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128], [1, 0x1p63]),
            ("I64", [255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 128], [-1, -0x1p63]),
            ("F64", [0, 0, 0, 0, 0, 0, 248, 63], [1.5]), ("BF16", [192, 63], [1.5]), ("F16", [0, 0x3E], [1.5]),
            (
                "F8_E4M3", [0, 1, 7, 8, 0x38, 0x3C, 0x45, 0x77, 0x7E, 0x81, 0xB8, 0xC3, 0xFC, 0x7B, 0x7C],
                [
                    0, 0.001953125, 0.013671875, 0.015625, 1, 1.5, 3.25, 240, 448, -0.001953125, -1, -2.75, -384, 352,
                    384,
                ]
            ),
            (
                "F8_E5M2", [0, 1, 7, 8, 0x38, 0x3C, 0x45, 0x77, 0x81, 0xB8, 0xC3, 0xFC, 0x7B, 0x7C],
                [
                    0, 1.52587890625e-05, 0.0001068115234375, 0.0001220703125, 0.5, 1, 5, 28672, -1.52587890625e-05,
                    -0.5, -3.5,
                    -.infinity, 57344, .infinity,
                ]
            ),
        ] as [(String, [UInt8], [Float])])
    func everyTypeIsRead(_ type: String, _ bytes: [UInt8], _ values: [Float]) throws {
        let header = #"{"a":{"dtype":"TYPE","shape":[COUNT],"data_offsets":[0,END]}}"#.replacing("TYPE", with: type)
            .replacing("COUNT", with: "\(values.count)").replacing("END", with: "\(bytes.count)")
        #expect(try read(header, bytes).tensors["a"]?.scalars == values)
        let doubles = try withFile(header, bytes) { try SafeTensors.doubles(contentsOf: $0) }
        #expect(doubles["a"]?.scalars == values.map { Double($0) })
    }

    @Test(arguments: [("F8_E4M3", [0x7F, 0xFF]), ("F8_E5M2", [0x7D, 0x7F, 0xFF])] as [(String, [UInt8])])
    func eightBitNaNsAreNaN(_ type: String, _ bytes: [UInt8]) throws {
        let header = #"{"a":{"dtype":"TYPE","shape":[COUNT],"data_offsets":[0,COUNT]}}"#.replacing("TYPE", with: type)
            .replacing("COUNT", with: "\(bytes.count)")
        #expect(try read(header, bytes).tensors["a"]?.scalars.allSatisfy { $0.isNaN } == true)
    }

    private func integers(_ values: [Int64]) -> (header: String, bytes: [UInt8]) {
        let bytes = values.flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0) } }
        let entry = #""dtype":"I64","shape":[\#(values.count)],"data_offsets":[8,\#(8 + bytes.count)]"#
        return (#"{"a":{"# + Self.entry + #"},"i":{"# + entry + "}}", pair + bytes)
    }

    /// An integer is exact or is not there; the tensors beside it are.
    @Test func integersAreNeverRounded() throws {
        let (header, bytes) = integers([1, (1 << 24) + 1])
        let file = try read(header, bytes)
        #expect(file.tensors["a"] == Tensor([1, 2]) && file.tensors["i"] == nil)
        #expect(file.leftOut["i"]?.contains("holds 16777217, which no Float can represent") == true)
        let doubles = try withFile(header, bytes) { try SafeTensors.doubles(contentsOf: $0) }
        #expect(doubles["i"]?.scalars == [1, 16_777_217])
        let (huge, hugeBytes) = integers([.max, (1 << 53) + 1])
        #expect(try read(huge, hugeBytes).leftOut["i"]?.contains("9223372036854775807") == true)
        let error = #expect(throws: FileError.self) {
            try withFile(huge, hugeBytes) { try SafeTensors.doubles(contentsOf: $0) }
        }
        #expect(error.map { "\($0)".contains("no Double can represent") } == true)
    }

    /// Doubles are not rounded where they are asked for.
    @Test func doublesKeepTheirDigits() throws {
        let bytes = withUnsafeBytes(of: (0.1).bitPattern.littleEndian) { Array($0) }
        let header = #"{"a":{"dtype":"F64","shape":[],"data_offsets":[0,8]}}"#
        #expect(try read(header, bytes).tensors["a"]?.item == 0.1)
        #expect(try withFile(header, bytes) { try SafeTensors.doubles(contentsOf: $0) }["a"]?.item == 0.1)
    }

    /// A tensor of a newer type is refused when it is wanted, and stands in nobody's way.
    @Test(arguments: ["F4", "F8_E8M0", "C64", "Q4"]) func unknownTypesAreLeftOut(_ type: String) throws {
        let header =
            #"{"weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"bias":{"dtype":"TYPE","shape":[2],"data_offsets":[8,9]}}"#
            .replacing("TYPE", with: type)
        try withFile(header, pair + [0]) { url in
            let file = try SafeTensors(contentsOf: url)
            #expect(
                file.tensors.keys.sorted() == ["weight"]
                    && file.leftOut["bias"]?.contains("of type \(type); known are") == true)
            let matching = Dense(1, 2)
            #expect(try matching.loadMatching(from: url.path) == ["bias"])
            let error = #expect(throws: FileError.self) { try Dense(1, 2).load(from: url.path) }
            #expect(error?.description.contains("\"bias\" has elements of type \(type)") == true)
        }
    }

    /// Swift's strings are equal when only their Unicode forms differ; a tensor must not be lost by that.
    @Test func namesInTwoUnicodeFormsAreRefused() throws {
        let header = "{\"caf\u{E9}\":{ENTRY},\"cafe\u{301}\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}"
            .replacing("ENTRY", with: Self.entry)
        let error = #expect(throws: FileError.self) { try read(header, pair + [0, 0, 0, 0]) }
        #expect(error.map { "\($0)".contains("in two Unicode forms") } == true)
        let alone = try read("{\"cafe\u{301}\":{ENTRY}}".replacing("ENTRY", with: Self.entry), pair)
        #expect(alone.tensors.keys.first?.unicodeScalars.count == 5)
    }

    @Test func theFormatsOwnNameIsNotWritten() {
        let file = SafeTensors(tensors: ["__metadata__": Tensor([1])])
        #expect(throws: FileError.self) {
            try file.write(to: URL(fileURLWithPath: NSTemporaryDirectory() + "x.safetensors"))
        }
    }
}
