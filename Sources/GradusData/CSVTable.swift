import Gradus

/// A table of text read from a CSV file (RFC 4180): a header, and rows of as many fields.
public struct CSVTable: Sendable {
    /// The names of the columns.
    public let names: [String]
    /// The fields of each row.
    public let rows: [[String]]
    /// The file, for errors.
    public let path: String

    /// A table of the given fields.
    ///
    /// - Traps: when a row has another number of fields than there are names.
    public init(names: [String], rows: [[String]], path: String = "a table") {
        check(
            rows.allSatisfy { $0.count == names.count }, "CSVTable: a row has another number of fields than the header")
        (self.names, self.rows, self.path) = (names, rows, path)
    }

    /// Reads a file, plain or compressed with gzip; fields are separated by `separator` and may be quoted.
    ///
    /// - Throws: `FileError` with the line of a row that has another number of fields, or whose quote does not end.
    public init(contentsOf path: String, separator: Character = ",") throws {
        let text = String(decoding: try CompressedFile.bytes(of: path), as: UTF8.self)
        var records = try Self.records(text, separator, path)
        guard let header = records.first, records.count > 1 else {
            throw FileError(path: path, problem: "has no rows; expected a line with names of columns, and rows")
        }
        records.removeFirst()
        for record in records where record.fields.count != header.fields.count {
            throw FileError(
                path: path,
                problem: "line \(record.line) has \(record.fields.count) fields, the header has \(header.fields.count)")
        }
        self.init(
            names: header.fields.map { $0.trimmed }, rows: records.map { $0.fields.map(\.trimmed) }, path: path)
    }

    /// The records, each with the line that it begins in; empty lines are left out.
    private static func records(
        _ text: String, _ separator: Character, _ path: String
    ) throws -> [(line: Int, fields: [String])] {
        var records: [(line: Int, fields: [String])] = []
        var (fields, field): ([String], String) = ([], "")
        var (isQuoted, line, start) = (false, 1, 1)
        var characters = text.makeIterator()
        var next = characters.next()
        func endRecord() {
            fields.append(field)
            if fields != [""] { records.append((start, fields)) }
            (fields, field, start) = ([], "", line + 1)
        }
        while let character = next {
            next = characters.next()
            if isQuoted {
                if character == "\"" && next == "\"" {
                    field.append("\"")
                    next = characters.next()
                } else if character == "\"" {
                    isQuoted = false
                } else {
                    field.append(character)
                }
            } else if character == "\"" && field.trimmed.isEmpty {
                (isQuoted, field) = (true, "")
            } else if character == separator {
                fields.append(field)
                field = ""
            } else if character.isNewline {
                endRecord()
            } else {
                field.append(character)
            }
            if character.isNewline { line += 1 }
        }
        guard !isQuoted else { throw FileError(path: path, problem: "line \(start): a quote does not end") }
        endRecord()
        return records
    }

    /// The values of a column as numbers, `[rows]`.
    ///
    /// - Throws: `FileError` when there is no such column, or a field is no finite number.
    public func numbers(_ name: String) throws -> Tensor<Float> {
        let column = try position(of: name)
        return Tensor(
            try rows.enumerated().map { index, row in
                guard let number = Float(row[column]), number.isFinite else {
                    throw FileError(
                        path: path, problem: "row \(index + 1): \"\(name)\" is \"\(row[column])\", expected a number")
                }
                return number
            })
    }

    /// Columns as features, `[rows, features]`: a column of numbers is one, a column of words one for each of its words.
    ///
    /// - Parameter excluded: the columns that are left out, as the one to predict.
    /// - Throws: `FileError` for a column of more than 100 words, or one whose numbers are not finite.
    public func features(without excluded: String...) throws -> Tensor<Float> {
        var columns: [Tensor<Float>] = []
        for (position, name) in names.enumerated() where !excluded.contains(name) {
            if rows.allSatisfy({ Float($0[position]) != nil }) {
                columns.append(try numbers(name).reshaped(to: [rows.count, 1]))
                continue
            }
            let words = Set(rows.map { $0[position] }).sorted()
            guard words.count <= 100 else {
                throw FileError(
                    path: path, problem: "\"\(name)\" has \(words.count) different words, at most 100 can be features")
            }
            let places = Dictionary(uniqueKeysWithValues: words.enumerated().map { ($1, Int32($0)) })
            columns.append(Tensor(rows.map { places[$0[position]]! }).oneHot(words.count))
        }
        guard !columns.isEmpty else {
            throw FileError(path: path, problem: "has no column but \(excluded.joined(separator: ", "))")
        }
        return Tensor.concatenated(columns, axis: 1)
    }

    private func position(of name: String) throws -> Int {
        guard let position = names.firstIndex(of: name) else {
            throw FileError(path: path, problem: "has no column \"\(name)\"; it has \(names.joined(separator: ", "))")
        }
        return position
    }
}

extension String {
    /// The text without blanks at its ends.
    fileprivate var trimmed: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

extension CSVTable {
    /// A text that changes with any field, to tell whether a table is the same.
    public var fingerprint: String {
        var print = Fingerprint()
        for row in [names] + rows { for field in row { print.add(Array(field.utf8) + [0]) } }
        return print.text
    }
}
