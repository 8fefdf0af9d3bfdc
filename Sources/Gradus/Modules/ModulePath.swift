/// The name under which a module was found in its model.
///
/// A block of layers keeps one as a stored property, so that ``Pass/block(_:at:_:)`` can say whose output it made:
///
/// ```swift
/// struct Block: Layer {
///     let first = Conv2D(16, 16, kernel: 3, padding: .same), second = Conv2D(16, 16, kernel: 3, padding: .same)
///     private let path = ModulePath()
///
///     func callAsFunction(_ input: Tensor<Float>, _ pass: Pass) -> Tensor<Float> {
///         pass.block("Block", at: path) { pass in input + second(first(input, pass), pass) }
///     }
/// }
/// ```
public final class ModulePath {
    /// The name, as `layer1.0`; `nil` before the model was first walked.
    public internal(set) var name: String?

    /// A path that is not known yet.
    public init() {}
}
