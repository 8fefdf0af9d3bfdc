/// A network that its configuration rebuilds, so that a file of weights needs no program that knows its sizes.
///
/// ```swift
/// struct Classifier: ConfiguredModel {
///     struct Configuration: Codable { var units = 64 }
///     let configuration: Configuration
///     let layer: Dense
///     init(configuration: Configuration) { … }
/// }
/// ```
public protocol ConfiguredModel: Module {
    /// The sizes and choices that make the network.
    associatedtype Configuration: Codable & Sendable

    /// What the network was made from.
    var configuration: Configuration { get }

    /// A network with new weights.
    ///
    /// - Throws: an error for a configuration that no network can have, such as one from a damaged file.
    init(configuration: Configuration) throws
}

/// Sizes or choices that no network can have, as a damaged file may hold.
public struct InvalidConfiguration: InputError, CustomStringConvertible {
    /// What was found and what was expected.
    public let description: String

    /// An error with the given text.
    public init(_ description: String) { self.description = description }

    /// Throws with `problem` unless the condition holds.
    public static func check(_ condition: Bool, _ problem: @autoclosure () -> String) throws(InvalidConfiguration) {
        if !condition { throw InvalidConfiguration(problem()) }
    }
}
