import Gradus
import Testing

/// Tensors print as NumPy prints arrays; the expected texts are NumPy's.
@Suite struct PrintingTests {
    @Test(arguments: printed)
    func doubles(_ values: [Double], _ text: String) { #expect(Tensor(values).description == text) }

    @Test func otherTypesAndRanks() {
        #expect(Tensor<Float>(1.5).description == "1.5")
        #expect(Tensor<Double>(2).description == "2.0")
        #expect(Tensor<Int32>([[1, -20], [300, 4]]).description == "[[  1 -20]\n [300   4]]")
        #expect(
            Tensor<Int32>((0..<8).map { Int32($0) }, shape: [2, 2, 2]).description
                == "[[[0 1]\n  [2 3]]\n\n [[4 5]\n  [6 7]]]")
        #expect(Tensor<Float>([0.1, 0.2]).description == "[0.1 0.2]")
    }

    @Test func longAxesShowTheirEnds() {
        let numbers = Tensor<Int32>((0..<2000).map { Int32($0) })
        #expect(numbers.description == "[   0    1    2 ... 1997 1998 1999]")
        let rows = numbers.reshaped(to: [1000, 2]).description.split(separator: "\n")
        #expect(rows.count == 7 && rows[3] == " ..." && rows[0] == "[[   0    1]")
    }
}

private let printed: [(values: [Double], text: String)] = [
    ([1, 2.5, 3.25], "[1.   2.5  3.25]"),
    ([1, -2, 3], "[ 1. -2.  3.]"),
    ([0.1, 0.25], "[0.1  0.25]"),
    ([1000.5, 0.5], "[1.0005e+03 5.0000e-01]"),
    ([1e-5, 1], "[1.e-05 1.e+00]"),
    ([123456789, 1], "[1.23456789e+08 1.00000000e+00]"),
    ([Double.nan, 1, -Double.infinity], "[ nan   1. -inf]"),
    ([1 / 3, 2 / 3], "[0.33333333 0.66666667]"),
    ([0.001234, 0.5], "[0.001234 0.5     ]"),
    ([], "[]"),
]
