import Foundation

/// Anything that holds parameters: a layer, or a model made of layers.
///
/// Parameters are found through the stored properties, in declaration order: those of type ``Parameter``, ``Module``,
/// and optionals, arrays, dictionaries, tuples, enumerations and plain structs of them. Their names join the property names and
/// indices, as in `features.0.weight`, and are the names in a checkpoint. Other data costs nothing, whatever its size.
///
/// Assigning a struct shares its parameters, because a ``Parameter`` is an object; ``copy()`` creates new ones.
public protocol Module {
    /// The stored properties that are searched for parameters; the default lists all that can hold any.
    var children: [(name: String, value: Any)] { get }
}

extension Module {
    /// The stored properties by name.
    public var children: [(name: String, value: Any)] { storedChildren(of: self) }

    /// Every parameter with its name, in declaration order; a shared parameter appears once, under its first name.
    ///
    /// - Traps: when a module contains itself.
    public func namedParameters() -> [(name: String, parameter: Parameter)] {
        var search = ParameterSearch()
        search.visit(self, path: "")
        return search.found
    }

    /// Every module inside this one with its name, this one first under the empty name.
    public func namedModules() -> [(name: String, module: any Module)] {
        var search = ParameterSearch()
        search.visit(self, path: "")
        return search.modules
    }

    /// Every parameter, in declaration order.
    public var parameters: [Parameter] { namedParameters().map(\.parameter) }

    /// The number of trained values: the sizes of all weights that are not frozen.
    public var parameterCount: Int { parameters.lazy.filter(\.isTrainable).map(\.stored.count).reduce(0, +) }

    /// The parameter of the given name.
    public func parameter(named name: String) -> Parameter? {
        namedParameters().first { $0.name == name }?.parameter
    }

    /// Freezes every weight whose name begins with `prefix` (all of them by default), or with `false` frees them.
    ///
    /// A name begins with whole parts only: `features.1` names `features.1.weight`, but not `features.10.weight`.
    ///
    /// - Returns: how many parameters the prefix names.
    @discardableResult
    public func freeze(_ prefix: String = "", _ isFrozen: Bool = true) -> Int {
        let start = prefix.isEmpty || prefix.hasSuffix(".") ? prefix : prefix + "."
        let named = namedParameters().filter { name, parameter in
            parameter.kind == .weight && (name == prefix || name.hasPrefix(start))
        }
        for (_, parameter) in named { parameter.isFrozen = isFrozen }
        return named.count
    }
}

/// The properties of a value that can hold parameters, with their names.
private func storedChildren(of value: Any) -> [(name: String, value: Any)] {
    func children<T>(_ value: T) -> [(name: String, value: Any)] {
        let properties = StoredProperties.of(T.self)
        // An enumeration's payload is found through the value; a module may be an enumeration.
        if properties.fields.isEmpty && !(T.self is AnyClass) {
            let mirror = Mirror(reflecting: value)
            return mirror.displayStyle == .enum ? mirror.children.map { (name: "", value: $0.value) } : []
        }
        func list(_ base: UnsafeRawPointer) -> [(name: String, value: Any)] {
            properties.fields.compactMap { field in
                guard let child = field.value(in: base, of: value) else { return nil }
                if field.isLazy, (child as? any ParameterContainer)?.namedElements.isEmpty ?? false {
                    if properties.isFirstWarning {
                        warn(
                            T.self, field.name,
                            "lazy and not made yet; its parameters are not found, trained or saved before its first use"
                        )
                    }
                }
                return (name: field.name, value: child)
            }
        }
        if T.self is AnyClass {
            return withExtendedLifetime(value) { list(Unmanaged.passUnretained(value as AnyObject).toOpaque()) }
        }
        return withUnsafePointer(to: value) { list(UnsafeRawPointer($0)) }
    }
    return _openExistential(value, do: children)
}

/// A depth-first walk over the properties of a module.
struct ParameterSearch {
    private(set) var found: [(name: String, parameter: Parameter)] = []
    private(set) var modules: [(name: String, module: any Module)] = []
    private(set) var paths: [(name: String, path: ModulePath)] = []
    private var seen: Set<ObjectIdentifier> = []
    /// The objects that are being visited.
    private var open: Set<ObjectIdentifier> = []

    mutating func visit(_ value: Any, path: String) {
        let type = type(of: value)
        let properties = StoredProperties.of(type)
        guard properties.canHoldParameters else { return }
        for property in properties.hidden where properties.isFirstWarning {
            warn(
                type, property,
                "a function; parameters of layers that it captures are not found, trained or saved")
        }
        switch properties.role {
        case .parameter:
            let parameter = value as! Parameter
            if seen.insert(ObjectIdentifier(parameter)).inserted { found.append((path, parameter)) }
        case .path:
            paths.append((path, value as! ModulePath))
        case .module:
            let module = value as! any Module
            let object = type is AnyClass ? ObjectIdentifier(value as AnyObject) : nil
            if let object { enter(object, type, path) }
            modules.append((path, module))
            for child in module.children {
                visit(child.value, path: child.value is ModulePath ? path : join(path, child.name))
            }
            if let object { open.remove(object) }
        case .container:
            let container = value as! any ParameterContainer
            for element in container.namedElements { visit(element.value, path: join(path, element.name)) }
        case .enumeration, .structure:
            // A property wrapper's value has the name of the wrapped property.
            for child in storedChildren(of: value) {
                visit(child.value, path: join(path, child.name == "wrappedValue" ? "" : child.name))
            }
        case .object:
            // Objects that are not modules, as data sets and caches, are not part of the model.
            break
        }
    }

    /// Marks an object as being visited; traps when it already is, because then it contains itself.
    private mutating func enter(_ object: ObjectIdentifier, _ type: Any.Type, _ path: String) {
        check(
            open.insert(object).inserted,
            "\(type): the module contains itself, as \"\(path)\". Declare that property weak, or list the others in `children`"
        )
    }

    private func join(_ path: String, _ name: String) -> String {
        path.isEmpty ? name : name.isEmpty ? path : "\(path).\(name)"
    }
}

/// Warns that layers inside a property are not found.
private func warn(_ type: Any.Type, _ property: String, _ reason: String) {
    FileHandle.standardError.write(
        Data("warning: \(type).\(property) is \(reason). Keep such layers in stored properties\n".utf8))
}
