import CTranslationPresets
import ExampleSupport
import Foundation
import Gradus
import GradusData

/// Recipes in files: those that the program brings along, and those of a user.
enum Preset {
    /// The names of the recipes in the program, the default first.
    static let names = ["tiny", "small", "iwslt15", "gnmt", "transformer", "captions", "subwords"]

    /// The recipe of a name, or of a file.
    ///
    /// - Throws: `UsageError` when there is none, `FileError` when a file does not hold one.
    static func recipe(_ name: String) throws -> Recipe {
        if names.contains(name) { return try decode(Data(text(of: name).utf8), path: "preset \(name)") }
        guard FileManager.default.fileExists(atPath: name) else {
            throw UsageError(
                "--preset takes \(names.joined(separator: ", ")) or a file, and there is no file \"\(name)\"")
        }
        guard let data = FileManager.default.contents(atPath: name), data.count < 1_000_000 else {
            throw FileError(path: name, problem: "cannot be read as a preset", advice: advice)
        }
        guard !data.isEmpty else {
            throw FileError(path: name, problem: "is no JSON: the file is empty", advice: advice)
        }
        return try decode(data, path: name)
    }

    /// The file of a recipe in the program, as to begin one of your own with.
    static func text(of name: String) -> String {
        var length = 0
        let bytes = gradus_translation_preset(name, &length)
        return String(decoding: UnsafeRawBufferPointer(start: bytes, count: length), as: UTF8.self)
    }

    private static let advice =
        "`translation train --show-preset small` prints one to begin with; every key must be one of its keys."

    private static func decode(_ data: Data, path: String) throws -> Recipe {
        let recipe: Recipe
        do {
            recipe = try JSONDecoder().decode(Recipe.self, from: data)
        } catch let error as DecodingError {
            throw FileError(path: path, problem: reason(error), advice: advice)
        }
        let known = keys(of: try JSONSerialization.jsonObject(with: JSONEncoder().encode(recipe)), "")
        let given = keys(of: try JSONSerialization.jsonObject(with: data), "")
        if let stranger = given.subtracting(known).sorted().first {
            throw FileError(path: path, problem: "there is no setting \"\(stranger)\"", advice: advice)
        }
        if let problem = recipe.problem { throw FileError(path: path, problem: problem, advice: advice) }
        return recipe
    }

    /// What Foundation says of text that is no JSON, with the line where it does.
    private static func fault(_ error: any Error) -> String {
        (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String ?? "\(error)"
    }

    /// A sentence of Foundation's, which ends with its own full stops.
    private static func withoutStops(_ sentence: String) -> String {
        String(sentence.reversed().drop { $0 == "." }.reversed())
    }

    private static func reason(_ error: DecodingError) -> String {
        func position(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
        switch error {
        case .keyNotFound(let key, let context): return "\"\(position(context.codingPath + [key]))\" is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "\"\(position(context.codingPath))\" is of the wrong kind: \(context.debugDescription)"
        case .dataCorrupted(let context):
            return context.codingPath.isEmpty
                ? "is no JSON: \(withoutStops(context.underlyingError.map(Self.fault) ?? context.debugDescription))"
                : "\"\(position(context.codingPath))\": \(context.debugDescription)"
        @unknown default: return "\(error)"
        }
    }

    /// The names of all settings, as `training.rate.rule`.
    private static func keys(of value: Any, _ path: String) -> Set<String> {
        guard let object = value as? [String: Any] else { return [path] }
        return object.reduce(into: path.isEmpty ? [] : [path]) { found, entry in
            if entry.value is NSNull { return }
            found.formUnion(keys(of: entry.value, path.isEmpty ? entry.key : "\(path).\(entry.key)"))
        }
    }
}
