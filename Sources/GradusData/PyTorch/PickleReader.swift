import Foundation
import Gradus

/// Builds tensors and plain values by the instructions of a pickle; other objects are kept as names, and nothing is ever
/// executed.
///
/// Memory is proportional to the bytes read, never to a number in them.
struct PickleReader {
    let data: Data
    let file: String
    /// What errors call the pickle.
    let part: String
    /// The offset of the next instruction in `data`.
    private(set) var position: Int
    var objects = PickleObjects()
    private var stack: [PickleValue] = []
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]
    /// The dictionaries made from lists of pairs.
    var dictionaryOfList: [Int: Int] = [:]
    /// The start of the current instruction.
    private var start = 0

    init(_ data: Data, from position: Int = 0, file: String, part: String) {
        (self.data, self.position, self.file, self.part) = (data, position, file, part)
    }

    /// The value of the pickle that begins at ``position``, which is then moved to its end.
    mutating func next() throws -> PickleValue {
        (stack, marks, memo) = ([], [], [:])
        while true {
            start = position
            let code = try byte()
            if code == UInt8(ascii: ".") {
                guard marks.isEmpty, stack.count == 1 else {
                    throw failure("ends with \(stack.count) values instead of one")
                }
                return stack[0]
            }
            try run(code)
        }
    }

    private mutating func run(_ code: UInt8) throws {
        switch code {
        case 0x80:
            let version = try byte()
            guard version <= 5 else { throw failure("is a pickle of protocol \(version), known are those up to 5") }
        case 0x95: _ = try take(8)
        case UInt8(ascii: "N"): stack.append(.none)
        case 0x88: stack.append(.bool(true))
        case 0x89: stack.append(.bool(false))
        case UInt8(ascii: "K"): stack.append(.integer(Int(try byte())))
        case UInt8(ascii: "M"): stack.append(.integer(try number(2)))
        case UInt8(ascii: "J"): stack.append(.integer(Int(Int32(truncatingIfNeeded: try number(4)))))
        case 0x8A: stack.append(try longInteger(Int(byte())))
        case 0x8B: stack.append(try longInteger(number(4)))
        case UInt8(ascii: "G"): stack.append(.real(try bigEndianDouble()))
        case UInt8(ascii: "X"), UInt8(ascii: "T"): stack.append(.text(try text(number(4))))
        case 0x8C, UInt8(ascii: "U"): stack.append(.text(try text(Int(byte()))))
        case 0x8D: stack.append(.text(try text(number(8))))
        case UInt8(ascii: "B"): try skip(number(4))
        case UInt8(ascii: "C"): try skip(Int(byte()))
        case 0x8E, 0x96: try skip(number(8))
        case UInt8(ascii: "I"), UInt8(ascii: "L"), UInt8(ascii: "F"), UInt8(ascii: "S"), UInt8(ascii: "V"):
            stack.append(try written(code))
        case UInt8(ascii: "]"): push(list: [])
        case UInt8(ascii: "l"): push(list: try popToMark())
        case UInt8(ascii: ")"): push(tuple: [])
        case UInt8(ascii: "}"): pushDictionary()
        case UInt8(ascii: "d"):
            let items = try popToMark()
            pushDictionary()
            try setItems(items)
        case 0x8F: push(opaque("a set"))
        case 0x91:
            _ = try popToMark()
            push(opaque("a frozen set"))
        case UInt8(ascii: "("): marks.append(stack.count)
        case UInt8(ascii: "t"): push(tuple: try popToMark())
        case 0x85: push(tuple: try pop(1))
        case 0x86: push(tuple: try pop(2))
        case 0x87: push(tuple: try pop(3))
        case UInt8(ascii: "a"): try append(pop(1))
        case UInt8(ascii: "e"), 0x90: try append(popToMark())
        case UInt8(ascii: "s"): try setItems(pop(2))
        case UInt8(ascii: "u"): try setItems(popToMark())
        case UInt8(ascii: "0"): if marks.last == stack.count { marks.removeLast() } else { _ = try pop(1) }
        case UInt8(ascii: "1"): _ = try popToMark()
        case UInt8(ascii: "2"): stack.append(try top())
        case UInt8(ascii: "q"): memo[Int(try byte())] = try top()
        case UInt8(ascii: "r"): memo[try number(4)] = try top()
        case UInt8(ascii: "p"): memo[try memoKey()] = try top()
        case 0x94: memo[memo.count] = try top()
        case UInt8(ascii: "h"): try recall(Int(byte()))
        case UInt8(ascii: "j"): try recall(number(4))
        case UInt8(ascii: "g"): try recall(memoKey())
        default: try runCall(code)
        }
    }

    /// The instructions that would call something.
    private mutating func runCall(_ code: UInt8) throws {
        switch code {
        case UInt8(ascii: "c"): try pushGlobal(module: line(), name: line())
        case 0x93:
            let names = try pop(2)
            guard let module = names[0].text, let name = names[1].text else {
                throw failure("names a global by no text")
            }
            pushGlobal(module: module, name: name)
        case 0x82: push(opaque("extension \(try number(1))"))
        case 0x83: push(opaque("extension \(try number(2))"))
        case 0x84: push(opaque("extension \(try number(4))"))
        case UInt8(ascii: "Q"):
            let reference = try pop(1)[0]
            push(try storage(reference))
        case UInt8(ascii: "P"):
            _ = try line()
            push(opaque("a persistent reference", holdsNumbers: true))
        case UInt8(ascii: "R"), 0x81:
            let call = try pop(2)
            try reduce(call[0], call[1])
        case 0x92:
            // A class, its arguments, and those that have names.
            let call = try pop(3)
            try reduce(call[0], call[1])
        case UInt8(ascii: "o"):
            let call = try popToMark()
            guard let function = call.first else { throw failure("makes an object of no class") }
            push(tuple: Array(call.dropFirst()))
            try reduce(function, pop(1)[0])
        case UInt8(ascii: "i"):
            let (module, name, arguments) = (try line(), try line(), try popToMark())
            pushGlobal(module: module, name: name)
            push(tuple: arguments)
            let call = try pop(2)
            try reduce(call[0], call[1])
        case UInt8(ascii: "b"):
            // Further attributes of an object, as a dictionary's `_metadata`, are ignored.
            _ = try pop(1)
            _ = try top()
        default:
            throw failure("has the instruction 0x\(String(code, radix: 16)), which no file of weights needs")
        }
    }
}

/// The operands of instructions.
extension PickleReader {
    func failure(_ problem: String) -> FileError { FileError(path: file, offset: start, problem: "\(part) \(problem)") }

    private mutating func take(_ count: Int) throws -> Data {
        guard count >= 0, count <= data.count - position else {
            throw failure(
                "asks for \(count) bytes, but only \(data.count - position) are left; the file was probably cut short")
        }
        let from = data.startIndex + position
        position += count
        return data[from..<(from + count)]
    }

    private mutating func byte() throws -> UInt8 {
        let bytes = try take(1)
        return bytes[bytes.startIndex]
    }

    /// An unsigned little-endian number; one of eight bytes that does not fit into `Int` is larger than any file.
    private mutating func number(_ count: Int) throws -> Int {
        Int(clamping: try take(count).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    /// The number of a place in the memo, in digits.
    private mutating func memoKey() throws -> Int {
        guard let key = Int(try line()) else { throw failure("names a memo entry that is no number") }
        return key
    }

    /// A number or text in the oldest protocol's form, which ends with the line.
    private mutating func written(_ code: UInt8) throws -> PickleValue {
        let line = try line(upTo: data.count)
        switch code {
        case UInt8(ascii: "I"), UInt8(ascii: "L"):
            if line == "01" || line == "00" { return .bool(line == "01") }
            let digits = line.hasSuffix("L") ? line.dropLast() : line[...]
            return Int(digits).map(PickleValue.integer) ?? .largeInteger
        case UInt8(ascii: "F"): return .real(Double(line) ?? .nan)
        case UInt8(ascii: "S"):
            // Python's notation, in quotes; names of tensors and storages need no escapes.
            guard line.utf8.count >= 2, let quote = line.utf8.first, quote == line.utf8.last, "'\"".utf8.contains(quote)
            else {
                throw failure("has a text without quotes")
            }
            return .text(String(decoding: line.utf8.dropFirst().dropLast(), as: UTF8.self))
        default: return .text(line)
        }
    }

    private mutating func longInteger(_ length: Int) throws -> PickleValue {
        let bytes = try take(length)
        guard bytes.count <= 8 else { return .largeInteger }
        let sign: UInt64 = bytes.last.map { $0 >= 0x80 ? .max : 0 } ?? 0
        return .integer(Int(truncatingIfNeeded: bytes.reversed().reduce(sign) { $0 << 8 | UInt64($1) }))
    }

    private mutating func bigEndianDouble() throws -> Double {
        Double(bitPattern: try take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    private mutating func text(_ count: Int) throws -> String { String(decoding: try take(count), as: UTF8.self) }

    private mutating func skip(_ count: Int) throws {
        _ = try take(count)
        stack.append(.bytes)
    }

    /// The text up to the end of the line.
    private mutating func line(upTo limit: Int = 200) throws -> String {
        var bytes: [UInt8] = []
        while true {
            let next = try byte()
            if next == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(next)
            guard bytes.count <= limit else { throw failure("has a name of more than \(limit) letters") }
        }
    }

    /// The values on the stack above the last mark.
    private mutating func pop(_ count: Int) throws -> [PickleValue] {
        guard stack.count - (marks.last ?? 0) >= count else { throw failure("takes a value from an empty stack") }
        let values = Array(stack.suffix(count))
        stack.removeLast(count)
        return values
    }

    private mutating func popToMark() throws -> [PickleValue] {
        guard let mark = marks.last else { throw failure("looks for a mark that was never set") }
        let values = try pop(stack.count - mark)
        marks.removeLast()
        return values
    }

    private func top() throws -> PickleValue {
        guard let value = stack.last else { throw failure("takes a value from an empty stack") }
        return value
    }

    private mutating func recall(_ index: Int) throws {
        guard let value = memo[index] else { throw failure("recalls value \(index), which was never kept") }
        stack.append(value)
    }

    mutating func push(tuple: [PickleValue]) {
        objects.sequences.append(tuple)
        stack.append(.tuple(objects.sequences.count - 1))
    }

    private mutating func push(list: [PickleValue]) {
        objects.sequences.append(list)
        stack.append(.list(objects.sequences.count - 1))
    }

    mutating func pushDictionary() {
        objects.dictionaries.append([])
        stack.append(.dictionary(objects.dictionaries.count - 1))
    }

    mutating func push(_ value: PickleValue) { stack.append(value) }

    private mutating func append(_ values: [PickleValue]) throws {
        switch try top() {
        case .list(let list): objects.sequences[list] += values
        case .opaque: break
        case let other: throw failure("appends to \(other.kind)")
        }
    }

    private mutating func setItems(_ values: [PickleValue]) throws {
        guard values.count % 2 == 0 else { throw failure("sets an entry without a value") }
        let dictionary: Int
        switch try top() {
        case .dictionary(let index): dictionary = index
        case .opaque(let index):
            // A subclass of dict.
            if objects.opaque[index].dictionary == nil {
                objects.dictionaries.append([])
                objects.opaque[index].dictionary = objects.dictionaries.count - 1
            }
            dictionary = objects.opaque[index].dictionary!
        case let other: throw failure("sets an entry of \(other.kind)")
        }
        for i in stride(from: 0, to: values.count, by: 2) {
            objects.dictionaries[dictionary].append((key: values[i], value: values[i + 1]))
        }
    }
}
