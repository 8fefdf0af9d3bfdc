import CKernels
import ExampleSupport
import Foundation
import Gradus
import GradusTraining

let help = HelpText(
    program: "benchmarks",
    summary:
        "times the workloads by which Gradus is compared with PyTorch, onnxruntime and TensorFlow: the median step, the "
        + "achieved speed, its share of the fastest matrix product, the peak memory, and whether the machine was quiet.",
    examples: [
        ("make bench", "all of them; run without OPENBLAS_CORETYPE, so that OpenBLAS chooses its kernels"),
        ("make bench-check", "against an older commit; fails when a workload got more than 5 % slower"),
        ("swift run -c release benchmarks --only mnist gpt", "some of them"),
        ("swift run -c release benchmarks --kernels --threads 1", "each function by itself"),
    ],
    flags: [
        FlagSpecification("--help", .toggle, "print this text"),
        FlagSpecification(
            "--list", .toggle, "name all workloads and what they do; with --kernels, the functions and sizes"),
        FlagSpecification("--only", .values("TEXT"), "workloads or kernels whose name is or contains one of the texts"),
        FlagSpecification("--against", .value("PROGRAM"), "compare with an older build of this program, in pairs"),
        FlagSpecification("--pairs", .value("N"), "quiet pairs for each workload of --against (default 9)"),
        FlagSpecification(
            "--noisy", .toggle, "with --against: do not wait for a quiet machine, and use pairs of a busy one too"),
        FlagSpecification(
            "--kernels", .toggle, "each function of tensors instead of whole workloads, as lines of JSON"),
        FlagSpecification("--size", .value("N"), "elements for --kernels (default 1000, 100000 and 10000000)"),
        FlagSpecification("--families", .toggle, "the families of kernels on sizes that the workloads have"),
        FlagSpecification("--growth", .toggle, "how time grows with batch, threads and width instead"),
        FlagSpecification("--first-step", .toggle, "how long after the start of the process the first step is done"),
        FlagSpecification("--quiet-check", .toggle, "whether anything else uses the processors, as JSON"),
        FlagSpecification("--machine", .toggle, "commit, machine, date and command as they stand in results, as JSON"),
        FlagSpecification("--serve", .toggle, "answer requests on standard input, for the scripts that compare"),
        FlagSpecification("--avx2", .toggle, "run the direct kernels as a processor without AVX-512 would"),
        FlagSpecification("--seconds", .value("N"), "how long each is timed (default 6, with --against 1)"),
        FlagSpecification("--threads", .value("N"), "threads to use (default: one a processor)"),
        FlagSpecification("--out", .value("FOLDER"), "where results go (default out/benchmarks)"),
        FlagSpecification("--smoke", .toggle, "each for a moment"),
    ])

runProgram(help) { flags in
    if flags.has("--avx2") { gradus_limit_instruction_set(GRADUS_V3) }
    let smoke = flags.has("--smoke")
    if flags.has("--list") && flags.has("--kernels") {
        for kernel in kernels { show("\(kernel.name)\t\(kernel.sizes.map(String.init).joined(separator: " "))") }
    } else if flags.has("--list") {
        for workload in workloads { show(padded(workload.name) + workload.about) }
    } else if flags.has("--quiet-check") {
        show(try jsonLine(QuietCheck.measured()))
    } else if flags.has("--machine") {
        show(try jsonLine(RunRecord.current()))
    } else if flags.has("--serve") {
        try serveRequests()
    } else if flags.has("--kernels") {
        let chosen = try chosen(kernels, \.name, flags.texts("--only"))
        try showKernels(chosen, size: try flags.integer("--size", in: 1000...100_000_000), seconds: smoke ? 0 : 0.1)
    } else if flags.has("--families") {
        showHeader("benchmarks", [])
        showFamilies(try chosen(families, \.name, flags.texts("--only")), seconds: smoke ? 0 : 0.4)
    } else if flags.has("--growth") {
        showHeader("benchmarks", [])
        showGrowth()
    } else {
        let chosen = try chosen(workloads, \.name, flags.texts("--only"))
        let seconds = try flags.integer("--seconds", in: 0...600)
        if flags.has("--first-step") {
            chosen[0].prepare()()
            show("\(chosen[0].name): first step done \(String(format: "%.3f", secondsSinceStart())) s after the start")
        } else if let baseline = flags.text("--against") {
            let check = BaselineCheck(
                baseline: baseline, pairs: try flags.integer("--pairs", in: 3...1000) ?? 9,
                seconds: smoke ? 0 : seconds ?? 1, acceptsNoise: flags.has("--noisy"))
            try compare(check, chosen, folder: flags.text("--out") ?? "out/benchmarks")
        } else {
            try timeWorkloads(
                chosen, seconds: smoke ? 0 : Double(seconds ?? 6), folder: flags.text("--out") ?? "out/benchmarks")
        }
    }
}

/// Those whose name is or contains one of the texts; all without texts. A text that is a name means that one only.
func chosen<Item>(_ items: [Item], _ name: (Item) -> String, _ texts: [String]) throws -> [Item] {
    let names = items.map(name)
    for text in texts where !names.contains(where: { $0.contains(text) }) {
        throw UsageError("--only: \"\(text)\" is in none of \(names.joined(separator: ", "))")
    }
    return items.filter { item in
        texts.isEmpty || texts.contains { names.contains($0) ? $0 == name(item) : name(item).contains($0) }
    }
}

/// Times each workload, prints a line of it and writes another to `results.jsonl`, whose first says where and when.
func timeWorkloads(_ chosen: [Workload], seconds: Double, folder: String) throws {
    let folder = try RunFolder(folder)
    let peak = Speed.measured().product
    let record = RunRecord.current()
    showHeader(
        "benchmarks",
        [
            ("sgemm", String(format: "%.0f GFLOP/s", peak)), ("commit", record.commit),
            ("machine", "\(record.processor), \(record.instructions); \(record.system)"),
        ])
    let log = try EventLog(URL(fileURLWithPath: folder.file("results.jsonl")))
    try log.write("run", record.fields)
    var before = QuietCheck.measured()
    for workload in chosen {
        let timing = Timing(workload, seconds: seconds, peakGigaflops: peak)
        let after = QuietCheck.measured()
        show(
            padded(workload.name)
                + String(
                    format: "%8.1f ms %10.0f items/s %6.0f GFLOP/s %4.0f %% of sgemm %6.0f MiB", 1000 * timing.seconds,
                    Double(workload.items) / timing.seconds, timing.gigaflops, 100 * timing.shareOfPeak,
                    timing.peakMebibytes)
                + (before.quiet && after.quiet ? "" : "  NOISY: \((before.quiet ? after : before).text)"))
        try log.write(
            "workload",
            [
                "workload": .text(workload.name), "ms": .number(1000 * timing.seconds),
                "items_per_s": .number(Double(workload.items) / timing.seconds), "gflops": .number(timing.gigaflops),
                "share_of_peak": .number(timing.shareOfPeak), "peak_mib": .number(timing.peakMebibytes),
                "gain_before": .number(before.gain), "gain_after": .number(after.gain),
                "noisy": .integer(before.quiet && after.quiet ? 0 : 1),
            ])
        before = after
    }
    folder.listFiles()
}

/// Compares with an older program; exits with 75 when the machine was too busy to tell.
func compare(_ check: BaselineCheck, _ chosen: [Workload], folder: String) throws {
    let folder = try RunFolder(folder)
    let log = try EventLog(URL(fileURLWithPath: folder.file("check.jsonl")))
    try log.write("run", RunRecord.current().fields + [("baseline", .text(check.baseline))])
    do {
        try check.run(chosen, log)
    } catch let error as Undecided {
        FileHandle.standardError.write(Data("error: \(error)\n".utf8))
        exit(75)
    }
    show("no workload is slower than \(BaselineCheck.limit) times the baseline")
}

/// A name and spaces up to the next column.
func padded(_ name: String) -> String { name + String(repeating: " ", count: max(1, 22 - name.count)) }

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
