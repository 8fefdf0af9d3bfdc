/// Shapes that come from outside: from a file's header, or from what a program was sent.
package enum ClaimedShape {
    /// More axes than any network has; PyTorch and NumPy stop at 64.
    package static let largestRank = 64
    /// The most elements that an empty tensor would have were its empty axes of length 1. Nothing in a file bounds the other
    /// axes of such a tensor, but a sum along the empty one has as many elements as they say.
    package static let largestEmptyExtent = 1 << 28

    /// The number of elements of a tensor of that shape; nil when no tensor may be made of it: there are too many axes, a
    /// negative length, or lengths whose product is no number, be another of them 0.
    package static func count(_ shape: [Int]) -> Int? {
        guard shape.count <= largestRank else { return nil }
        var extent = 1
        for length in shape {
            let (product, overflow) = extent.multipliedReportingOverflow(by: max(1, length))
            guard length >= 0, !overflow else { return nil }
            extent = product
        }
        // The bytes are counted in the same numbers, in the largest type that there is.
        if shape.contains(0) { return extent <= largestEmptyExtent ? 0 : nil }
        return extent <= Int.max / 16 ? extent : nil
    }
}
