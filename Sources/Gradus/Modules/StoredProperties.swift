@_spi(Reflection) import Swift
import Synchronization

/// What the walk over a model knows about a type: which of its stored properties can hold parameters.
///
/// It is found once a type, from the static types of the properties, so that a walk looks at nothing but positions where a
/// parameter can be. Numbers, texts and collections of them are never touched, however large they are.
final class StoredProperties: Sendable {
    /// The properties that can hold parameters, in declaration order.
    let fields: [Field]
    /// Whether values of the type can hold parameters at all.
    let canHoldParameters: Bool
    /// Properties in which layers cannot be found, as closures; for a warning.
    let hidden: [String]
    /// What values of the type are to the walk.
    let role: Role

    private let hasWarned = Atomic(false)

    /// Whether nothing was said yet of properties that the walk does not see.
    var isFirstWarning: Bool { !hasWarned.exchange(true, ordering: .relaxed) }

    enum Role {
        case parameter, path, module, container, enumeration, object, structure
    }

    /// One stored property.
    final class Field: Sendable {
        let name: String
        let offset: Int
        let type: Any.Type
        /// Whether the property is the storage of a `lazy` one.
        let isLazy: Bool
        /// Whether it is an optional object: one word, which is 0 where there is none.
        private let isOptional: Bool
        /// Whether an optional object is held weakly; found at the first object.
        private let weakness = Atomic<UInt8>(0)

        init(name: String, offset: Int, type: Any.Type) {
            let lazy = "$__lazy_storage_$_"
            isLazy = name.hasPrefix(lazy)
            // The storage of a property wrapper goes by the name of the property, an element of a tuple by its number.
            let isMarked = name.hasPrefix("_") || name.hasPrefix(".")
            self.name = isLazy ? String(name.dropFirst(lazy.count)) : isMarked ? String(name.dropFirst()) : name
            (self.offset, self.type) = (offset, type)
            isOptional = isOptionalObject(type)
        }

        /// The value of the property in the memory of its owner; `nil` for a weak reference, which owns nothing.
        func value(in base: UnsafeRawPointer, of owner: Any) -> Any? {
            func load<T>(_: T.Type) -> Any { unwrapped((base + offset).assumingMemoryBound(to: T.self).pointee) }
            if type == Parameter.self { return (base + offset).load(as: Parameter.self) }
            if isOptional, (base + offset).load(as: UnsafeRawPointer?.self) == nil { return nil }
            if isOptional, let word = (base + offset).load(as: UnsafeRawPointer?.self) {
                if weakness.load(ordering: .relaxed) == 0 {
                    weakness.store(isStrong(word, in: owner) ? 1 : 2, ordering: .relaxed)
                }
                if weakness.load(ordering: .relaxed) == 2 { return nil }
                if type == Parameter?.self { return (base + offset).load(as: Parameter.self) }
            }
            return _openExistential(type, do: load)
        }

        /// A strong reference is the object's address, a weak one is not.
        private func isStrong(_ word: UnsafeRawPointer, in owner: Any) -> Bool {
            var mirror: Mirror? = Mirror(reflecting: owner)
            while let current = mirror {
                for child in current.children
                where [name, "_\(name)", "$__lazy_storage_$_\(name)"].contains(child.label) {
                    guard let object = Mirror(reflecting: child.value).children.first?.value else { continue }
                    return UnsafeRawPointer(Unmanaged.passUnretained(object as AnyObject).toOpaque()) == word
                }
                mirror = current.superclassMirror
            }
            return false
        }
    }

    /// The properties of `type`.
    static func of(_ type: Any.Type) -> StoredProperties {
        let key = ObjectIdentifier(type)
        if let known = known.withLock({ $0[key] }) { return known }
        var pending: Set<ObjectIdentifier> = []
        return find(type, &pending)
    }

    private static let known = Mutex<[ObjectIdentifier: StoredProperties]>([:])

    private init(_ role: Role, _ fields: [Field] = [], canHoldParameters: Bool, hidden: [String] = []) {
        (self.role, self.fields) = (role, fields)
        (self.canHoldParameters, self.hidden) = (canHoldParameters, hidden)
    }

    /// - Parameter pending: types that are being looked at, for those that hold themselves.
    private static func find(_ type: Any.Type, _ pending: inout Set<ObjectIdentifier>) -> StoredProperties {
        let key = ObjectIdentifier(type)
        if let known = known.withLock({ $0[key] }) { return known }
        guard pending.insert(key).inserted else { return StoredProperties(.structure, canHoldParameters: true) }
        let found = examine(type, &pending)
        pending.remove(key)
        if pending.isEmpty { known.withLock { $0[key] = found } }
        return found
    }

    private static func examine(_ type: Any.Type, _ pending: inout Set<ObjectIdentifier>) -> StoredProperties {
        if isPlain(type) { return StoredProperties(.structure, canHoldParameters: false) }
        if type == Parameter.self { return StoredProperties(.parameter, canHoldParameters: true) }
        if type == ModulePath.self { return StoredProperties(.path, canHoldParameters: true) }
        if let container = type as? any ParameterContainer.Type {
            let holds = container.elementTypes.contains { find($0, &pending).canHoldParameters }
            return StoredProperties(.container, canHoldParameters: holds)
        }
        // What is behind a protocol is known only when it is there.
        if kind(of: type) == .existential { return StoredProperties(.object, canHoldParameters: true) }
        var (fields, hidden): ([Field], [String]) = ([], [])
        let options = type is AnyClass ? classFields : anyFields
        _ = _forEachField(of: type, options: options) { label, offset, fieldType, kind in
            let field = Field(name: String(cString: label), offset: offset, type: fieldType)
            if kind == .function {
                if _typeName(fieldType, qualified: false).contains("Tensor<") { hidden.append(field.name) }
            } else if find(fieldType, &pending).canHoldParameters {
                fields.append(field)
            }
            return true
        }
        let isEnumeration = kind(of: type) == .enum
        let role: Role =
            type is any Module.Type
            ? .module : isEnumeration ? .enumeration : type is AnyClass ? .object : .structure
        return StoredProperties(role, fields, canHoldParameters: role != .structure || !fields.isEmpty, hidden: hidden)
    }

    /// Types without references, and those of the standard library and of tensors, which hold no layers.
    private static func isPlain(_ type: Any.Type) -> Bool {
        func isTrivial<T>(_: T.Type) -> Bool { _isPOD(T.self) }
        if type is any Module.Type || type is any ParameterContainer.Type { return false }
        if _openExistential(type, do: isTrivial) || type is any PlainData.Type { return true }
        let name = _typeName(type, qualified: true)
        return ["Swift.", "Foundation.", "FoundationEssentials.", "Synchronization."].contains(where: name.hasPrefix)
            && kind(of: type) == .struct
    }

    private static func kind(of type: Any.Type) -> _MetadataKind {
        func probe<T>(_: T.Type) -> Any.Type { Probe<T>.self }
        var found = _MetadataKind.struct
        _ = _forEachField(of: _openExistential(type, do: probe), options: anyFields) { _, _, _, kind in
            found = kind
            return false
        }
        return found
    }
}

/// The value itself where T is a protocol. A generic value of type `any Layer` becomes an `Any` that holds an `any Layer`; a cast
/// to another protocol takes the layer out.
func unwrapped<T>(_ value: T) -> Any {
    if let module = value as? any Module { return module }
    if let container = value as? any ParameterContainer { return container }
    return value
}

/// Something with one property, whose kind can be asked for.
private struct Probe<T> {
    let value: T
}

// The options `ignoreUnknown`, and with it `classType`, whose own constants are not safe to use from several tasks.
private let anyFields = _EachFieldOptions(rawValue: 1 << 1)
private let classFields = _EachFieldOptions(rawValue: 1 << 1 | 1)

private func isOptionalObject(_ type: Any.Type) -> Bool { (type as? any OptionalType.Type)?.wrapsObject ?? false }

private protocol OptionalType {
    static var wrapsObject: Bool { get }
}

extension Optional: OptionalType {
    fileprivate static var wrapsObject: Bool { Wrapped.self is AnyClass }
}

/// Data of the library in which no layer can be.
protocol PlainData {}

extension Tensor: PlainData {}

/// A collection whose elements are searched for parameters when their type can hold any.
protocol ParameterContainer {
    static var elementTypes: [Any.Type] { get }
    /// The elements with their names, in the order in which parameters are listed.
    var namedElements: [(name: String, value: Any)] { get }
}

extension Optional: ParameterContainer {
    static var elementTypes: [Any.Type] { [Wrapped.self] }
    var namedElements: [(name: String, value: Any)] { map { [("", $0)] } ?? [] }
}

extension Array: ParameterContainer {
    static var elementTypes: [Any.Type] { [Element.self] }
    var namedElements: [(name: String, value: Any)] { enumerated().map { ("\($0)", $1) } }
}

extension ContiguousArray: ParameterContainer {
    static var elementTypes: [Any.Type] { [Element.self] }
    var namedElements: [(name: String, value: Any)] { enumerated().map { ("\($0)", $1) } }
}

extension ArraySlice: ParameterContainer {
    static var elementTypes: [Any.Type] { [Element.self] }
    var namedElements: [(name: String, value: Any)] { enumerated().map { ("\($0)", $1) } }
}

extension Dictionary: ParameterContainer {
    static var elementTypes: [Any.Type] { [Value.self] }
    var namedElements: [(name: String, value: Any)] {
        map { (name: "\($0)", value: $1 as Any) }.sorted { $0.name < $1.name }
    }
}
