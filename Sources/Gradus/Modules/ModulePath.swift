/// Stands for the place of a module in its model.
///
/// A block of layers keeps one as a stored property, so that ``Pass/block(_:at:_:)`` can say whose output it made, under
/// whatever name the model knows it:
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
    /// A place of its own.
    public init() {}
}
