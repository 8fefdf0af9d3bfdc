/// Copies of models with parameters of their own.
extension Module {
    /// The same model with parameters of its own: training one of the two leaves the other as it is.
    ///
    /// Assigning a struct copies its properties, but a ``Parameter`` is an object that both then share. Parameters that were
    /// shared inside the model are shared inside the copy too; all other data is the same.
    ///
    /// - Traps: when a parameter is held by a class of your own or an enumeration, of which no copy can be made. Give such a
    ///   class a method that makes one from its copied parts.
    public func copy() -> Self {
        let copier = ModuleCopier()
        let result = copier.copy(self)
        if let obstacle = copier.obstacle {
            stop("copy: \(Self.self) keeps parameters in \(obstacle), of which no copy can be made")
        }
        return result
    }

    /// A copy of the model as it is now that any number of tasks may evaluate at once, while the model itself is trained on.
    ///
    /// ```swift
    /// let snapshot = model.snapshot()
    /// await withTaskGroup(of: Tensor<Float>.self) { group in
    ///     for batch in batches { group.addTask { snapshot { $0(batch, .inference) } } }
    /// }
    /// ```
    ///
    /// - Traps: as ``copy()``.
    public func snapshot() -> Snapshot<Self> {
        Snapshot(copy())
    }
}

/// A model that nobody changes any more, to be evaluated by many tasks at once.
///
/// It is safe because its parameters are its own and belong to it alone, and because an evaluation in an inference pass reads
/// them only.
public struct Snapshot<Model: Module>: @unchecked Sendable {
    private let model: Model

    fileprivate init(_ model: Model) { self.model = model }

    /// What `body` computes with the model. It must neither train the model nor run it in a training pass, nor let the model
    /// itself escape.
    public func callAsFunction<Result>(_ body: (Model) throws -> Result) rethrows -> Result { try body(model) }
}

/// Rebuilds values with new parameters in the places of the old ones.
private final class ModuleCopier {
    private var copies: [ObjectIdentifier: Parameter] = [:]
    /// What holds parameters and cannot be copied.
    private(set) var obstacle: String?

    func copy<T>(_ value: T) -> T {
        if let parameter = value as? Parameter { return copy(parameter) as! T }
        if value is ModulePath { return ModulePath() as! T }
        let type = type(of: value as Any)
        let properties = StoredProperties.of(type)
        guard properties.canHoldParameters else { return value }
        if let container = value as? any CopyableContainer { return container.copied(self) as! T }
        // A value behind a protocol is opened, copied as what it is, and closed again.
        if type != T.self, let module = value as? any Module { return copyOpened(module) as! T }
        if type is AnyClass || properties.fields.isEmpty || type != T.self {
            if holdsParameters(value) { obstacle = obstacle ?? "\(type)" }
            return value
        }
        var result = value
        withUnsafeMutablePointer(to: &result) { base in
            for field in properties.fields { replace(field, in: UnsafeMutableRawPointer(base), of: value) }
        }
        return result
    }

    private func copyOpened(_ value: Any) -> Any {
        func opened<T>(_ value: T) -> Any { copy(value) }
        return _openExistential(value, do: opened)
    }

    private func copy(_ parameter: Parameter) -> Parameter {
        if let known = copies[ObjectIdentifier(parameter)] { return known }
        let made = Parameter(parameter.stored, kind: parameter.kind)
        made.isFrozen = parameter.isFrozen
        copies[ObjectIdentifier(parameter)] = made
        return made
    }

    private func replace(_ field: StoredProperties.Field, in base: UnsafeMutableRawPointer, of owner: Any) {
        // A weak reference stays what it is.
        guard field.value(in: base, of: owner) != nil else { return }
        func exchange<T>(_: T.Type) {
            let position = (base + field.offset).assumingMemoryBound(to: T.self)
            position.pointee = copy(position.pointee)
        }
        _openExistential(field.type, do: exchange)
    }

    private func holdsParameters(_ value: Any) -> Bool {
        var search = ParameterSearch()
        search.visit(value, path: "")
        return !search.found.isEmpty
    }
}

/// A container that can be rebuilt from copied elements.
private protocol CopyableContainer {
    func copied(_ copier: ModuleCopier) -> Self
}

extension Optional: CopyableContainer {
    fileprivate func copied(_ copier: ModuleCopier) -> Optional { map { copier.copy($0) } }
}

extension Array: CopyableContainer {
    fileprivate func copied(_ copier: ModuleCopier) -> Array { map { copier.copy($0) } }
}

extension ContiguousArray: CopyableContainer {
    fileprivate func copied(_ copier: ModuleCopier) -> ContiguousArray {
        ContiguousArray(map { copier.copy($0) })
    }
}

extension ArraySlice: CopyableContainer {
    fileprivate func copied(_ copier: ModuleCopier) -> ArraySlice { ArraySlice(map { copier.copy($0) }) }
}

extension Dictionary: CopyableContainer {
    fileprivate func copied(_ copier: ModuleCopier) -> Dictionary { mapValues { copier.copy($0) } }
}
