import CKernels
import ExampleSupport
import Foundation
import Gradus

let help = HelpText(
    program: "benchmarks",
    summary:
        "times the workloads by which Gradus is compared with PyTorch, nine of training and inference and four of networks for "
        + "ImageNet: the median step, the achieved speed, its "
        + "share of the fastest matrix product, and the peak memory.",
    examples: [
        ("make bench", "all of them; run without OPENBLAS_CORETYPE, so that OpenBLAS chooses its kernels"),
        ("swift run -c release benchmarks --only mnist", "some of them"),
        ("swift run -c release benchmarks --kernels", "each family of kernels by itself"),
    ],
    flags: [
        FlagSpecification("--help", .toggle, "print this text"),
        FlagSpecification("--only", .value("TEXT"), "workloads whose name contains the text"),
        FlagSpecification("--kernels", .toggle, "the families of kernels instead of whole workloads"),
        FlagSpecification("--growth", .toggle, "how time grows with batch, threads and width instead"),
        FlagSpecification("--first-step", .toggle, "how long after the start of the process the first step is done"),
        FlagSpecification("--avx2", .toggle, "run the direct kernels as a processor without AVX-512 would"),
        FlagSpecification("--seconds", .value("N"), "how long each is timed (default 6)"),
        FlagSpecification("--threads", .value("N"), "threads to use (default: one a processor)"),
        FlagSpecification("--out", .value("FOLDER"), "where results go (default out/benchmarks)"),
        FlagSpecification("--smoke", .toggle, "each for a moment"),
    ])

runProgram(help) { flags in
    if flags.has("--avx2") { gradus_limit_instruction_set(GRADUS_V3) }
    let chosen = (workloads + inferenceWorkloads).filter { workload in
        flags.text("--only").map(workload.name.contains) ?? true
    }
    if flags.has("--kernels") {
        showHeader("benchmarks", [])
        showMicrobenchmarks(containing: flags.text("--only"), seconds: flags.has("--smoke") ? 0 : 0.4)
    } else if flags.has("--growth") {
        showHeader("benchmarks", [])
        showGrowth()
    } else if chosen.isEmpty {
        throw UsageError(
            "--only matches none of \((workloads + inferenceWorkloads).map(\.name).joined(separator: ", "))")
    } else if flags.has("--first-step") {
        chosen[0].prepare()()
        show("\(chosen[0].name): first step done \(String(format: "%.3f", secondsSinceStart())) s after the start")
    } else {
        let seconds = flags.has("--smoke") ? 0 : try flags.integer("--seconds", in: 0...600) ?? 6
        try timeWorkloads(chosen, seconds: Double(seconds), folder: flags.text("--out") ?? "out/benchmarks")
    }
}

/// Times each workload, prints a line of it and writes another to `results.jsonl`.
func timeWorkloads(_ chosen: [Workload], seconds: Double, folder: String) throws {
    let folder = try RunFolder(folder)
    let peak = Speed.measured().product
    showHeader("benchmarks", [("sgemm", String(format: "%.0f GFLOP/s", peak))])
    let log = try EventLog(URL(fileURLWithPath: folder.file("results.jsonl")))
    for workload in chosen {
        let timing = Timing(workload, seconds: seconds, peakGigaflops: peak)
        let name = workload.name + String(repeating: " ", count: 22 - workload.name.count)
        show(
            name
                + String(
                    format: "%8.1f ms %10.0f items/s %6.0f GFLOP/s %4.0f %% of sgemm %6.0f MiB", 1000 * timing.seconds,
                    Double(workload.items) / timing.seconds, timing.gigaflops, 100 * timing.shareOfPeak,
                    timing.peakMebibytes))
        try log.write(
            "workload",
            [
                "workload": .text(workload.name), "ms": .number(1000 * timing.seconds),
                "items_per_s": .number(Double(workload.items) / timing.seconds), "gflops": .number(timing.gigaflops),
                "share_of_peak": .number(timing.shareOfPeak), "peak_mib": .number(timing.peakMebibytes),
            ])
    }
    folder.listFiles()
}

/// Seconds since the process was started, by the system's own account.
func secondsSinceStart() -> Double {
    let fields = (try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8))?.split(separator: ")").last?
        .split(separator: " ")
    let uptime = (try? String(contentsOfFile: "/proc/uptime", encoding: .utf8))?.split(separator: " ").first
    guard let fields, fields.count > 19, let ticks = Double(fields[19]), let now = uptime.flatMap({ Double($0) }) else {
        return .nan
    }
    return now - ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
}
