import CKernels

/// The positions of windows in images `[N, H, W, C]`: the sizes of a convolution or pooling.
struct WindowGeometry {
    let (images, height, width, channels): (Int, Int, Int, Int)
    let (kernel, stride, dilation): (Extent2D, Extent2D, Extent2D)
    let (padTop, padLeft): (Int, Int)
    let (outHeight, outWidth): (Int, Int)

    init(
        _ shape: [Int], kernel: Extent2D, stride: Extent2D, padding: Padding, dilation: Extent2D = 1,
        _ operation: String
    ) {
        check(shape.count == 4, "\(operation): expected images [N, H, W, C], got \(shape)")
        for (name, extent) in [("kernel", kernel), ("stride", stride), ("dilation", dilation)] {
            check(
                (1...Self.largest).contains(extent.height) && (1...Self.largest).contains(extent.width),
                "\(operation): the \(name) must be positive and fit in memory, got \(extent.height) × "
                    + "\(extent.width)")
        }
        if case .explicit(let top, let bottom, let left, let right) = padding {
            check(
                min(top, bottom, left, right) >= 0 && max(top, bottom, left, right) <= Self.largest,
                "\(operation): the padding must not be negative and must fit in memory, got \(top), \(bottom), \(left), \(right)"
            )
        }
        (images, height, width, channels) = (shape[0], shape[1], shape[2], shape[3])
        (self.kernel, self.stride, self.dilation) = (kernel, stride, dilation)
        let vertical = WindowGeometry.position(
            height, (kernel.height - 1) * dilation.height + 1, stride.height, padding, isVertical: true)
        let horizontal = WindowGeometry.position(
            width, (kernel.width - 1) * dilation.width + 1, stride.width, padding, isVertical: false)
        (padTop, outHeight) = (vertical.before, vertical.count)
        (padLeft, outWidth) = (horizontal.before, horizontal.count)
        check(
            outHeight > 0 && outWidth > 0,
            "\(operation): \(WindowGeometry.description(kernel, dilation)) does not fit into \(height) × \(width)"
                + WindowGeometry.description(padding, height, width))
        check(
            isRepresentable([images, outHeight, outWidth, channels, kernel.height, kernel.width]),
            "\(operation): the windows do not fit in memory: \(images) × \(outHeight) × \(outWidth) of \(kernel.height) × "
                + "\(kernel.width) × \(channels)")
    }

    /// The largest window, stride or padding whose products do not overflow.
    static let largest = 1 << 30

    private static func description(_ kernel: Extent2D, _ dilation: Extent2D) -> String {
        let taps = "a window of \(kernel.height) × \(kernel.width)"
        if dilation == 1 { return taps }
        let reach = Extent2D((kernel.height - 1) * dilation.height + 1, (kernel.width - 1) * dilation.width + 1)
        return taps + " (\(reach.height) × \(reach.width) with its dilation of \(dilation.height) × \(dilation.width))"
    }

    private static func description(_ padding: Padding, _ height: Int, _ width: Int) -> String {
        guard case .explicit(let top, let bottom, let left, let right) = padding,
            max(top, bottom, left, right) > 0
        else { return "" }
        return " (\(height + top + bottom) × \(width + left + right) with its padding)"
    }

    /// The padding before the first element, and the number of windows, along one axis.
    private static func position(
        _ size: Int, _ reach: Int, _ stride: Int, _ padding: Padding, isVertical: Bool
    ) -> (before: Int, count: Int) {
        switch padding {
        case .valid: return (0, size < reach ? 0 : (size - reach) / stride + 1)
        case .same:
            let count = (size + stride - 1) / stride
            return (max(0, (count - 1) * stride + reach - size) / 2, count)
        case .explicit(let top, let bottom, let left, let right):
            let (before, after) = isVertical ? (top, bottom) : (left, right)
            let padded = size + before + after
            return (before, padded < reach ? 0 : (padded - reach) / stride + 1)
        }
    }

    /// Windows per image.
    var windows: Int { outHeight * outWidth }
    /// Elements per image.
    var imageSize: Int { height * width * channels }
    /// Positions per window.
    var positions: Int { kernel.height * kernel.width }
    /// The rows and columns that a window spans, with its dilation.
    var reach: Extent2D {
        Extent2D((kernel.height - 1) * dilation.height + 1, (kernel.width - 1) * dilation.width + 1)
    }
    /// Whether the windows are contiguous and in the order of the images: single pixels, or whole images.
    var windowsAreRows: Bool {
        guard padTop == 0 && padLeft == 0 else { return false }
        let isPixel = positions == 1 && stride == 1 && outHeight == height && outWidth == width
        let isImage = reach == Extent2D(height, width) && dilation == 1 && windows == 1
        return isPixel || isImage
    }

    /// The sizes for the kernels, for the output rows from `firstRow`.
    func window(firstRow: Int = 0, rows: Int? = nil) -> gradus_window {
        gradus_window(
            height: height, width: width, channels: channels, kernel_height: kernel.height, kernel_width: kernel.width,
            stride_height: stride.height, stride_width: stride.width, dilation_height: dilation.height,
            dilation_width: dilation.width, pad_top: padTop - firstRow * stride.height, pad_left: padLeft,
            out_height: rows ?? outHeight, out_width: outWidth)
    }
}

/// The padding around an image.
public enum Padding: Equatable, Sendable {
    /// None: windows are inside the image.
    case valid
    /// Zeros so that the output is `⌈size / stride⌉`; an odd one is added at the bottom and the right, as in
    /// TensorFlow.
    case same
    /// The given numbers of zeros on each side.
    case explicit(top: Int, bottom: Int, left: Int, right: Int)

    /// The same number of zeros on all sides, as PyTorch's `padding=n`.
    public static func symmetric(_ n: Int) -> Padding { .explicit(top: n, bottom: n, left: n, right: n) }
}

/// A height and a width, of a window, a stride or a dilation; `3` stands for `(3, 3)`.
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
