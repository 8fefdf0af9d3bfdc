/// The model that runs, for the names of its layers in messages.
///
/// A layer is called as `layer(x, pass)` and does not know its name, which depends on the model that it is part of.
package enum RunningModel {
    /// The names of the layers; `nil` where no model is known.
    @TaskLocal static var names: ModuleNames?

    /// Runs `body`, in which messages name the layers of `model`.
    package static func with<Result>(_ model: (any Module)?, _ body: () throws -> Result) rethrows -> Result {
        guard let model else { return try body() }
        return try $names.withValue(ModuleNames(of: model)) { try body() }
    }
}
