/// Weights under PyTorch's names and in PyTorch's layouts.
///
/// | here | in PyTorch |
/// | --- | --- |
/// | `Conv2D` weight `[KH, KW, C, M]` | `[M, C, KH, KW]` |
/// | `ConvTranspose2D` weight `[KH, KW, M, C]` | `[C, M, KH, KW]` |
/// | `Dense` weight `[D, M]` | `[M, D]` |
/// | `runningMean`, `runningVariance` of normalizations | `running_mean`, `running_var` |
///
/// All other parameters have the same names and layouts in both; `num_batches_tracked`, which PyTorch's batch normalization
/// counts, is passed over. Recurrent and attention layers differ in more than layout and are not converted.
extension Module {
    /// Takes all parameters from tensors of PyTorch's, or none if something does not fit.
    ///
    /// ```swift
    /// try model.load(torch: TorchWeights(contentsOf: "resnet20.th").tensors, file: "resnet20.th")
    /// ```
    ///
    /// - Parameters:
    ///   - torch: the tensors by PyTorch's names, as `layer1.0.bn1.running_mean`.
    ///     What wrappers put before all of them does not count, nor what stands so before all of this model's.
    ///   - file: appears in errors.
    ///   - head: parameters whose name begins so are left as they are, and not looked for: the last layer, when the classes
    ///     are others.
    ///   - flattened: the shapes `[H, W, C]` that images have before they are flattened for a `Dense` layer, by the layer's
    ///     name: PyTorch flattens them in the order C, H, W.
    /// - Throws: ``CheckpointMismatch``, with names and shapes as PyTorch has them.
    public func load(
        torch tensors: [String: Tensor<Float>], file: String, exceptHead head: String? = nil,
        flattened: [String: [Int]] = [:]
    ) throws {
        var wanted = torchParameters(flattened).filter { head == nil || !$0.name.hasPrefix(head!) }
        var tensors = tensors
        // What stands before all names says how a network was wrapped, here or there, and not which one it is.
        let (own, theirs) = (TorchWrappers(wanted.map(\.torchName)), TorchWrappers(tensors.keys))
        if own.prefix != theirs.prefix {
            for index in wanted.indices { wanted[index].torchName = own.removed(from: wanted[index].torchName) }
            tensors = Dictionary(uniqueKeysWithValues: tensors.map { (theirs.removed(from: $0.key), $0.value) })
        }
        let names = Set(wanted.map(\.torchName))
        let missing = wanted.map(\.torchName).filter { tensors[$0] == nil }
        let leftOver = tensors.keys.filter { name in
            !names.contains(name) && !name.hasSuffix("num_batches_tracked") && !(head.map(name.hasPrefix) ?? false)
        }.sorted()
        let misshapen = wanted.compactMap { entry in
            tensors[entry.torchName].flatMap { found in
                found.shape == entry.torchShape
                    ? nil : (name: entry.torchName, expected: entry.torchShape, found: found.shape)
            }
        }
        guard missing.isEmpty && leftOver.isEmpty && misshapen.isEmpty else {
            throw CheckpointMismatch(file: file, missing: missing, leftOver: leftOver, misshapen: misshapen)
        }
        for entry in wanted { try checkFinite(tensors[entry.torchName]!, entry.torchName, file: file) }
        for entry in wanted { entry.parameter.value = entry.layout.fromTorch(tensors[entry.torchName]!) }
    }

    /// All parameters under PyTorch's names and in PyTorch's layouts: what PyTorch's `load_state_dict` takes.
    ///
    /// - Parameter flattened: as in ``load(torch:file:exceptHead:flattened:)``.
    public func torchTensors(flattened: [String: [Int]] = [:]) -> [String: Tensor<Float>] {
        Dictionary(
            torchParameters(flattened).map { ($0.torchName, $0.layout.toTorch($0.parameter.stored)) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Every parameter with the name and layout that it has in PyTorch.
    private func torchParameters(_ flattened: [String: [Int]]) -> [TorchParameter] {
        var known: [ObjectIdentifier: (name: String, layout: TorchLayout)] = [:]
        for (name, module) in namedModules() {
            guard let layer = module as? any TorchMapped else { continue }
            for (parameter, torchName, layout) in layer.torchParameters {
                let flattened = layout == .matrix ? flattened[name].map(TorchLayout.flattened) : nil
                known[ObjectIdentifier(parameter)] = (torchName, flattened ?? layout)
            }
        }
        return namedParameters().map { name, parameter in
            let prefix = name.lastIndex(of: ".").map { String(name[...$0]) } ?? ""
            let entry = known[ObjectIdentifier(parameter)]
            return TorchParameter(
                name: name, torchName: entry.map { prefix + $0.name } ?? name, layout: entry?.layout ?? .same,
                parameter: parameter)
        }
    }
}

/// What PyTorch's wrappers put before all names of a network's tensors: `module.` of `DataParallel`, `_orig_mod.` of
/// `torch.compile`, `model.` of Lightning, `net.`, and several of them.
package struct TorchWrappers {
    /// The beginning that all names have in common, as far as it is made of these.
    package let prefix: String
    private let length: Int

    /// What stands before all of the given names; none of them becomes empty without it.
    package init(_ names: some Collection<String>) {
        let wrappers = ["module.", "_orig_mod.", "model.", "net."].map { Array($0.utf8) }
        var length = 0
        while !names.isEmpty,
            let wrapper = wrappers.first(where: { wrapper in
                names.allSatisfy { name in
                    let rest = name.utf8.dropFirst(length)
                    return rest.count > wrapper.count && rest.starts(with: wrapper)
                }
            })
        { length += wrapper.count }
        self.length = length
        prefix = String(decoding: names.first?.utf8.prefix(length) ?? "".utf8.prefix(0), as: UTF8.self)
    }

    /// A name without it.
    package func removed(from name: String) -> String {
        String(decoding: name.utf8.dropFirst(length), as: UTF8.self)
    }
}

private struct TorchParameter {
    let name: String
    var torchName: String
    let layout: TorchLayout
    let parameter: Parameter

    var torchShape: [Int] { layout.torchShape(parameter.shape) }
}
