/// The gradient of one parameter: dense, or some rows of a table with zeros elsewhere; times a factor that is applied on use,
/// so that clipping by norm copies nothing.
struct ParameterGradient {
    enum Values {
        case dense(Tensor<Float>)
        case rows(RowGradient)
    }

    var values: Values
    var factor: Float = 1
    let shape: [Int]

    init(_ gradient: Tensor<Float>) { (values, shape) = (.dense(gradient), gradient.shape) }

    /// What has arrived at a parameter's leaf; `nil` when nothing has.
    init?(dense: Tensor<Float>?, rows: [(values: Tensor<Float>, indices: Tensor<Int32>)], shape: [Int]) {
        self.shape = shape
        if var dense {
            for part in rows { RowGradient([part], shape: shape).add(to: &dense) }
            values = .dense(dense)
        } else if !rows.isEmpty {
            values = .rows(RowGradient(rows, shape: shape))
        } else {
            return nil
        }
    }

    /// The whole gradient as one tensor.
    var tensor: Tensor<Float> {
        let unscaled: Tensor<Float>
        switch values {
        case .dense(let gradient): unscaled = gradient
        case .rows(let rows): unscaled = rows.tensor
        }
        return factor == 1 ? unscaled : unscaled * factor
    }

    /// The elements that may differ from zero, before the factor.
    var stored: Tensor<Float> {
        switch values {
        case .dense(let gradient): gradient
        case .rows(let rows): rows.values
        }
    }

    var sumOfSquares: Double { stored.sumOfSquares * Double(factor) * Double(factor) }

    /// Whether no element is NaN or infinite.
    var isFinite: Bool { factor.isFinite && (stored.sumOfSquares.isFinite || stored.isFinite) }

    /// The same positions with each stored element changed by a function that leaves zero alone.
    func mapStored(_ change: (Tensor<Float>) -> Tensor<Float>) -> ParameterGradient {
        var result = self
        let changed = change(factor == 1 ? stored : stored * factor)
        result.factor = 1
        switch values {
        case .dense: result.values = .dense(changed)
        case .rows(let rows): result.values = .rows(rows.with(changed))
        }
        return result
    }
}

/// Rows of a table's gradient, each at most once, in ascending order.
struct RowGradient {
    /// Which rows.
    let indices: [Int]
    /// Their gradients, `[R, …]`.
    let values: Tensor<Float>
    let shape: [Int]

    private init(indices: [Int], values: Tensor<Float>, shape: [Int]) {
        (self.indices, self.values, self.shape) = (indices, values, shape)
    }

    /// The sum of several parts; rows that meet are added in the order of the parts.
    init(_ parts: [(values: Tensor<Float>, indices: Tensor<Int32>)], shape: [Int]) {
        let all = parts.flatMap { $0.indices.scalars.map(Int.init) }
        let unique = Set(all).sorted()
        let position = Dictionary(uniqueKeysWithValues: unique.enumerated().map { ($1, Int32($0)) })
        let width = shape.dropFirst().reduce(1, *)
        let sum = Tensor<Float>.computed([unique.count] + shape.dropFirst()) { sum in
            zeroFill(sum, unique.count * width)
            for part in parts {
                let positions = Tensor(part.indices.scalars.map { position[Int($0)]! })
                part.values.withUnsafeElements { addRows($0.baseAddress, positions, width, to: sum) }
            }
        }
        self.init(indices: unique, values: sum, shape: shape)
    }

    /// Other gradients for the same rows.
    func with(_ values: Tensor<Float>) -> RowGradient { RowGradient(indices: indices, values: values, shape: shape) }

    /// The whole table.
    var tensor: Tensor<Float> {
        var table = Tensor<Float>(zeros: shape)
        add(to: &table)
        return table
    }

    /// Adds the rows to those of a table.
    func add(to table: inout Tensor<Float>) {
        let positions = Tensor(indices.map(Int32.init))
        let width = shape.dropFirst().reduce(1, *)
        table.withUnsafeMutableElements { table in
            guard let base = table.baseAddress else { return }
            values.withUnsafeElements { addRows($0.baseAddress, positions, width, to: base) }
        }
    }
}
