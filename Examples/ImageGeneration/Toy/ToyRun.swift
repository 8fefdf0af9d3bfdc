import ExampleSupport
import Foundation
import Gradus
import GradusTraining
import GradusVision

/// Lets the game in one dimension run and films it.
struct ToyRun {
    private let seed: Int
    private let steps: Int
    private let out: String
    private let start = ProcessInfo.processInfo.systemUptime

    init(_ flags: Flags) throws {
        seed = try flags.integer("--seed", in: 0...Int(Int32.max)) ?? 1
        steps = flags.has("--smoke") ? 400 : 3000
        out = flags.text("--out") ?? "out/image-generation"
        for flag in ["--dataset", "--data", "--size", "--conditional", "--resume", "--full"] where flags.has(flag) {
            throw UsageError("--toy is a game with numbers, not with images; leave \(flag) out")
        }
    }

    func run() throws {
        let folder = try RunFolder(out)
        let log = try EventLog(URL(fileURLWithPath: folder.file("toy.jsonl")))
        showHeader(
            "image-generation train --toy",
            [
                ("seed", "\(seed)"),
                ("data", "numbers from a bell curve, mean \(ToyGAN.mean), deviation \(ToyGAN.deviation)"),
                ("training", "\(steps) steps, some seconds"),
            ])
        let game = ToyGAN(seed: seed)
        // The same noise in every frame.
        let noise = Tensor<Float>(normal: [4000, 1], using: RandomGenerator(seed: UInt64(seed) ^ 0x70E))
        let axis = (0..<201).map { index in
            ToyFrame.range.lowerBound
                + (ToyFrame.range.upperBound - ToyFrame.range.lowerBound) * Float(index) / 200
        }
        var frames: [Image] = []
        for step in 0...steps {
            if step % (steps / 60) == 0 {
                let frame = ToyFrame(step: step, made: game.made(noise).scalars, belief: game.belief(axis))
                frames.append(frame.drawn())
            }
            guard step < steps else { break }
            let losses = game.step(progress: Float(step) / Float(steps))
            guard losses.discriminator.isFinite && losses.generator.isFinite else {
                throw DivergenceError(step: step + 1, loss: losses.generator, parameter: nil)
            }
            try log.write(
                "step",
                [
                    "step": .integer(step + 1), "discriminator_loss": .number(Double(losses.discriminator)),
                    "generator_loss": .number(Double(losses.generator)),
                ])
        }
        try write(frames, folder)
        let made = game.made(noise)
        let mean = Double(made.mean().item)
        let deviation = Double((made - made.mean()).squared().mean().item).squareRoot()
        let isWhole = steps >= 3000
        let result = RunResult([
            RunResult.Figure("mean", mean, within: isWhole ? 0.85...1.15 : nil),
            RunResult.Figure("deviation", deviation, within: isWhole ? 0.45...0.75 : nil),
            RunResult.Figure("seconds", ProcessInfo.processInfo.systemUptime - start, unit: "s"),
        ])
        try result.report(to: log)
        folder.listFiles()
    }

    /// All frames, the first, and the last.
    private func write(_ frames: [Image], _ folder: RunFolder) throws {
        try AnimatedPNG(frames, secondsPerFrame: 0.12, lastSeconds: 3).write(to: folder.file("toy.png"))
        try frames[0].write(to: folder.file("toy-first.png"))
        try frames[frames.count - 1].write(to: folder.file("toy-last.png"))
    }
}
