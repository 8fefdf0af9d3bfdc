extension Module {
    /// A deep copy, with new parameters: training one of the two does not change the other.
    ///
    /// Assigning a struct copies its properties, but both then share each ``Parameter``, which is an object. Parameters shared
    /// inside the model are also shared inside the copy; all other data is the same.
    ///
    /// - Traps: when a class or an enumeration holds a parameter, because it cannot be copied. Give such a class a method that
    ///   builds a copy from its copied parts.
    public func copy() -> Self {
        let copier = ModuleCopier()
        let result = copier.copy(self)
        if let obstacle = copier.obstacle {
            stop("copy: \(Self.self) keeps parameters in \(obstacle), of which no copy can be made")
        }
        return result
    }

    /// A copy of the model that any number of tasks may evaluate concurrently while training of the model continues.
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

/// An immutable copy of a model, which many tasks may evaluate concurrently.
///
/// It is safe because no other model shares its parameters, and an inference pass only reads them.
public struct Snapshot<Model: Module>: @unchecked Sendable {
    private let model: Model

    fileprivate init(_ model: Model) { self.model = model }

    /// The result of `body`, which must not train the model, run it in a training pass, or let it escape.
    public func callAsFunction<Result>(_ body: (Model) throws -> Result) rethrows -> Result { try body(model) }
}

/// Rebuilds values with new parameters.
private final class ModuleCopier {
    private var copies: [ObjectIdentifier: Parameter] = [:]
    /// The type that holds parameters and cannot be copied.
    private(set) var obstacle: String?

    func copy<T>(_ value: T) -> T {
        if let parameter = value as? Parameter { return copy(parameter) as! T }
        if value is ModulePath { return ModulePath() as! T }
        let type = type(of: value as Any)
        let properties = StoredProperties.of(type)
        guard properties.canHoldParameters else { return value }
        if let container = value as? any CopyableContainer { return container.copied(self) as! T }
        // An existential is opened and copied as its concrete type.
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
        // A weak reference is kept.
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
