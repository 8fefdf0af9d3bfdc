extension Image {
    /// The image in one channel: ITU-R BT.601 luma `0.299 R + 0.587 G + 0.114 B` of the encoded samples, rounded.
    ///
    /// This is the grey of JPEG, Pillow and torchvision. A grey image is returned as it is.
    public func grey() -> Image {
        if channels == 1 { return self }
        let grey = [UInt8](unsafeUninitializedCapacity: width * height) { output, count in
            pixels.withUnsafeBufferPointer { input in
                for i in 0..<output.count { output[i] = luma601(input[3 * i], input[3 * i + 1], input[3 * i + 2]) }
            }
            count = output.count
        }
        return Image(unchecked: grey, width, height, 1)
    }

    /// The image in three channels; a grey sample is repeated, a colour image is returned as it is.
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
