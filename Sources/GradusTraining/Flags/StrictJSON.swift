import Foundation
import Gradus

extension JSONValue {
    /// A value from a JSON file that people write: a key that is missing, unknown or of another kind is named.
    ///
    /// - Parameters:
    ///   - path: the file, for errors.
    ///   - advice: what to do about an error.
    /// - Throws: `FileError`.
    public static func strict<Value: Codable>(
        _ type: Value.Type = Value.self, from data: Data, path: String, advice: String
    ) throws -> Value {
        func error(_ problem: String) -> FileError { FileError(path: path, problem: problem, advice: advice) }
        guard !data.isEmpty else { throw error("is no JSON: the file is empty") }
        do {
            let (value, given) = try (
                JSONDecoder().decode(type, from: data), JSONDecoder().decode(JSONValue.self, from: data)
            )
            let known = try JSONValue(encoding: value).keyPaths
            if let stranger = given.keyPaths.subtracting(known).sorted().first {
                let guess = nearest(to: stranger, among: known.sorted()).map { "; did you mean \"\($0)\"?" } ?? ""
                throw error("there is no setting \"\(stranger)\"\(guess)")
            }
            return value
        } catch let problem as DecodingError {
            throw error(problem.explanation)
        }
    }

    /// The names of all values, such as `training.rate.rule`.
    private var keyPaths: Set<String> {
        guard case .object(let values) = self else { return [] }
        return values.reduce(into: []) { paths, entry in
            if entry.value == .null { return }
            paths.formUnion([entry.key] + entry.value.keyPaths.map { "\(entry.key).\($0)" })
        }
    }
}

extension DecodingError {
    /// What is wrong in a JSON file, and where.
    fileprivate var explanation: String {
        func position(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
        // Foundation's sentences end with full stops of their own.
        func sentence(_ text: String) -> String { String(text.reversed().drop { $0 == "." }.reversed()) }
        switch self {
        case .keyNotFound(let key, let context): return "\"\(position(context.codingPath + [key]))\" is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "\"\(position(context.codingPath))\" is of the wrong kind: \(sentence(context.debugDescription))"
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            let cause = context.underlyingError as NSError?
            let text = cause?.userInfo[NSDebugDescriptionErrorKey] as? String ?? context.debugDescription
            return "is no JSON: \(sentence(text))"
        case .dataCorrupted(let context):
            return "\"\(position(context.codingPath))\": \(sentence(context.debugDescription))"
        @unknown default: return "\(self)"
        }
    }
}
