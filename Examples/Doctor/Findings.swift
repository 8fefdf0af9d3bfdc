import ExampleSupport
import Foundation
import Gradus
import GradusBLAS
import GradusData
import GradusText
import GradusTraining
import GradusVision

/// Versions, and what is missing.
func softwareLines() -> [String] {
    #if DEBUG
        let build = "debug: add -c release to `swift run`, everything will be many times faster"
    #else
        let build = "release"
    #endif
    let hasFonts = (try? Font(size: 12).width(of: "a")) != nil
    return [
        "gradus      \(gradusVersion), built for \(build)",
        "swift       \(firstLine(of: "swift", "--version") ?? "not found on the path; needed to build, not to run")",
        "blas        OpenBLAS \(BLAS.version), \(BLAS.kernel) kernels",
        "fonts       \(hasFonts ? "found" : "missing, images will have no words: apt install fonts-dejavu-core")",
    ]
}

/// Which data sets are here.
func dataLines() -> [String] {
    func line(_ name: String, _ search: DataSearch) -> String {
        let label = name + String(repeating: " ", count: 12 - name.count)
        do {
            let place = try search.locate()
            return "\(label)\(place.folder) (\(place.origin))"
        } catch let error as MissingData {
            return "\(label)missing. \(error.advice)"
        } catch {
            return "\(label)\(error)"
        }
    }
    return [
        line("fashion", FashionMNIST.search), line("mnist", MNIST.search), line("cifar-10", CIFAR10.search),
        line("tiny text", TinyShakespeare.search), line("plays", ShakespearePlays.search),
    ]
}

/// Processor, memory and measured speed.
func machineLines(_ speed: Speed) -> [String] {
    let memory = Double(ProcessInfo.processInfo.physicalMemory) / Double(1 << 30)
    return [
        "processor   \(processorName()), \(ProcessInfo.processInfo.activeProcessorCount) used as threads: \(Parallel.threads)",
        "memory      \(String(format: "%.1f GiB", memory))",
        "gemm        \(String(format: "%.0f GFLOP/s", speed.product)) (768 × 768 × 768)",
        "convolution \(String(format: "%.0f GFLOP/s", speed.convolution)) (3 × 3, 64 channels)",
    ]
}

/// How long each program takes by default.
func timeLines(_ speed: Speed) -> [String] {
    // Multiply-adds of one image, and images of the default run.
    let classification = speed.trainingSeconds(multiplyAdds: 13_883_904, examples: 2 * 60_000)
    // The same of ResNet-20 on CIFAR-10.
    let photographs = speed.trainingSeconds(multiplyAdds: 40_551_040, examples: 6 * 50_000)
    // Multiply-adds of a character through two layers of 128, and the characters of about 2,500 steps.
    let recurrent = Speed.measuredRecurrent()
    let text = Speed.recurrentTrainingSeconds(multiplyAdds: 238_208, steps: 2538 * 2500, speed: recurrent)
    // Multiply-adds of a pair of the built-in phrases, 7 words to read and 7.5 to write, and the pairs of five epochs. The
    // decoder's small products, word by word, run at half the speed.
    let translation = Speed.recurrentTrainingSeconds(multiplyAdds: 2 * 4_100_000, steps: 5 * 30_000, speed: recurrent)
    // A third of a step's multiply-adds for one image, and images of the default run.
    let generation = speed.trainingSeconds(multiplyAdds: 6_577_237, examples: 3 * 60_000)
    return [
        "image-classification   \(durationText(classification)); with --dataset cifar10 \(durationText(photographs))",
        "text-generation        \(durationText(text))",
        "translation            \(durationText(translation)) (the built-in phrases)",
        "image-generation       \(durationText(generation))",
    ]
}

private func processorName() -> String {
    guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
        let line = text.split(separator: "\n").first(where: { $0.hasPrefix("model name") }),
        let name = line.split(separator: ":").last
    else { return "unknown" }
    return name.trimmingCharacters(in: .whitespaces)
}

/// The first line that a command prints.
private func firstLine(of command: String, _ arguments: String...) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [command] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: data, as: UTF8.self).split(separator: "\n").first.map(String.init)
}
