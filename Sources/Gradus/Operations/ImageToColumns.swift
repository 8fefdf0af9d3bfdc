extension Tensor where Scalar: DifferentiableScalar {
    /// The windows of images as rows of a matrix (im2col), with zeros outside the image.
    ///
    /// - Returns: `[N, OH · OW, KH · KW · C]` for images `[N, H, W, C]`.
    /// - Traps: when this is not `[N, H, W, C]` or the window does not fit.
    public func imageToColumns(
        kernel: Extent2D, stride: Extent2D = 1, padding: Padding = .valid, dilation: Extent2D = 1
    ) -> Tensor {
        let geometry = WindowGeometry(
            shape, kernel: kernel, stride: stride, padding: padding, dilation: dilation, "imageToColumns")
        return columns(geometry)
    }

    /// The transpose of ``imageToColumns(kernel:stride:padding:dilation:)`` (col2im): adds each row of a matrix to the
    /// window that it represents.
    ///
    /// - Parameter imageShape: `[N, H, W, C]` of the result.
    /// - Traps: when this is not `[N, OH · OW, KH · KW · C]`.
    public func columnsToImage(
        _ imageShape: [Int], kernel: Extent2D, stride: Extent2D = 1, padding: Padding = .valid,
        dilation: Extent2D = 1
    ) -> Tensor {
        let geometry = WindowGeometry(
            imageShape, kernel: kernel, stride: stride, padding: padding, dilation: dilation, "columnsToImage")
        let expected = [geometry.images, geometry.windows, geometry.positions * geometry.channels]
        check(shape == expected, "columnsToImage: expected \(expected), got \(shape)")
        return imageOfColumns(geometry)
    }

    private func columns(_ geometry: WindowGeometry) -> Tensor {
        let width = geometry.positions * geometry.channels
        let columns = Tensor.computed([geometry.images, geometry.windows, width], self) { out, images in
            nonisolated(unsafe) let (out, images) = (out, images)
            Parallel.forEach(geometry.images) { n in
                var window = geometry.window()
                Scalar.kernels.pointee.im2col(
                    out + n * geometry.windows * width, images + n * geometry.imageSize, &window, 0, geometry.channels)
            }
        }
        return record(columns, from: self, operation: "imageToColumns", transpose: { $0.imageOfColumns(geometry) })
    }

    private func imageOfColumns(_ geometry: WindowGeometry) -> Tensor {
        let width = geometry.positions * geometry.channels
        let shape = [geometry.images, geometry.height, geometry.width, geometry.channels]
        let image = Tensor.computed(shape, self) { images, columns in
            zeroFill(images, shape.reduce(1, *))
            nonisolated(unsafe) let (images, columns) = (images, columns)
            Parallel.forEach(geometry.images) { n in
                var window = geometry.window()
                Scalar.kernels.pointee.col2im(
                    images + n * geometry.imageSize, columns + n * geometry.windows * width, &window, 0,
                    geometry.channels)
            }
        }
        return record(image, from: self, operation: "columnsToImage", transpose: { $0.columns(geometry) })
    }
}
