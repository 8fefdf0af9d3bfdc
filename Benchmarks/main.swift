import CKernels
import Foundation
import Gradus
import GradusBLAS
import GradusTraining

struct Benchmarks: Command {
    static let name = "benchmarks"
    static let summary =
        "times the workloads by which Gradus is compared with PyTorch, onnxruntime and TensorFlow: the median step, the "
        + "achieved speed, its share of the fastest matrix product, the peak memory, and whether the machine was quiet. "
        + "`make bench` runs all of them without OPENBLAS_CORETYPE, so that OpenBLAS chooses its kernels; `make bench-check` "
        + "compares with an older commit, and fails when a workload got more than 5 % slower."
    static let examples = [
        CommandExample("--only mnist gpt", "some of them"),
        CommandExample("--kernels --threads 1", "each function by itself"),
    ]

    @Flag("name all workloads and what they do; with --kernels, the functions and sizes") var list = false
    @Flag("workloads or kernels whose name is or contains one of the texts") var only: [String] = []
    @Flag("compare with an older build of this program, in pairs", placeholder: "PROGRAM") var against: String?
    @Flag("quiet pairs for each workload of --against", 3...1000) var pairs = 9
    @Flag("with --against: do not wait for a quiet machine, and use pairs of a busy one too") var noisy = false
    @Flag("each function of tensors instead of whole workloads, as lines of JSON") var kernels = false
    @Flag("elements for --kernels; by default 1000, 100000 and 10000000", 1000...100_000_000) var size: Int?
    @Flag("the families of kernels on sizes that the workloads have") var families = false
    @Flag("how time grows with batch, threads and width instead") var growth = false
    @Flag("how long after the start of the process the first step is done") var firstStep = false
    @Flag("whether anything else uses the processors, as JSON") var quietCheck = false
    @Flag("commit, machine, date and command as they stand in results, as JSON") var machine = false
    @Flag("answer requests on standard input, for the scripts that compare") var serve = false
    @Flag("run the direct kernels as a processor without AVX-512 would") var avx2 = false
    @Flag("how long each is timed, in seconds; by default 6, with --against 1", 0...600) var seconds: Int?
    @Flag("where results go", placeholder: "FOLDER") var out = "out/benchmarks"
    @Flag("each for a moment") var smoke = false

    func run() throws {
        if avx2 { gradus_limit_instruction_set(GRADUS_V3) }
        if list && kernels {
            for kernel in benchmarks.kernels {
                show("\(kernel.name)\t\(kernel.sizes.map(String.init).joined(separator: " "))")
            }
        } else if list {
            for workload in workloads { show(padded(workload.name) + workload.about) }
        } else if quietCheck {
            show(try jsonLine(QuietCheck.measured()))
        } else if machine {
            show(try jsonLine(RunRecord.current()))
        } else if serve {
            try serveRequests()
        } else if kernels {
            try showKernels(chosen(benchmarks.kernels, \.name, only), size: size, seconds: smoke ? 0 : 0.1)
        } else if families {
            showHeader([])
            showFamilies(try chosen(benchmarks.families, \.name, only), seconds: smoke ? 0 : 0.4)
        } else if growth {
            showHeader([])
            showGrowth()
        } else {
            try time(chosen(workloads, \.name, only))
        }
    }

    private func time(_ chosen: [Workload]) throws {
        if firstStep {
            chosen[0].prepare()()
            show("\(chosen[0].name): first step done \(String(format: "%.3f", secondsSinceStart())) s after the start")
        } else if let against {
            let check = BaselineCheck(
                baseline: against, pairs: pairs, seconds: smoke ? 0 : seconds ?? 1, acceptsNoise: noisy)
            try compare(check, chosen, folder: out)
        } else {
            try timeWorkloads(chosen, seconds: smoke ? 0 : Double(seconds ?? 6), folder: out)
        }
    }
}

/// Those whose name is or contains one of the texts; all without texts. A text that is a name means that one only.
func chosen<Item>(_ items: [Item], _ name: (Item) -> String, _ texts: [String]) throws -> [Item] {
    let names = items.map(name)
    for text in texts where !names.contains(where: { $0.contains(text) }) {
        throw UsageError("\"\(text)\" of --only is in none of \(names.joined(separator: ", "))")
    }
    return items.filter { item in
        texts.isEmpty || texts.contains { names.contains($0) ? $0 == name(item) : name(item).contains($0) }
    }
}

/// Times each workload, prints a line of it and writes another to `results.jsonl`, whose first says where and when.
func timeWorkloads(_ chosen: [Workload], seconds: Double, folder: String) throws {
    let results = try resultsFile("results.jsonl", folder)
    let peak = Speed.measured().product
    let record = RunRecord.current()
    showHeader([
        ("sgemm", String(format: "%.0f GFLOP/s", peak)), ("commit", record.commit),
        ("machine", "\(record.processor), \(record.instructions); \(record.system)"),
    ])
    let log = EventLog(results)
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
    show("\nfiles:\n  \(results.path)")
}

/// Compares with an older program; exits with 75 when the machine was too busy to tell.
func compare(_ check: BaselineCheck, _ chosen: [Workload], folder: String) throws {
    let log = try EventLog(resultsFile("check.jsonl", folder))
    try log.write("run", RunRecord.current().fields + [("baseline", .text(check.baseline))])
    do {
        try check.run(chosen, log)
    } catch let error as Undecided {
        FileHandle.standardError.write(Data("error: \(error)\n".utf8))
        exit(75)
    }
    show("no workload is slower than \(BaselineCheck.limit) times the baseline")
}

/// A file in the folder of results, which is created.
func resultsFile(_ name: String, _ folder: String) throws -> URL {
    let folder = URL(fileURLWithPath: folder)
    do { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) } catch {
        throw FileError(path: folder.path, problem: "cannot be created; choose another folder with --out")
    }
    return folder.appendingPathComponent(name)
}

/// Versions, threads, and what else the times depend on.
func showHeader(_ facts: [(name: String, value: String)]) {
    showTable(
        [
            ("gradus", "\(gradusVersion), benchmarks"), ("blas", "OpenBLAS \(BLAS.version), \(BLAS.kernel) kernels"),
            ("threads", "\(Parallel.threads)"),
        ] + facts)
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

Program("benchmarks", [Benchmarks.self]).run()
