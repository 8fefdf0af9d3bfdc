import Gradus

/// A recurrent state on its way from batch to batch, and into the checkpoint.
final class CarriedState {
    var state: RecurrentState?

    /// The state as named tensors; none at the beginning of an epoch.
    var tensors: [String: Tensor<Float>] {
        get {
            guard let state else { return [:] }
            let parts = [("hidden", state.hidden), ("cell", state.cell)]
            return Dictionary(
                uniqueKeysWithValues: parts.flatMap { name, layers in
                    layers.enumerated().map { ("\(name)/\($0)", $1) }
                })
        }
        set {
            func layers(_ name: String) -> [Tensor<Float>] {
                var found: [Tensor<Float>] = []
                while let tensor = newValue["\(name)/\(found.count)"] { found.append(tensor) }
                return found
            }
            let hidden = layers("hidden")
            state = hidden.isEmpty ? nil : RecurrentState(hidden: hidden, cell: layers("cell"))
        }
    }
}
