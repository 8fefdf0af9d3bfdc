import Foundation
import Gradus

/// A point on the way from one noise to another along the sphere:
/// `sin((1 − t) Ω)/sin Ω · a + sin(t Ω)/sin Ω · b`, Ω the angle between them (Shoemake 1985).
///
/// Normal noise of many numbers lies near a sphere. A straight line would lead through its inside, where a generator has
/// hardly ever been. Where both have nearly the same or the opposite direction there is no such way, and the straight one is
/// taken.
///
/// - Parameters:
///   - a: where the way begins, `[Z]`.
///   - b: where it ends, `[Z]`.
///   - t: how far to go, from 0 to 1.
/// - Traps: when the shapes differ.
public func sphericalInterpolation(_ a: Tensor<Float>, _ b: Tensor<Float>, _ t: Double) -> Tensor<Float> {
    check(a.shape == b.shape, "sphericalInterpolation: from shape \(a.shape) to \(b.shape)")
    func dot(_ x: Tensor<Float>, _ y: Tensor<Float>) -> Double { Double((x * y).sum().item) }
    let cosine = dot(a, b) / max((dot(a, a) * dot(b, b)).squareRoot(), 1e-12)
    let angle = acos(max(-1, min(1, cosine)))
    guard sin(angle) > 1e-4 else { return a * Float(1 - t) + b * Float(t) }
    return a * Float(sin((1 - t) * angle) / sin(angle)) + b * Float(sin(t * angle) / sin(angle))
}
