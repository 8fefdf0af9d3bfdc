extension Image {
    /// The image in one channel: ITU-R BT.601 luma `0.299 R + 0.587 G + 0.114 B` of the encoded samples, rounded.
    ///
    /// This is the gray of JPEG, Pillow and torchvision. A gray image is returned as it is.
    public func gray() -> Image {
        if channels == 1 { return self }
        let gray = [UInt8](unsafeUninitializedCapacity: width * height) { output, count in
            pixels.withUnsafeBufferPointer { input in
                for i in 0..<output.count { output[i] = luma601(input[3 * i], input[3 * i + 1], input[3 * i + 2]) }
            }
            count = output.count
        }
        return Image(unchecked: gray, width, height, 1)
    }

    /// The image in three channels; a gray sample is repeated, a color image is returned as it is.
    public func color() -> Image {
        if channels == 3 { return self }
        let color = [UInt8](unsafeUninitializedCapacity: 3 * pixels.count) { output, count in
            pixels.withUnsafeBufferPointer { input in
                for i in 0..<output.count { output[i] = input[i / 3] }
            }
            count = output.count
        }
        return Image(unchecked: color, width, height, 3)
    }

    /// The negative: every sample `v` becomes `255 − v`.
    public func inverted() -> Image {
        Image(unchecked: pixels.map { 255 - $0 }, width, height, channels)
    }
}
