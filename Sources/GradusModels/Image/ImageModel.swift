import Gradus

/// A network from images to a score for each class, with what training and explaining it needs to know.
///
/// A network of your own that conforms can be an ``ImageNetwork``, and an ``ImageClassifier``.
public protocol ImageModel: Layer {
    /// The name of the last layer, which knows the classes, such as `classifier.1`.
    var head: String { get }

    /// Layers and blocks whose outputs show what the network sees, from the first to the last; names of an
    /// `ActivationRecorder`.
    var layersWorthShowing: [String] { get }

    /// What its original's solver does with some of the parameters.
    var parameterGroups: [ParameterGroup] { get }
}

extension ImageModel {
    /// All parameters are treated alike.
    public var parameterGroups: [ParameterGroup] { [] }
}
