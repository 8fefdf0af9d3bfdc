import Gradus

/// The few names and calls of a pickle of tensors; all others become opaque values.
extension PickleReader {
    mutating func pushGlobal(module: String, name: String) {
        let whole = "\(module).\(name)"
        push(KnownGlobal(rawValue: whole).map(PickleValue.global) ?? opaque(whole))
    }

    /// A placeholder for an unknown object.
    mutating func opaque(_ name: String, holdsNumbers: Bool = false) -> PickleValue {
        objects.opaque.append(OpaqueObject(name: name, holdsNumbers: holdsNumbers))
        return .opaque(objects.opaque.count - 1)
    }

    /// Pushes the result of a call with the given arguments.
    mutating func reduce(_ function: PickleValue, _ arguments: PickleValue) throws {
        guard case .tuple(let index) = arguments else { throw failure("calls \(objects.kind(of: function))") }
        push(try result(of: function, objects.sequences[index], depth: 0))
    }

    private mutating func result(of function: PickleValue, _ values: [PickleValue], depth: Int) throws -> PickleValue {
        guard case .global(let global) = function else {
            guard case .opaque(let index) = function else { throw failure("calls \(function.kind)") }
            return opaque(objects.opaque[index].name, holdsNumbers: values.contains { holdsNumbers($0) })
        }
        switch global {
        case .orderedDict, .defaultDict, .counter, .dict, .oldDict: return dictionary(of: values.last)
        case .size:
            guard values.count == 1, case .tuple = values[0] else { return opaque(global.rawValue) }
            return values[0]
        case .rebuildParameter, .rebuildParameterWithState, .parameter, .variable:
            // A parameter that is not a tensor is refused if it is used as a weight.
            guard let first = values.first, case .tensor = first else {
                return opaque(values.first.map { objects.kind(of: $0) } ?? global.rawValue, holdsNumbers: true)
            }
            return first
        case .rebuildFromType:
            // The function, the class, the function's arguments, further attributes.
            guard depth == 0, values.count >= 3, case .tuple(let index) = values[2] else {
                return opaque(global.rawValue, holdsNumbers: true)
            }
            return try result(of: values[0], objects.sequences[index], depth: 1)
        case .rebuildTensor, .rebuildTensor2, .rebuildTensor3:
            if case .opaque(let index) = values.first { return opaque(objects.opaque[index].name, holdsNumbers: true) }
            objects.tensors.append(try view(values, global))
            return .tensor(objects.tensors.count - 1)
        }
    }

    /// Whether a value is a tensor or a storage, or was made from one.
    private func holdsNumbers(_ value: PickleValue) -> Bool {
        switch value {
        case .tensor, .storage: true
        case .opaque(let index): objects.opaque[index].holdsNumbers
        case .tuple(let index):
            objects.sequences[index].prefix(8).contains { value in
                switch value {
                case .tensor, .storage: true
                case .opaque(let index): objects.opaque[index].holdsNumbers
                default: false
                }
            }
        default: false
        }
    }

    /// A dictionary from its constructor's arguments: none, another dictionary, or a list of pairs, as Python 2 writes it.
    ///
    /// Nothing is copied twice: a call takes three bytes, and each of many could name the same long list.
    private mutating func dictionary(of argument: PickleValue?) -> PickleValue {
        switch argument {
        case .dictionary(let index): return .dictionary(index)
        case .list(let list), .tuple(let list):
            if let known = dictionaryOfList[list] { return .dictionary(known) }
            let pairs = objects.sequences[list].compactMap { item -> (key: PickleValue, value: PickleValue)? in
                guard case .list(let pair) = item.asList, objects.sequences[pair].count == 2 else { return nil }
                return (key: objects.sequences[pair][0], value: objects.sequences[pair][1])
            }
            objects.dictionaries.append(pairs)
            dictionaryOfList[list] = objects.dictionaries.count - 1
        default: objects.dictionaries.append([])
        }
        return .dictionary(objects.dictionaries.count - 1)
    }

    /// The storage of a persistent reference `("storage", type, key, place, count, view)`.
    mutating func storage(_ reference: PickleValue) throws -> PickleValue {
        guard case .tuple(let index) = reference else { return opaque("a persistent reference", holdsNumbers: true) }
        let values = objects.sequences[index]
        guard values.first?.text == "storage" else {
            // A module's class with its source text, as in a model that was saved as a whole.
            return values.count > 1 ? values[1] : opaque("a persistent reference")
        }
        guard values.count >= 5, case .opaque(let type) = values[1], let key = values[2].text,
            let count = values[4].integer, count >= 0
        else { throw failure("refers to a storage in an unknown way") }
        var (offset, held) = (0, count)
        if values.count > 5, let view = integers(values[5], from: 1) {
            // Its key, its offset in the whole storage, and its length.
            guard view.count == 2, view[0] >= 0, view[1] >= 0, view[0] <= count, view[1] <= count - view[0] else {
                throw failure("refers to an impossible view of a storage")
            }
            (offset, held) = (view[0], view[1])
        }
        objects.storages.append(
            StorageReference(
                key: key, type: StorageType(python: objects.opaque[type].name), offset: offset, count: held))
        return .storage(objects.storages.count - 1)
    }

    private func view(_ values: [PickleValue], _ global: KnownGlobal) throws -> TensorView {
        guard values.count >= 4, case .storage(let index) = values[0], let offset = values[1].integer,
            let shape = integers(values[2]), let strides = integers(values[3]), shape.count == strides.count,
            offset >= 0, strides.allSatisfy({ $0 >= 0 })
        else { throw failure("calls \(global.rawValue) with arguments that make no tensor") }
        guard ClaimedShape.count(shape) != nil else {
            throw failure("makes a tensor of the impossible shape \(shape.prefix(70))")
        }
        let storage = objects.storages[index]
        var type = storage.type
        // The bytes of a storage without a type are numbers of the tensor's.
        if global == .rebuildTensor3, values.count > 6, case .opaque(let name) = values[6] {
            type = StorageType(python: objects.opaque[name].name)
        }
        return TensorView(storage: storage, type: type, offset: offset, shape: shape, strides: strides)
    }

    private func integers(_ value: PickleValue, from first: Int = 0) -> [Int]? {
        guard case .tuple(let index) = value else { return nil }
        let values = objects.sequences[index].dropFirst(first)
        let numbers = values.compactMap(\.integer)
        return numbers.count == values.count ? numbers : nil
    }
}

extension PickleValue {
    /// A tuple as the list of the same values.
    fileprivate var asList: PickleValue { if case .tuple(let index) = self { .list(index) } else { self } }
}
