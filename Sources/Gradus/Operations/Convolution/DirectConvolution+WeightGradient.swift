import CKernels

extension DirectConvolution {
    /// `dw[k, m] = Σ over windows of x[window, k] dy[window, m]`.
    ///
    /// A small gradient is summed in parts of the batch, each of which has one of its own; they are added in a fixed
    /// order. A large one is cut by filters instead, and all threads go through all images.
    func weightGradient<Scalar: DifferentiableScalar>(
        _ dw: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>
    ) {
        let size = plan.weightShape.reduce(1, *)
        zeroFill(dw, size)
        if size <= 1 << 16 {
            sumOverParts(dw, size, x, dy)
        } else {
            sumOverFilters(dw, x, dy)
        }
    }

    private func sumOverParts<Scalar: DifferentiableScalar>(
        _ dw: UnsafeMutablePointer<Scalar>, _ size: Int, _ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>
    ) {
        let parts = min(8, geometry.images)
        let (frame, sizes) = framedSizes()
        let imagesAtATime = max(1, (1 << 18) / (4 * frame.size))
        withScratch(parts * size) { (sums: UnsafeMutablePointer<Scalar>) in
            Parallel.forEach(parts) { part in
                zeroFill(sums + part * size, size)
                let images = (part * geometry.images / parts)..<((part + 1) * geometry.images / parts)
                for first in stride(from: images.lowerBound, to: images.upperBound, by: imagesAtATime) {
                    let group = first..<min(first + imagesAtATime, images.upperBound)
                    frame.withFramed(x, group, firstRow: 0) { framed in
                        var product = sizes
                        product.images = group.count
                        product.gradient(sums + part * size, framed, dy + first * geometry.windows * plan.filters)
                    }
                }
            }
            for part in 0..<parts { Kernels.addScaled(dw, sums + part * size, 1, size) }
        }
    }

    private func sumOverFilters<Scalar: DifferentiableScalar>(
        _ dw: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>
    ) {
        let (frame, sizes) = framedSizes()
        let imagesAtATime = max(1, min(geometry.images, (1 << 22) / (4 * frame.size)))
        let block = PackedWeights<Scalar>.block
        for first in stride(from: 0, to: geometry.images, by: imagesAtATime) {
            let group = first..<min(first + imagesAtATime, geometry.images)
            frame.withFramedInParallel(x, group) { framed in
                Parallel.forEachRange(plan.filters, grain: block) { filter, count in
                    var product = sizes
                    product.images = group.count
                    product.chosenOutputs = filter..<(filter + count)
                    product.gradient(dw, framed, dy + first * geometry.windows * plan.filters)
                }
            }
        }
    }
}
