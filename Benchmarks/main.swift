import ExampleSupport
import Foundation
import Gradus

let help = HelpText(
    program: "benchmarks",
    summary:
        "times the eight workloads by which Gradus is compared with PyTorch: the median step, the achieved speed, its "
        + "share of the fastest matrix product, and the peak memory.",
    examples: [
        ("make bench", "all of them; run without OPENBLAS_CORETYPE, so that OpenBLAS chooses its kernels"),
        ("swift run -c release benchmarks --only mnist", "some of them"),
    ],
    flags: [
        FlagSpecification("--help", .toggle, "print this text"),
        FlagSpecification("--only", .value("TEXT"), "workloads whose name contains the text"),
        FlagSpecification("--kernels", .toggle, "the families of kernels instead of whole workloads"),
        FlagSpecification("--seconds", .value("N"), "how long each is timed (default 6)"),
        FlagSpecification("--threads", .value("N"), "threads to use (default: one a processor)"),
        FlagSpecification("--out", .value("FOLDER"), "where results go (default out/benchmarks)"),
        FlagSpecification("--smoke", .toggle, "each for a moment"),
    ])

runProgram(help) { flags in
    if flags.has("--kernels") {
        showHeader("benchmarks", [])
        for benchmark in microbenchmarks where flags.text("--only").map(benchmark.name.contains) ?? true {
            let (seconds, speed, unit) = benchmark.measured(seconds: flags.has("--smoke") ? 0 : 0.4)
            let name = benchmark.name + String(repeating: " ", count: max(1, 58 - benchmark.name.count))
            show(name + String(format: "%9.3f ms %7.1f ", 1000 * seconds, speed) + unit)
        }
        return
    }
    let folder = try RunFolder(flags.text("--out") ?? "out/benchmarks")
    let seconds = flags.has("--smoke") ? 0 : try flags.integer("--seconds", in: 0...600) ?? 6
    let chosen = workloads.filter { workload in flags.text("--only").map(workload.name.contains) ?? true }
    guard !chosen.isEmpty else {
        throw UsageError("--only matches none of \(workloads.map(\.name).joined(separator: ", "))")
    }
    let peak = Speed.measured().product
    showHeader("benchmarks", [("sgemm", String(format: "%.0f GFLOP/s", peak))])
    let log = try EventLog(URL(fileURLWithPath: folder.file("results.jsonl")))
    for workload in chosen {
        let timing = Timing(workload, seconds: Double(seconds), peakGigaflops: peak)
        let name = workload.name + String(repeating: " ", count: 18 - workload.name.count)
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
