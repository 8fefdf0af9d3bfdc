import Synchronization

/// The names of the layers of a model, for records of what they do and for messages.
///
/// A layer does not know its name, because that depends on the model that it is looked at from. Whoever runs a model knows
/// both, and hands the names on: in the pass where every layer is noted, and beside the place of the call for messages.
///
/// `Sendable`, because of the model only the identities of its parameters and blocks are read, and that under a lock: tasks
/// that begin while a model runs inherit the place of the call.
final class ModuleNames: @unchecked Sendable {
    private let model: any Module
    private let found = Mutex<[ObjectIdentifier: String]?>(nil)

    init(of model: any Module) { self.model = model }

    private var names: [ObjectIdentifier: String] {
        found.withLock { found in
            if let found { return found }
            let names = search()
            found = names
            return names
        }
    }

    private func search() -> [ObjectIdentifier: String] {
        var search = ParameterSearch()
        search.visit(model, path: "")
        let all =
            search.found.map { (ObjectIdentifier($0.parameter), $0.name) }
            + search.paths.map { (ObjectIdentifier($0.path), $0.name) }
        return Dictionary(all, uniquingKeysWith: { first, _ in first })
    }

    /// The name of the layer that owns a parameter: `features.0` of `features.0.weight`.
    func layer(owning parameter: Parameter) -> String? {
        guard let name = names[ObjectIdentifier(parameter)], let dot = name.lastIndex(of: ".") else { return nil }
        return String(name[..<dot])
    }

    /// The name of a parameter.
    func name(of parameter: Parameter) -> String? { names[ObjectIdentifier(parameter)] }

    /// The name of a block, or of the layer at `index` in it.
    func block(_ path: ModulePath, _ index: Int? = nil) -> String? {
        guard let name = names[ObjectIdentifier(path)] else { return nil }
        guard let index else { return name }
        return name.isEmpty ? "\(index)" : "\(name).\(index)"
    }
}

/// The model that runs, for the names of its layers in messages.
///
/// A layer is called as `layer(x, pass)` and does not know its name, which depends on the model that it is part of.
package enum RunningModel {
    /// The names of the layers; `nil` where no model is known.
    @TaskLocal static var names: ModuleNames?

    /// Runs `body`, in which messages name the layers of `model`.
    package static func with<Result>(_ model: (any Module)?, _ body: () throws -> Result) rethrows -> Result {
        guard let model else { return try body() }
        return try $names.withValue(ModuleNames(of: model)) { try body() }
    }
}
