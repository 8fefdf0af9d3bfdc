/// What surrounds an image before windows are laid over it.
public enum Padding: Equatable, Sendable {
    /// Nothing: windows lie inside the image.
    case valid
    /// Zeros so that the output is `⌈size / stride⌉`; an odd one goes to the bottom and the right, as in TensorFlow.
    case same
    /// The given numbers of zeros on each side.
    case explicit(top: Int, bottom: Int, left: Int, right: Int)

    /// The same number of zeros on all sides, as PyTorch's `padding=n`.
    public static func symmetric(_ n: Int) -> Padding { .explicit(top: n, bottom: n, left: n, right: n) }
}

/// Height and width of a window, its steps or its spacing; `3` stands for `(3, 3)`.
public struct Extent2D: Equatable, Sendable, ExpressibleByIntegerLiteral {
    /// Along the vertical axis.
    public let height: Int
    /// Along the horizontal axis.
    public let width: Int

    /// The given height and width.
    public init(_ height: Int, _ width: Int) {
        self.height = height
        self.width = width
    }

    /// A square.
    public init(_ size: Int) { self.init(size, size) }

    /// A square.
    public init(integerLiteral size: Int) { self.init(size, size) }
}
