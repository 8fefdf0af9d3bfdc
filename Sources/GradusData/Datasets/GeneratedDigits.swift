import Gradus

/// Digits that the program draws itself, for a machine without any data: strokes in random size, place, slant, weight
/// and curvature, with noise over them; 28 × 28 gray pixels in 10 classes.
public struct GeneratedDigits: Sendable {
    /// Training images.
    public let training: LabeledImages
    /// Test images, made from other random numbers.
    public let test: LabeledImages

    /// Draws the set; the same seed gives the same images.
    public init(training: Int = 12_000, test: Int = 2_000, seed: UInt64 = 1) {
        self.training = drawnDigits(training, seed: 2 * seed)
        self.test = drawnDigits(test, seed: 2 * seed + 1)
    }
}

private let side = 28

private func drawnDigits(_ count: Int, seed: UInt64) -> LabeledImages {
    // Each image has its random stream, so that images can be drawn in any order.
    let numbers = Tensor<Float>(uniform: [count, 8], using: RandomGenerator(seed: seed))
    let noise = Tensor<Float>(normal: [count, side * side], deviation: 14, using: RandomGenerator(seed: seed ^ 0xFACE))
    var pixels = [UInt8](repeating: 0, count: count * side * side)
    pixels.withUnsafeMutableBufferPointer { pixels in
        numbers.withUnsafeElements { numbers in
            noise.withUnsafeElements { noise in
                for image in 0..<count {
                    let pose = Pose(numbers[(8 * image)..<(8 * image + 8)])
                    let segments = digitStrokes[image % 10].flatMap { stroke in
                        zip(stroke, stroke.dropFirst()).map { (pose.place($0), pose.place($1)) }
                    }
                    for at in 0..<(side * side) {
                        let ink = pose.ink(at: Point(Float(at % side), Float(at / side)), segments)
                        pixels[image * side * side + at] = UInt8(
                            max(0, min(255, 255 * ink + noise[image * side * side + at])))
                    }
                }
            }
        }
    }
    return LabeledImages(
        Tensor(pixels, shape: [count, side, side, 1]), Tensor((0..<count).map { Int32($0 % 10) }),
        classNames: (0..<10).map(String.init))
}

private struct Point {
    let (x, y): (Float, Float)

    init(_ x: Float, _ y: Float) { (self.x, self.y) = (x, y) }
}

/// How one digit is drawn.
private struct Pose {
    let (width, height, turn, slant, weight, dx, dy, bend): (Float, Float, Float, Float, Float, Float, Float, Float)

    init(_ random: Slice<UnsafeBufferPointer<Float>>) {
        let r = Array(random)
        (width, height) = (11 + 8 * r[0], 15 + 8 * r[1])
        (turn, slant) = (0.5 * (r[2] - 0.5), 0.6 * (r[3] - 0.5))
        (weight, dx, dy, bend) = (0.8 + 1.1 * r[4], 5 * (r[5] - 0.5), 5 * (r[6] - 0.5), 0.3 * (r[7] - 0.5))
    }

    /// A point of the unit square in the image.
    func place(_ point: Point) -> Point {
        let (u, v) = (point.x - 0.5, point.y - 0.5)
        let x = width * (u - slant * v + bend * (v * v - 0.12))
        let y = height * v
        return Point(14 + dx + x - turn * y, 14 + dy + y + turn * x)
    }

    /// 1 on a stroke, 0 off it, in between at its edge.
    func ink(at point: Point, _ segments: [(Point, Point)]) -> Float {
        let distance = segments.reduce(Float.infinity) { min($0, squaredDistance(point, $1.0, $1.1)) }.squareRoot()
        return max(0, min(1, weight + 0.5 - distance))
    }
}

private func squaredDistance(_ p: Point, _ a: Point, _ b: Point) -> Float {
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    let along = max(0, min(1, ((p.x - a.x) * dx + (p.y - a.y) * dy) / max(1e-6, dx * dx + dy * dy)))
    let (ex, ey) = (p.x - a.x - along * dx, p.y - a.y - along * dy)
    return ex * ex + ey * ey
}

/// The strokes of 0 to 9 in a unit square, x to the right and y down.
private let digitStrokes: [[[Point]]] = [
    [[(0.5, 0), (0.15, 0.15), (0, 0.5), (0.15, 0.85), (0.5, 1), (0.85, 0.85), (1, 0.5), (0.85, 0.15), (0.5, 0)]],
    [[(0.2, 0.25), (0.55, 0), (0.55, 1)]],
    [[(0.05, 0.25), (0.2, 0.05), (0.5, 0), (0.85, 0.1), (0.9, 0.35), (0.6, 0.65), (0, 1), (1, 1)]],
    [
        [
            (0.05, 0.1), (0.5, 0), (0.9, 0.15), (0.85, 0.38), (0.4, 0.48), (0.9, 0.6), (0.95, 0.85), (0.5, 1),
            (0.02, 0.9),
        ]
    ],
    [[(0.75, 1), (0.75, 0), (0, 0.65), (1, 0.65)]],
    [[(0.9, 0), (0.15, 0), (0.1, 0.45), (0.55, 0.38), (0.95, 0.55), (0.95, 0.82), (0.55, 1), (0.05, 0.9)]],
    [[(0.8, 0), (0.3, 0.2), (0.05, 0.6), (0.15, 0.9), (0.5, 1), (0.9, 0.88), (0.92, 0.62), (0.5, 0.5), (0.1, 0.68)]],
    [[(0, 0), (1, 0), (0.35, 1)]],
    [
        [
            (0.5, 0.47), (0.1, 0.3), (0.15, 0.08), (0.5, 0), (0.85, 0.08), (0.9, 0.3), (0.5, 0.47), (0.05, 0.7),
            (0.12, 0.92), (0.5, 1), (0.88, 0.92), (0.95, 0.7), (0.5, 0.47),
        ]
    ],
    [[(0.9, 0.35), (0.5, 0.5), (0.1, 0.38), (0.08, 0.12), (0.5, 0), (0.85, 0.1), (0.95, 0.4), (0.7, 0.8), (0.2, 1)]],
].map { strokes in strokes.map { stroke in stroke.map { Point($0.0, $0.1) } } }
