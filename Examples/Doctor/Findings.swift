import Foundation
import Gradus
import GradusBLAS
import GradusData
import GradusTraining
import GradusVision

/// One line of the doctor's.
typealias Fact = (name: String, value: String)

/// Versions, and what is missing.
func softwareFacts() -> [Fact] {
    #if DEBUG
        let build = "debug: add -c release to `swift run`, everything will be many times faster"
    #else
        let build = "release"
    #endif
    let hasFonts = (try? Font(size: 12).width(of: "a")) != nil
    return [
        ("gradus", "\(gradusVersion), built for \(build)"),
        ("swift", swiftVersion() ?? "not found on the path; needed to build, not to run"),
        ("blas", "OpenBLAS \(BLAS.version), \(BLAS.kernel) kernels"),
        ("fonts", hasFonts ? "found" : "missing, images will have no words: apt install fonts-dejavu-core"),
    ]
}

/// Where a data set is, or how to get it.
func place(_ name: String, _ search: DataSearch) -> Fact {
    do {
        let place = try search.locate()
        return (name, "\(place.folder) (\(place.origin))")
    } catch let error as MissingData {
        return (name, "missing. \(error.advice)")
    } catch {
        return (name, "\(error)")
    }
}

/// Processor, memory and measured speed.
func speedFacts(_ speed: Speed) -> [Fact] {
    machineFacts() + [
        ("threads", "\(Parallel.threads)"), ("gemm", String(format: "%.0f GFLOP/s (768 × 768 × 768)", speed.product)),
        (
            "convolution",
            String(
                format: "%.0f GFLOP/s (3 × 3, 64 channels; Winograd's method needs fewer operations than are counted)",
                speed.convolution)
        ),
    ]
}

/// How long each program takes by default.
func programTimes(_ speed: Speed, _ recurrent: Double) -> [Fact] {
    // Multiply-adds of one image, and images of the default run.
    let classification = speed.trainingSeconds(multiplyAdds: 13_883_904, examples: 2 * 60_000)
    // The same of ResNet-20 on CIFAR-10.
    let photographs = speed.trainingSeconds(multiplyAdds: 40_551_040, examples: 6 * 50_000)
    // Multiply-adds of a character through two layers of 128, and the characters of about 2,500 steps.
    let text = Speed.recurrentTrainingSeconds(multiplyAdds: 238_208, steps: 2538 * 2500, speed: recurrent)
    // Multiply-adds of a pair of the built-in phrases, 7 words to read and 7.5 to write, and the pairs of five epochs. The
    // decoder's small products, word by word, run at half the speed.
    let translation = Speed.recurrentTrainingSeconds(multiplyAdds: 2 * 4_100_000, steps: 5 * 30_000, speed: recurrent)
    // A third of a step's multiply-adds for one image, and images of the default run.
    let generation = speed.trainingSeconds(multiplyAdds: 6_577_237, examples: 3 * 60_000)
    return [
        (
            "image-classification",
            "\(durationText(classification)); with --dataset cifar10 \(durationText(photographs))"
        ),
        ("text-generation", durationText(text)), ("translation", "\(durationText(translation)) (the built-in phrases)"),
        ("image-generation", durationText(generation)),
    ]
}

/// The first line of `swift --version`.
private func swiftVersion() -> String? {
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = "swift --version".split(separator: " ").map(String.init)
    (process.standardOutput, process.standardError) = (output, FileHandle.nullDevice)
    guard (try? process.run()) != nil else { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: data, as: UTF8.self).split(separator: "\n").first.map(String.init)
}
