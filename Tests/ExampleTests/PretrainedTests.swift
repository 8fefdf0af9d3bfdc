import Foundation
import GradusVision
import Testing

/// MobileNetV2's published weights, where this machine has them (`make data`).
@Suite struct PretrainedTests {
    private static let name = "mobilenet_v2-b0353104.pth"
    private static let weights: String? = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        let data = ProcessInfo.processInfo.environment["GRADUS_DATA"] ?? ""
        return ["\(data)/mobilenetv2/\(name)", "\(root)/.data/mobilenetv2/\(name)"].first {
            FileManager.default.fileExists(atPath: $0)
        }
    }()
    private static let photographs = "/usr/lib/python3/dist-packages/skimage/data"
    private static let hasPhotographs =
        weights != nil && FileManager.default.fileExists(atPath: "\(photographs)/chelsea.png")

    /// The cat and the cup of scikit-image's own photographs.
    @Test(.enabled(if: hasPhotographs, "needs MobileNetV2's weights and Debian's python3-skimage"))
    func mobileNetKnowsACatAndACup() throws {
        let paths = ["chelsea.png", "coffee.png"].map { "\(Self.photographs)/\($0)" }
        let weights = try #require(Self.weights)
        let result = try program(["classify", "--model", "mobilenetv2", "--weights", weights] + paths)
        #expect(result.code == 0)
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(lines.count == 12 && lines[0] == paths[0] && lines[6] == paths[1])
        func percent(_ line: String) -> Double { Double(line.split(separator: " ")[0]) ?? 0 }
        #expect(lines[1].contains("Egyptian cat (class 285)") && abs(percent(lines[1]) - 71.4) <= 0.5)
        #expect(lines[7].contains("espresso (class 967)") && abs(percent(lines[7]) - 99.2) <= 0.5)
    }

    /// Small, gray and very long images are fitted like others; a very long one is not enlarged as a whole.
    @Test(.enabled(if: weights != nil, "needs MobileNetV2's weights")) func everyImageFits() throws {
        try withFolder { folder in
            let sizes = [(1, 1), (5, 300), (6000, 2), (2, 6000), (300, 224)]
            let paths = try sizes.map { width, height in
                let path = "\(folder)/\(width)x\(height).png"
                try Image(width: width, height: height, channels: width < 6 ? 1 : 3, filledWith: 77).write(to: path)
                return path
            }
            let weights = try #require(Self.weights)
            let result = try program(
                ["classify", "--top", "1", "--model", "mobilenetv2", "--weights", weights] + paths)
            #expect(result.code == 0)
            // All are one gray surface, so all are named alike, and the reader is told.
            let lines = Set(result.output.split(separator: "\n").filter { $0.hasPrefix(" ") })
            #expect(lines.count == 2 && lines.contains { $0.contains("the same color") })
        }
    }
}
