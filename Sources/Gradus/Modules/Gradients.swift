/// The gradient of a scalar with respect to a model's parameters: a value, by name.
public struct Gradients {
    struct Entry {
        let name: String
        let parameter: Parameter
        var gradient: ParameterGradient
    }

    var entries: [Entry]

    init(_ entries: [Entry]) { self.entries = entries }

    /// The names of the parameters that have a gradient, in declaration order.
    public var names: [String] { entries.map(\.name) }

    /// The gradient of the parameter with the given name, of the parameter's shape.
    public subscript(name: String) -> Tensor<Float>? {
        entries.first { $0.name == name }?.gradient.tensor
    }

    /// The gradient of the given parameter, of its shape.
    public subscript(parameter: Parameter) -> Tensor<Float>? {
        entries.first { $0.parameter === parameter }?.gradient.tensor
    }

    /// Gradients from tensors, as from a custom estimator or another process.
    ///
    /// - Parameters:
    ///   - model: the model whose gradients they are.
    ///   - tensors: a gradient for some of its parameters, by name and of the parameter's shape.
    /// - Traps: when the model has no parameter of a name, or the shapes differ.
    public init<Model: Module>(of model: Model, _ tensors: [String: Tensor<Float>]) {
        var remaining = tensors
        entries = model.namedParameters().compactMap { name, parameter in
            guard let gradient = remaining.removeValue(forKey: name) else { return nil }
            check(
                gradient.shape == parameter.shape,
                "Gradients: \"\(name)\" has shape \(parameter.shape), got \(gradient.shape)")
            return Entry(name: name, parameter: parameter, gradient: ParameterGradient(gradient))
        }
        check(remaining.isEmpty, "Gradients: \(Model.self) has no parameter \"\(remaining.keys.sorted().first ?? "")\"")
    }

    /// The gradients of the parameters of `part`, as for a separate optimizer:
    ///
    /// ```swift
    /// let (_, gradients) = valueWithGradient(at: network) { … }
    /// fast.update(network.head, along: gradients.restricted(to: network.head))
    /// slow.update(network.trunk, along: gradients.restricted(to: network.trunk))
    /// ```
    ///
    /// They keep their names in the whole model.
    public func restricted<Part: Module>(to part: Part) -> Gradients {
        let owned = Set(part.parameters.map(ObjectIdentifier.init))
        return Gradients(entries.filter { owned.contains(ObjectIdentifier($0.parameter)) })
    }

    /// The gradients of the parameters whose name `isIncluded` accepts.
    public func restricted(where isIncluded: (_ name: String) -> Bool) -> Gradients {
        Gradients(entries.filter { isIncluded($0.name) })
    }

    /// These gradients and those of other parameters.
    ///
    /// - Traps: when both have a gradient of the same parameter; `+` adds those.
    public func joined(with other: Gradients) -> Gradients {
        let mine = Set(entries.map { ObjectIdentifier($0.parameter) })
        let double = other.entries.first { mine.contains(ObjectIdentifier($0.parameter)) }
        check(double == nil, "Gradients.joined: both have a gradient of \"\(double?.name ?? "")\"; add them with +")
        return Gradients(entries + other.entries)
    }

    /// The same gradients, each changed by `transform`.
    ///
    /// - Traps: when `transform` returns another shape.
    public func map(_ transform: (_ name: String, _ gradient: Tensor<Float>) -> Tensor<Float>) -> Gradients {
        Gradients(
            entries.map { entry in
                var entry = entry
                let changed = transform(entry.name, entry.gradient.tensor)
                check(
                    changed.shape == entry.gradient.shape,
                    "Gradients.map: \"\(entry.name)\" has shape \(entry.gradient.shape), got \(changed.shape)")
                entry.gradient = ParameterGradient(changed)
                return entry
            })
    }

    /// The square root of the sum of squares over all gradients.
    public var globalNorm: Float {
        var sum = 0.0
        for entry in entries { sum += entry.gradient.sumOfSquares }
        return Float(sum.squareRoot())
    }

    /// The name of the first parameter, in declaration order, whose gradient holds a NaN or an infinity.
    public var firstNonFinite: String? {
        entries.first { !$0.gradient.isFinite }?.name
    }

    /// The sum for each parameter, as for a batch processed in parts.
    public static func + (a: Gradients, b: Gradients) -> Gradients {
        var sum = a
        for entry in b.entries {
            if let index = sum.entries.firstIndex(where: { $0.parameter === entry.parameter }) {
                sum.entries[index].gradient = ParameterGradient(
                    sum.entries[index].gradient.tensor + entry.gradient.tensor)
            } else {
                sum.entries.append(entry)
            }
        }
        return sum
    }

    /// All gradients multiplied by a number.
    public static func * (gradients: Gradients, factor: Float) -> Gradients {
        var scaled = gradients
        for index in scaled.entries.indices { scaled.entries[index].gradient.factor *= factor }
        return scaled
    }

    /// The same gradients, each stored element changed by a function that maps zero to zero.
    func mapStored(_ change: (Tensor<Float>) -> Tensor<Float>) -> Gradients {
        Gradients(
            entries.map { entry in
                var entry = entry
                entry.gradient = entry.gradient.mapStored(change)
                return entry
            })
    }
}
