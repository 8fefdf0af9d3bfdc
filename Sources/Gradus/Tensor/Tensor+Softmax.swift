import CKernels

extension Tensor where Scalar: DifferentiableScalar {
    /// Probabilities along `axis`: `exp(x_i) / Σ_j exp(x_j)`.
    public func softmax(axis: Int = -1) -> Tensor {
        along("softmax", axis, logarithms: false) { dy, y, axis in
            y * (dy - (dy * y).sum(axes: [axis], keepingAxes: true))
        }
    }

    /// The logarithm of ``softmax(axis:)``, exact where probabilities vanish: `x_i − ln Σ_j exp(x_j)`.
    public func logSoftmax(axis: Int = -1) -> Tensor {
        along("logSoftmax", axis, logarithms: true) { dy, y, axis in
            dy - y.exp() * dy.sum(axes: [axis], keepingAxes: true)
        }
    }

    @specialized(where Scalar == Float)
    private func along(
        _ name: StaticString, _ axis: Int, logarithms: Bool,
        _ expression: @escaping (_ dy: Tensor, _ y: Tensor, _ axis: Int) -> Tensor
    ) -> Tensor {
        let axis = normalized(axis: axis, "\(name)")
        check(shape[axis] > 0, "\(name): axis \(axis) of shape \(shape) is empty")
        let (outer, n, inner) = split(at: axis)
        let y = Tensor.computed(shape, self) { out, x in
            Kernels.softmax(out, x, outer: outer, n: n, inner: inner, logarithms: logarithms)
        }
        return record(y, from: self, operation: name) { upstream, pass in
            if pass.createsGraph { return expression(upstream, pass.result(0, y), axis) }
            return .computed(y.shape, upstream, y) { dx, dy, y in
                Kernels.softmaxGradient(dx, dy, y, outer: outer, n: n, inner: inner, logarithms: logarithms)
            }
        }
    }
}

extension Kernels {
    fileprivate static func softmax<Scalar: DifferentiableScalar>(
        _ out: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, outer: Int, n: Int, inner: Int,
        logarithms: Bool
    ) {
        let kernels = Scalar.kernels.pointee
        let rows = logarithms ? kernels.log_softmax : kernels.softmax
        let columns = logarithms ? kernels.log_softmax_columns : kernels.softmax_columns
        nonisolated(unsafe) let (out, x) = (out, x)
        if inner == 1 { return forEachRowRange(outer, width: n) { rows(out + $0 * n, x + $0 * n, $1, n) } }
        forEachColumnRange(outer: outer, n: n, inner: inner) { first, count, column, width in
            for row in first..<(first + count) {
                let at = row * n * inner + column
                columns(out + at, x + at, n, inner, width)
            }
        }
    }

    fileprivate static func softmaxGradient<Scalar: DifferentiableScalar>(
        _ dx: UnsafeMutablePointer<Scalar>, _ dy: UnsafePointer<Scalar>, _ y: UnsafePointer<Scalar>, outer: Int, n: Int,
        inner: Int, logarithms: Bool
    ) {
        let kernels = Scalar.kernels.pointee
        let rows = logarithms ? kernels.log_softmax_gradient : kernels.softmax_gradient
        let columns = kernels.softmax_columns_gradient
        nonisolated(unsafe) let (dx, dy, y) = (dx, dy, y)
        if inner == 1 {
            return forEachRowRange(outer, width: n) { rows(dx + $0 * n, dy + $0 * n, y + $0 * n, $1, n) }
        }
        forEachColumnRange(outer: outer, n: n, inner: inner) { first, count, column, width in
            for row in first..<(first + count) {
                let at = row * n * inner + column
                columns(dx + at, dy + at, y + at, logarithms ? 1 : 0, n, inner, width)
            }
        }
    }
}
