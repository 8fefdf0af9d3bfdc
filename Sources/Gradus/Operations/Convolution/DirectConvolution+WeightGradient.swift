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
        guard geometry.images > 0 else { return zeroFill(dw, size) }
        if size <= 1 << 19 || plan.groups > 1 {
            sumOverParts(dw, size, x, dy)
        } else {
            sumOverFilters(dw, x, dy)
        }
    }

    private func sumOverParts<Scalar: DifferentiableScalar>(
        _ dw: UnsafeMutablePointer<Scalar>, _ size: Int, _ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>
    ) {
        let parts = min(geometry.images, max(2, min(8, (1 << 20) / size)))
        let (frame, sizes) = framedSizes()
        let imagesAtATime = imagesAtATime(frame)
        withScratch(parts * size) { (sums: UnsafeMutablePointer<Scalar>) in
            nonisolated(unsafe) let (x, dy, dw, sizes, sums) = (x, dy, dw, sizes, sums)
            Parallel.forEach(parts) { part in
                let images = (part * geometry.images / parts)..<((part + 1) * geometry.images / parts)
                for first in stride(from: images.lowerBound, to: images.upperBound, by: imagesAtATime) {
                    let group = first..<min(first + imagesAtATime, images.upperBound)
                    frame.withFramed(x, group, firstRow: 0) { framed in
                        var product = sizes
                        product.images = group.count
                        product.accumulates = first > images.lowerBound
                        product.gradient(sums + part * size, framed, dy + first * geometry.windows * plan.filters)
                    }
                }
            }
            Parallel.forEachRange(size, grain: 1 << 13) { start, count in
                (dw + start).update(from: sums + start, count: count)
                for part in 1..<parts {
                    Scalar.kernels.pointee.add_scaled(dw + start, sums + part * size + start, 1, count)
                }
            }
        }
    }

    private func sumOverFilters<Scalar: DifferentiableScalar>(
        _ dw: UnsafeMutablePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ dy: UnsafePointer<Scalar>
    ) {
        let (frame, sizes) = framedSizes()
        let imagesAtATime = min(geometry.images, max(imagesAtATime(frame), (1 << 22) / (4 * frame.size)))
        let block = PackedWeights<Scalar>.block
        for first in stride(from: 0, to: geometry.images, by: imagesAtATime) {
            let group = first..<min(first + imagesAtATime, geometry.images)
            frame.withFramedInParallel(x, group) { framed in
                nonisolated(unsafe) let (framed, dy, dw, sizes) = (framed, dy, dw, sizes)
                Parallel.forEachRange(plan.filters, grain: block) { filter, count in
                    var product = sizes
                    product.images = group.count
                    product.chosenOutputs = filter..<(filter + count)
                    product.accumulates = first > 0
                    product.gradient(dw, framed, dy + first * geometry.windows * plan.filters)
                }
            }
        }
    }

    /// Few images, so that their frames stay in a core's cache while all of the window is gone through; but enough windows
    /// that reading and writing the sums is little beside them.
    private func imagesAtATime(_ frame: Frame) -> Int {
        max((256 + geometry.windows - 1) / geometry.windows, (1 << 18) / (4 * frame.size))
    }
}
