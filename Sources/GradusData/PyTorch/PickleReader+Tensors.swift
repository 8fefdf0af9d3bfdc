/// The few things that a pickle of tensors may name and call.
extension PickleReader {
    mutating func pushGlobal(module: String, name: String) throws {
        guard let global = KnownGlobal(rawValue: "\(module).\(name)") else {
            throw failure(
                "names \(module).\(name); only tensors and plain values are read, and nothing is ever executed")
        }
        push(.global(global))
    }

    /// What a call with the given arguments would return.
    mutating func reduce(_ function: PickleValue, _ arguments: PickleValue) throws {
        guard case .global(let global) = function, case .tuple(let index) = arguments else {
            throw failure("calls \(function.kind)")
        }
        let values = objects.sequences[index]
        switch global {
        case .orderedDict:
            guard values.isEmpty else { throw failure("makes a collections.OrderedDict of arguments") }
            pushDictionary()
        case .size:
            guard values.count == 1, case .tuple = values[0] else { throw failure("makes a torch.Size of no tuple") }
            push(values[0])
        case .rebuildParameter:
            guard let first = values.first, case .tensor = first else {
                throw failure("makes a parameter of no tensor")
            }
            push(first)
        case .rebuildTensor, .rebuildTensor2:
            objects.tensors.append(try view(values, global))
            push(.tensor(objects.tensors.count - 1))
        default: throw failure("calls \(global.rawValue)")
        }
    }

    /// The storage of a persistent reference `("storage", type, key, place, count, …)`.
    mutating func storage(_ reference: PickleValue) throws -> PickleValue {
        guard case .tuple(let index) = reference else { throw failure("refers to \(reference.kind) as a storage") }
        let values = objects.sequences[index]
        guard values.count >= 5, values[0].text == "storage", case .global(let type) = values[1], type.number != nil,
            let key = values[2].text, let count = values[4].integer, count >= 0
        else { throw failure("refers to a storage in an unknown way") }
        if values.count > 5, case .tuple = values[5] {
            throw failure("refers to a view of a storage, as PyTorch 0.3 and older wrote it; save the file again")
        }
        objects.storages.append(StorageReference(key: key, type: type, count: count))
        return .storage(objects.storages.count - 1)
    }

    private func view(_ values: [PickleValue], _ global: KnownGlobal) throws -> TensorView {
        guard values.count >= 4, case .storage(let storage) = values[0], let offset = values[1].integer,
            let shape = integers(values[2]), let strides = integers(values[3]), shape.count == strides.count,
            offset >= 0, shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 }), shape.count <= 32
        else { throw failure("calls \(global.rawValue) with arguments that make no tensor") }
        return TensorView(storage: objects.storages[storage], offset: offset, shape: shape, strides: strides)
    }

    private func integers(_ value: PickleValue) -> [Int]? {
        guard case .tuple(let index) = value else { return nil }
        let numbers = objects.sequences[index].compactMap(\.integer)
        return numbers.count == objects.sequences[index].count ? numbers : nil
    }
}
