/// The largest element of each window: `y[n, i, j, c] = max over (p, q) of x[n, i s + p, j s + q, c]`.
///
/// The gradient goes to the largest element, the first among equals. Padding is never selected.
///
/// - Parameter x: images, `[N, H, W, C]`.
/// - Returns: `[N, OH, OW, C]`.
/// - Traps: when the window does not fit.
public func maxPool<Scalar: DifferentiableScalar>(
    _ x: Tensor<Scalar>, kernel: Extent2D, stride: Extent2D? = nil, padding: Padding = .valid
) -> Tensor<Scalar> {
    let geometry = poolingGeometry(x.shape, kernel, stride, padding, "maxPool")
    let (inputSize, outputSize) = (geometry.imageSize, geometry.windows * geometry.channels)
    let outputShape = [geometry.images, geometry.outHeight, geometry.outWidth, geometry.channels]
    // The positions of the largest elements are needed in the backward pass only.
    let positions = x.origin == nil ? nil : Tensor<Int32>.uninitialized(outputShape, like: x)
    let y = Tensor<Scalar>.computed(outputShape, x) { out, images in
        nonisolated(unsafe) let (out, images) = (out, images)
        Kernels.forEachRowRange(geometry.images, width: inputSize) { first, count in
            var window = geometry.window()
            for n in first..<(first + count) {
                Scalar.kernels.pointee.max_pool(
                    out + n * outputSize, positions.map { $0.destination + n * outputSize }, images + n * inputSize,
                    &window)
            }
        }
    }
    guard let positions else { return y }
    return record(y, from: x) { [shape = x.shape] upstream, pass in
        if pass.createsGraph {
            let images = geometry.images
            return upstream.reshaped(to: [images, outputSize])
                .addedAlong(positions.reshaped(to: [images, outputSize]), 1, into: [images, inputSize])
                .reshaped(to: shape)
        }
        return .computed(shape, upstream, positions) { dx, dy, positions in
            nonisolated(unsafe) let (dx, dy, positions) = (dx, dy, positions)
            Kernels.forEachRowRange(geometry.images, width: inputSize) { first, count in
                var window = geometry.window()
                zeroFill(dx + first * inputSize, count * inputSize)
                for n in first..<(first + count) {
                    Scalar.kernels.pointee.max_pool_gradient(
                        dx + n * inputSize, dy + n * outputSize, positions + n * outputSize, &window)
                }
            }
        }
    }
}

/// The mean of each window: `y[n, i, j, c] = mean over (p, q) of x[n, i s + p, j s + q, c]`.
///
/// Large windows are summed in double precision.
///
/// - Parameters:
///   - x: images, `[N, H, W, C]`.
///   - countPadding: whether padding counts as elements of value 0.
/// - Returns: `[N, OH, OW, C]`.
/// - Traps: when the window does not fit.
public func averagePool<Scalar: DifferentiableScalar>(
    _ x: Tensor<Scalar>, kernel: Extent2D, stride: Extent2D? = nil, padding: Padding = .valid,
    countPadding: Bool = false
) -> Tensor<Scalar> {
    let geometry = poolingGeometry(x.shape, kernel, stride, padding, "averagePool")
    return averaged(x, geometry, countPadding)
}

private func averaged<Scalar: DifferentiableScalar>(
    _ x: Tensor<Scalar>, _ geometry: WindowGeometry, _ countPadding: Bool
) -> Tensor<Scalar> {
    let (inputSize, outputSize) = (geometry.imageSize, geometry.windows * geometry.channels)
    let outputShape = [geometry.images, geometry.outHeight, geometry.outWidth, geometry.channels]
    let y = Tensor<Scalar>.computed(outputShape, x) { out, images in
        nonisolated(unsafe) let (out, images) = (out, images)
        Kernels.forEachRowRange(geometry.images, width: inputSize) { first, count in
            var window = geometry.window()
            for n in first..<(first + count) {
                Scalar.kernels.pointee.average_pool(
                    out + n * outputSize, images + n * inputSize, &window, countPadding ? 1 : 0)
            }
        }
    }
    return record(y, from: x, operation: "averagePool", transpose: { spread($0, geometry, countPadding) })
}

/// Distributes each mean's gradient equally over its window: the transpose of `averaged`.
private func spread<Scalar: DifferentiableScalar>(
    _ dy: Tensor<Scalar>, _ geometry: WindowGeometry, _ countPadding: Bool
) -> Tensor<Scalar> {
    let (inputSize, outputSize) = (geometry.imageSize, geometry.windows * geometry.channels)
    let shape = [geometry.images, geometry.height, geometry.width, geometry.channels]
    let dx = Tensor<Scalar>.computed(shape, dy) { dx, dy in
        nonisolated(unsafe) let (dx, dy) = (dx, dy)
        Kernels.forEachRowRange(geometry.images, width: inputSize) { first, count in
            var window = geometry.window()
            zeroFill(dx + first * inputSize, count * inputSize)
            for n in first..<(first + count) {
                Scalar.kernels.pointee.average_pool_gradient(
                    dx + n * inputSize, dy + n * outputSize, &window, countPadding ? 1 : 0)
            }
        }
    }
    return record(dx, from: dy, operation: "averagePool", transpose: { averaged($0, geometry, countPadding) })
}

/// The windows of a pooling, each of which must contain at least one element of the image.
private func poolingGeometry(
    _ shape: [Int], _ kernel: Extent2D, _ stride: Extent2D?, _ padding: Padding, _ operation: String
) -> WindowGeometry {
    let geometry = WindowGeometry(shape, kernel: kernel, stride: stride ?? kernel, padding: padding, operation)
    let lastTop = (geometry.outHeight - 1) * geometry.stride.height - geometry.padTop
    let lastLeft = (geometry.outWidth - 1) * geometry.stride.width - geometry.padLeft
    check(
        geometry.padTop < kernel.height && geometry.padLeft < kernel.width && lastTop < geometry.height
            && lastLeft < geometry.width,
        "\(operation): with a padding of \(geometry.padTop) rows above and \(geometry.padLeft) columns before the image some "
            + "windows of \(kernel.height) × \(kernel.width) lie outside its \(geometry.height) × \(geometry.width)")
    return geometry
}
