import Synchronization

/// The names of a model's layers, for activation records and for messages.
///
/// A layer does not know its name, which depends on the model that contains it. The caller that runs a model knows the names
/// and passes them on: in the pass where layers are observed, and in ``RunningModel`` for messages.
///
/// `Sendable`, because only the identities of the model's parameters and blocks are read, under a lock: tasks started while a
/// model runs inherit its names.
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

/// The running model, for the names of its layers in messages.
package enum RunningModel {
    /// The names of the layers; `nil` where no model is known.
    @TaskLocal static var names: ModuleNames?

    /// Runs `body`, in which messages name the layers of `model`.
    package static func with<Result>(_ model: (any Module)?, _ body: () throws -> Result) rethrows -> Result {
        guard let model else { return try body() }
        return try $names.withValue(ModuleNames(of: model)) { try body() }
    }
}

/// Identifies a block of layers within its model.
///
/// A block keeps one as a stored property, so that ``Pass/block(_:at:_:)`` can report its output under the block's name in
/// the model:
///
/// ```swift
/// struct Block: Layer {
///     let first = Conv2D(16, 16, kernel: 3, padding: .same), second = Conv2D(16, 16, kernel: 3, padding: .same)
///     private let path = ModulePath()
///
///     func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
///         pass.block("Block", at: path) { pass in input + second(first(input, pass), pass) }
///     }
/// }
/// ```
public final class ModulePath {
    /// A new identity.
    public init() {}
}
