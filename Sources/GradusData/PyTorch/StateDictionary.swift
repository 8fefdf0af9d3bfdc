import Gradus

/// Finds the weights among everything that a training may have saved.
///
/// Of all dictionaries of tensors, one with a usual name for weights is preferred, then the one with the most tensors. The
/// states of optimizers and schedules are not searched.
struct StateDictionary {
    /// A dictionary of tensors.
    private struct Candidate {
        let index: Int
        let tensors: Int
        /// The rank in ``names`` of the best name on the path to it.
        let rank: Int
    }

    private let objects: PickleObjects

    /// The usual names, the likeliest first; averaged weights come after trained ones.
    private static let names = [
        "state_dict", "model_state_dict", "model_state", "model", "net", "network", "net_state_dict", "module",
        "weights",
        "params", "generator", "ema", "ema_state_dict", "state_dict_ema", "model_ema", "params_ema", "ema_model",
    ]
    /// Parts of the names of other training state.
    private static let otherParts = [
        "optimizer", "optimizer", "optim_", "scheduler", "scaler", "rng", "momentum", "exp_avg",
    ]
    private static let otherNames: Set<String> = [
        "optim", "opt", "adam", "sgd", "sched", "amp", "grad", "grads", "gradients",
    ]

    /// The names and tensors of the weights in `root`.
    static func tensors(
        in root: PickleValue, _ objects: PickleObjects, _ file: String
    ) throws -> [(name: String, view: TensorView)] {
        if case .tensor(let index) = root { return [(name: "tensor", view: objects.tensors[index])] }
        return try StateDictionary(objects: objects).tensors(in: root, file)
    }

    private init(objects: PickleObjects) { self.objects = objects }

    private func tensors(in root: PickleValue, _ file: String) throws -> [(name: String, view: TensorView)] {
        let candidates = candidates(in: root)
        let best = candidates.min { ($0.rank, -$0.tensors) < ($1.rank, -$1.tensors) }
        guard let best else { throw FileError(path: file, problem: nothingFound(in: root)) }
        return try objects.dictionaries[best.index].compactMap { entry in
            guard let name = entry.key.text else { return nil }
            switch entry.value {
            case .tensor(let index): return (name: name, view: objects.tensors[index])
            case .opaque(let index) where objects.opaque[index].holdsNumbers:
                throw FileError(
                    path: file,
                    problem:
                        "\"\(name)\" is made by \(objects.opaque[index].name); only plain tensors are read, and nothing is ever "
                        + "executed")
            default: return nil
            }
        }
    }

    /// All dictionaries of tensors, each visited once: a pickle may contain itself.
    private func candidates(in root: PickleValue) -> [Candidate] {
        var found: [Candidate] = []
        var (seenDictionaries, seenSequences): (Set<Int>, Set<Int>) = ([], [])
        var waiting = [(value: root, rank: Self.names.count)]
        var next = 0
        while next < waiting.count {
            let (value, rank) = waiting[next]
            next += 1
            if case .list(let index) = value, seenSequences.insert(index).inserted {
                waiting += objects.sequences[index].filter(mayHoldWeights).map { (value: $0, rank: rank) }
            } else if case .tuple(let index) = value, seenSequences.insert(index).inserted {
                waiting += objects.sequences[index].filter(mayHoldWeights).map { (value: $0, rank: rank) }
            }
            guard let index = dictionary(value), seenDictionaries.insert(index).inserted else { continue }
            let entries = objects.dictionaries[index]
            // The keys of an optimizer's state_dict().
            if entries.contains(where: { $0.key.text == "param_groups" }) { continue }
            let tensors = entries.count { $0.key.text != nil && isTensor($0.value) }
            if tensors > 0 { found.append(Candidate(index: index, tensors: tensors, rank: rank)) }
            for entry in entries where mayHoldWeights(entry.value) {
                guard let name = entry.key.text, !Self.isOther(name) else { continue }
                waiting.append((value: entry.value, rank: min(rank, Self.names.firstIndex(of: name) ?? rank)))
            }
        }
        return found
    }

    /// Whether a value is a tensor, or an object in the place of one.
    private func isTensor(_ value: PickleValue) -> Bool {
        switch value {
        case .tensor: true
        case .opaque(let index): objects.opaque[index].holdsNumbers
        default: false
        }
    }

    private func mayHoldWeights(_ value: PickleValue) -> Bool {
        switch value {
        case .list, .tuple, .dictionary: true
        default: dictionary(value) != nil
        }
    }

    private func dictionary(_ value: PickleValue) -> Int? {
        switch value {
        case .dictionary(let index): index
        case .opaque(let index): objects.opaque[index].dictionary
        default: nil
        }
    }

    /// Whether an entry of that name is the state of an optimizer, a schedule or a random number generator.
    private static func isOther(_ name: String) -> Bool {
        let name = name.lowercased()
        return otherNames.contains(name) || otherParts.contains(where: name.contains)
    }

    private func nothingFound(in root: PickleValue) -> String {
        guard let index = dictionary(root) else {
            return "holds \(objects.kind(of: root)) instead of a dictionary of tensors; save the model's state_dict()"
        }
        let entries = objects.dictionaries[index]
        let keys = entries.prefix(8).compactMap(\.key.text).joined(separator: ", ")
        let unknown = entries.prefix(8).compactMap { entry in
            if case .opaque(let index) = entry.value { objects.opaque[index].name } else { nil }
        }
        return "holds a dictionary without tensors (its keys: \(keys)); save the model's state_dict()"
            + (unknown.isEmpty ? "" : ". It names \(unknown.joined(separator: ", ")): nothing is ever executed")
    }
}
