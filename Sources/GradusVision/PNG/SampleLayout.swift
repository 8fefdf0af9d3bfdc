/// The samples of a decoded pixel: 1 or 3 of color, and perhaps alpha after them.
struct SampleLayout {
    let channels: Int
    let hasAlpha: Bool

    var samplesPerPixel: Int { channels + (hasAlpha ? 1 : 0) }

    /// 8-bit samples with alpha over a background: `(α · v + (255 − α) · b) / 255`, rounded.
    func composited(_ samples: [UInt8], onto background: Color) -> [UInt8] {
        let under = components(of: background).map(UInt32.init)
        return pixels(count: samples.count / samplesPerPixel) { pixel, c in
            let alpha = UInt32(samples[pixel * samplesPerPixel + channels])
            let over = UInt32(samples[pixel * samplesPerPixel + c])
            return UInt8((alpha * over + (255 - alpha) * under[c] + 127) / 255)
        }
    }

    /// 16-bit samples, premultiplied by alpha if there is one, composited over a background, in 8 bits.
    func composited(_ samples: [UInt16], onto background: Color) -> [UInt8] {
        let under = components(of: background).map(UInt32.init)
        return pixels(count: samples.count / samplesPerPixel) { pixel, c in
            let over = UInt32(samples[pixel * samplesPerPixel + c])
            let transparency = hasAlpha ? 65535 - UInt32(samples[pixel * samplesPerPixel + channels]) : 0
            // 65535 = 257 · 255: both terms in 1 / 65535 of a full sample.
            return UInt8(min(255, (255 * over + transparency * under[c] + 32767) / 65535))
        }
    }

    private func components(of color: Color) -> [UInt8] {
        channels == 1 ? [color.luma] : [color.red, color.green, color.blue]
    }

    private func pixels(count pixelCount: Int, _ sample: (_ pixel: Int, _ channel: Int) -> UInt8) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: pixelCount * channels) { output, count in
            for pixel in 0..<pixelCount {
                for c in 0..<channels { output[pixel * channels + c] = sample(pixel, c) }
            }
            count = output.count
        }
    }
}
