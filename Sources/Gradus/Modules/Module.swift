/// Anything that holds parameters: a layer, or a model made of layers.
///
/// Parameters are found through the stored properties, in declaration order: those of type ``Parameter``, ``Module``,
/// and optionals, arrays and dictionaries of them. Their names join the property names and indices, as in
/// `features.0.weight`, and are the names in a checkpoint.
public protocol Module {
    /// The stored properties that are searched for parameters; the default lists all of them.
    var children: [(name: String, value: Any)] { get }
}

extension Module {
    public var children: [(name: String, value: Any)] {
        var mirrors = [Mirror(reflecting: self)]
        while let parent = mirrors.last?.superclassMirror { mirrors.append(parent) }
        return mirrors.reversed().flatMap { mirror in
            mirror.children.map { (name: $0.label ?? "", value: $0.value) }
        }
    }

    /// Every parameter with its name, in declaration order; a shared parameter appears once, under its first name.
    public func namedParameters() -> [(name: String, parameter: Parameter)] {
        var search = ParameterSearch(isNaming: true)
        search.visit(self, path: "")
        return search.found
    }

    /// The parameters without telling them their names, for a part of a model whose names are known already.
    func parametersKeepingNames() -> [(name: String, parameter: Parameter)] {
        var search = ParameterSearch()
        search.visit(self, path: "")
        return search.found
    }

    /// Every module inside this one with its name, this one first under the empty name.
    public func namedModules() -> [(name: String, module: any Module)] {
        var search = ParameterSearch(isNaming: true)
        search.visit(self, path: "")
        return search.modules
    }

    /// Every parameter, in declaration order.
    public var parameters: [Parameter] { namedParameters().map(\.parameter) }

    /// The number of trained numbers: the sizes of all weights that are not frozen.
    public var parameterCount: Int { parameters.lazy.filter(\.isTrainable).map(\.stored.count).reduce(0, +) }

    /// The parameter of the given name.
    public func parameter(named name: String) -> Parameter? {
        namedParameters().first { $0.name == name }?.parameter
    }

    /// Freezes every weight whose name begins with `prefix` (all of them by default), or with `false` frees them.
    ///
    /// - Returns: how many parameters the prefix names.
    @discardableResult
    public func freeze(_ prefix: String = "", _ isFrozen: Bool = true) -> Int {
        let named = namedParameters().filter { $0.name.hasPrefix(prefix) && $0.parameter.kind == .weight }
        for (_, parameter) in named { parameter.isFrozen = isFrozen }
        return named.count
    }
}

/// A depth-first walk over the properties of a module.
private struct ParameterSearch {
    /// Whether parameters and modules are told the names under which they are found.
    var isNaming = false
    var found: [(name: String, parameter: Parameter)] = []
    var modules: [(name: String, module: any Module)] = []
    var seen: Set<ObjectIdentifier> = []

    mutating func visit(_ value: Any, path: String) {
        switch value {
        case let parameter as Parameter:
            guard seen.insert(ObjectIdentifier(parameter)).inserted else { return }
            if isNaming { parameter.name = path }
            found.append((path, parameter))
        case let module as any Module:
            modules.append((path, module))
            for child in module.children {
                if let own = child.value as? ModulePath {
                    if isNaming { own.name = path }
                } else {
                    visit(child.value, path: join(path, child.name))
                }
            }
        default:
            visitContainer(Mirror(reflecting: value), path: path)
        }
    }

    private mutating func visitContainer(_ mirror: Mirror, path: String) {
        switch mirror.displayStyle {
        case .optional:
            if let wrapped = mirror.children.first { visit(wrapped.value, path: path) }
        case .collection:
            for (index, element) in mirror.children.enumerated() { visit(element.value, path: join(path, "\(index)")) }
        case .dictionary:
            let pairs = mirror.children.map { Array(Mirror(reflecting: $0.value).children) }
            for pair in pairs.sorted(by: { "\($0[0].value)" < "\($1[0].value)" }) {
                visit(pair[1].value, path: join(path, "\(pair[0].value)"))
            }
        case .tuple:
            for (index, element) in mirror.children.enumerated() {
                let label = element.label.map { $0.hasPrefix(".") ? String($0.dropFirst()) : $0 } ?? "\(index)"
                visit(element.value, path: join(path, label))
            }
        default:
            break
        }
    }

    private func join(_ path: String, _ name: String) -> String {
        path.isEmpty ? name : name.isEmpty ? path : "\(path).\(name)"
    }
}
