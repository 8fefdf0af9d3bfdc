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
/// counts, is ignored. Recurrent and attention layers differ in more than layout and are not converted.
extension Module {
    /// Loads all parameters from PyTorch's tensors, or none if something does not fit.
    ///
    /// ```swift
    /// try model.load(torch: TorchWeights(contentsOf: "resnet20.th").tensors, file: "resnet20.th")
    /// ```
    ///
    /// - Parameters:
    ///   - torch: the tensors by PyTorch's names, such as `layer1.0.bn1.running_mean`. Prefixes that wrappers add to all names
    ///     are ignored, in the file and in this model.
    ///   - file: appears in errors.
    ///   - head: the prefix of parameters that are not loaded: the last layer, when the classes differ.
    ///   - flattened: the shapes `[H, W, C]` of images before they are flattened for a `Dense` layer, by the layer's name:
    ///     PyTorch flattens them in the order C, H, W.
    /// - Throws: ``CheckpointMismatch``, with names and shapes as PyTorch has them.
    public func load(
        torch tensors: [String: Tensor<Float>], file: String, exceptHead head: String? = nil,
        flattened: [String: [Int]] = [:]
    ) throws {
        var wanted = torchParameters(flattened).filter { head == nil || !$0.name.hasPrefix(head!) }
        var tensors = tensors
        // A prefix common to all names tells how a network was wrapped, not which network it is.
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

/// The prefixes that PyTorch's wrappers add to all names of a network's tensors: `module.` by `DataParallel`, `_orig_mod.` by
/// `torch.compile`, `model.` by Lightning, `net.`, and combinations.
package struct TorchWrappers {
    /// The wrappers' common prefix of all names.
    package let prefix: String
    private let length: Int

    /// The prefix of the given names; no name becomes empty without it.
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

    /// A name without the prefix.
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

/// A layer whose parameters have different names or layouts in PyTorch.
///
/// Custom layers can conform:
///
/// ```swift
/// extension Scaling: TorchMapped {
///     var torchParameters: [(parameter: Parameter, name: String, layout: TorchLayout)] { [(factor, "weight", .same)] }
/// }
/// ```
public protocol TorchMapped: Module {
    /// The parameters with their names and layouts in PyTorch's module; those of inner layers are not listed.
    var torchParameters: [(parameter: Parameter, name: String, layout: TorchLayout)] { get }
}

/// The order of a weight's axes in PyTorch.
public enum TorchLayout: Equatable, Sendable {
    /// As here.
    case same
    /// `[M, C, KH, KW]` for `[KH, KW, C, M]`.
    case filters
    /// `[M, D]` for `[D, M]`.
    case matrix
    /// `[M, D]` for `[D, M]`, where D counts the elements of an image `[H, W, C]` that PyTorch flattens as C, H, W.
    case flattened([Int])

    func torchShape(_ shape: [Int]) -> [Int] {
        switch self {
        case .same: shape
        case .filters: [shape[3], shape[2], shape[0], shape[1]]
        case .matrix, .flattened: [shape[1], shape[0]]
        }
    }

    func toTorch(_ tensor: Tensor<Float>) -> Tensor<Float> {
        switch self {
        case .same: return tensor
        case .filters: return tensor.transposed([3, 2, 0, 1])
        case .matrix: return tensor.transposed()
        case .flattened(let image):
            let filters = tensor.reshaped(to: image + [tensor.shape[1]])
            return filters.transposed([3, 2, 0, 1]).reshaped(to: [tensor.shape[1], tensor.shape[0]])
        }
    }

    func fromTorch(_ tensor: Tensor<Float>) -> Tensor<Float> {
        switch self {
        case .same: return tensor
        case .filters: return tensor.transposed([2, 3, 1, 0])
        case .matrix: return tensor.transposed()
        case .flattened(let image):
            let filters = tensor.reshaped(to: [tensor.shape[0], image[2], image[0], image[1]])
            return filters.transposed([2, 3, 1, 0]).reshaped(to: [tensor.shape[1], tensor.shape[0]])
        }
    }
}
