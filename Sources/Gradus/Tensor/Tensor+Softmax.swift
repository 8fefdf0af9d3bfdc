extension Tensor where Scalar: DifferentiableScalar {
    /// Probabilities along `axis`: `exp(x_i) / Σ_j exp(x_j)`.
    public func softmax(axis: Int = -1, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        alongRows("softmax", axis, Scalar.kernels.pointee.softmax, Scalar.kernels.pointee.softmax_gradient, file, line)
        { dy, y in
            y * (dy - (dy * y).sum(axes: [-1], keepingAxes: true))
        }
    }

    /// The logarithm of ``softmax(axis:file:line:)``, exact where probabilities vanish: `x_i − ln Σ_j exp(x_j)`.
    public func logSoftmax(axis: Int = -1, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
        alongRows(
            "logSoftmax", axis, Scalar.kernels.pointee.log_softmax, Scalar.kernels.pointee.log_softmax_gradient, file,
            line
        ) {
            dy, y in
            dy - y.exp() * dy.sum(axes: [-1], keepingAxes: true)
        }
    }

    typealias RowKernel = @convention(c) (UnsafeMutableRawPointer, UnsafeRawPointer, Int, Int) -> Void
    typealias RowGradientKernel =
        @convention(c) (UnsafeMutableRawPointer, UnsafeRawPointer, UnsafeRawPointer, Int, Int) -> Void

    private func alongRows(
        _ name: StaticString, _ axis: Int, _ kernel: @escaping RowKernel, _ gradient: @escaping RowGradientKernel,
        _ file: StaticString, _ line: UInt, _ expression: @escaping (_ dy: Tensor, _ y: Tensor) -> Tensor
    ) -> Tensor {
        let axis = normalized(axis: axis, "\(name)", file, line)
        check(shape[axis] > 0, "\(name): axis \(axis) of shape \(shape) is empty", file, line)
        if axis != rank - 1 {
            return swappingAxes(axis, -1).alongRows(name, -1, kernel, gradient, file, line, expression).swappingAxes(
                axis, -1)
        }
        let n = shape[axis]
        let rows = count / n
        let y = Tensor.computed(shape, self) { out, x in
            nonisolated(unsafe) let (out, x) = (out, x)
            Kernels.forEachRowRange(rows, width: n) { kernel(out + $0 * n, x + $0 * n, $1, n) }
        }
        return record(y, from: self, operation: name) { upstream, pass in
            if pass.createsGraph { return expression(upstream, pass.result(0, y)) }
            return .computed(y.shape, upstream, y) { dx, dy, y in
                nonisolated(unsafe) let (dx, dy, y) = (dx, dy, y)
                Kernels.forEachRowRange(rows, width: n) { gradient(dx + $0 * n, dy + $0 * n, y + $0 * n, $1, n) }
            }
        }
    }
}
