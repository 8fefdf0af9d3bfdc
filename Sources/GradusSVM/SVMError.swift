import Gradus

/// Why a support vector machine cannot be learned.
public struct SVMError: Error, Equatable, CustomStringConvertible {
    /// What came and what was expected.
    public let description: String
}

/// Throws unless there are two classes or more.
func requireClasses(_ labels: Tensor<Int32>) throws(SVMError) {
    let found = Set(labels.scalars)
    guard found.count > 1 else {
        throw SVMError(description: "a support vector machine needs two classes, got \(found.count)")
    }
}

/// Throws when a feature is NaN or infinite.
func requireFinite(_ features: Tensor<Float>) throws(SVMError) {
    guard features.withUnsafeElements({ $0.allSatisfy(\.isFinite) }) else {
        throw SVMError(description: "a support vector machine needs finite features; some are NaN or infinite")
    }
}
