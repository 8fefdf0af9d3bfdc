import Foundation
import Gradus

/// `report.html` of a run: settings, command, machine, curves, images, samples, and the result beside what was expected.
///
/// The file needs no other one. It is rewritten at each evaluation, and a browser reloads it until the run has ended.
struct RunReport {
    private let path: String
    private let program: String
    private let command: String
    private let settings: SettingValues
    var facts: [(name: String, value: String)] = []
    var samples: [(step: Int, text: String)] = []
    var curves: RunCurves
    var result: [Metric] = []
    /// Larger images are linked.
    private static let mostImageBytes = 4 << 20
    private static let mostSamples = 30

    init(path: String, program: String, arguments: [String], settings: SettingValues, log: String) {
        (self.path, self.program, self.settings) = (path, program, settings)
        command = ([program] + arguments.map { $0.contains(" ") ? "\"\($0)\"" : $0 }).joined(separator: " ")
        curves = RunCurves(log: log)
    }

    /// Writes the page.
    func write(_ folder: RunFolder, _ record: RunRecord, isFinished: Bool = false) throws {
        let status = isFinished ? "finished" : "running, or interrupted: see the log"
        var parts = [
            "<!DOCTYPE html>", "<html lang=\"en\"><head><meta charset=\"utf-8\">",
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
            isFinished ? "" : "<meta http-equiv=\"refresh\" content=\"10\">",
            "<title>\(escaped(program)): \(escaped(folder.path))</title>", "<style>\(Self.style)</style></head><body>",
            "<h1>\(escaped(program))</h1>", "<p class=\"status\">\(status)</p>",
            "<pre class=\"command\">\(escaped(command))</pre>",
        ]
        if !result.isEmpty { parts.append(section("Result", resultTable)) }
        parts.append(section("Curves", figures(charts(record).map { $0.svg() })))
        parts.append(section("Evaluations", evaluationTable(record)))
        parts.append(section("Samples", sampleBlocks))
        parts.append(section("Images", images(folder)))
        parts.append(
            section(
                "Settings", table(settings.values.sorted { $0.key < $1.key }.map { ($0.key, $0.value.description) })))
        parts.append(section("Machine", table(facts + machineFacts())))
        parts.append("</body></html>\n")
        try AtomicFile.write(
            Data(parts.filter { !$0.isEmpty }.joined(separator: "\n").utf8), to: URL(fileURLWithPath: path))
    }

    private func section(_ title: String, _ body: String) -> String {
        body.isEmpty ? "" : "<h2>\(title)</h2>\n\(body)"
    }

    private func table(_ rows: [(name: String, value: String)]) -> String {
        guard !rows.isEmpty else { return "" }
        return "<table>"
            + rows.map { "<tr><th>\(escaped($0.name))</th><td>\(escaped($0.value))</td></tr>" }.joined(separator: "\n")
            + "</table>"
    }

    private var resultTable: String {
        "<table><tr><th></th><th>reached</th><th>expected</th></tr>"
            + result.map { metric in
                let mark = metric.isReached.map { $0 ? "good" : "bad" } ?? ""
                return "<tr class=\"\(mark)\"><th>\(escaped(metric.title))</th><td>\(escaped(metric.text))</td>"
                    + "<td>\(escaped(metric.expectedText ?? ""))</td></tr>"
            }.joined(separator: "\n") + "</table>"
    }

    private func evaluationTable(_ record: RunRecord) -> String {
        let names = record.metricNames
        guard !names.isEmpty else { return "" }
        let rows = record.evaluations.enumerated().suffix(40).map { index, evaluation in
            "<tr class=\"\(index == record.best ? "good" : "")\"><td>\(evaluation.epoch)</td><td>\(evaluation.step)</td>"
                + names.map { name in
                    "<td>\(escaped(evaluation.metrics.first { $0.name == name }?.text ?? ""))</td>"
                }.joined() + "</tr>"
        }
        return "<table><tr><th>epoch</th><th>step</th>"
            + names.map { "<th>\(escaped($0.replacing("_", with: " ")))</th>" }.joined() + "</tr>"
            + rows.joined(separator: "\n") + "</table>"
    }

    private var sampleBlocks: String {
        samples.suffix(Self.mostSamples).reversed().map {
            "<p>after \($0.step) steps</p><pre>\(escaped($0.text))</pre>"
        }.joined(separator: "\n")
    }

    /// What was evaluated, where that is more than a point, and the curves of the steps.
    private func charts(_ record: RunRecord) -> [LineChart] {
        record.evaluationCharts.filter { $0.series[0].points.count > 1 } + curves.charts
    }

    private func figures(_ charts: [String]) -> String {
        charts.isEmpty ? "" : "<div class=\"figures\">" + charts.joined(separator: "\n") + "</div>"
    }

    /// The images that the run has written, inside the page.
    private func images(_ folder: RunFolder) -> String {
        let types = ["png": "image/png", "svg": "image/svg+xml", "jpg": "image/jpeg"]
        let found = folder.written.compactMap { name -> String? in
            guard let type = types[String(name.pieces(between: ".").last ?? "")],
                let bytes = try? WholeFile.bytes(of: "\(folder.path)/\(name)")
            else { return nil }
            let source =
                bytes.count > Self.mostImageBytes
                ? escaped(name) : "data:\(type);base64,\(Data(bytes).base64EncodedString())"
            return
                "<figure><img src=\"\(source)\" alt=\"\(escaped(name))\"><figcaption>\(escaped(name))</figcaption></figure>"
        }
        return found.isEmpty ? "" : "<div class=\"figures\">" + found.joined(separator: "\n") + "</div>"
    }

    static let style = """
        body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem; color: #222; background: #fff }
        h1 { margin-bottom: 0 } h2 { margin-top: 2rem; border-bottom: 1px solid #ddd }
        pre { background: #f5f5f5; padding: .6rem .8rem; overflow-x: auto; white-space: pre-wrap }
        table { border-collapse: collapse; display: block; overflow-x: auto }
        th, td { text-align: left; padding: .2rem .9rem .2rem 0; border-bottom: 1px solid #eee; vertical-align: top }
        td { font-variant-numeric: tabular-nums } .good td { color: #1a6b35 } .bad td { color: #b02a1a }
        .figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); gap: 1rem }
        .figures svg, .figures img { width: 100%; height: auto } figure { margin: 0 }
        .figures img { image-rendering: auto; border: 1px solid #eee } figcaption, .status { color: #666 }
        """
}

extension RunRecord {
    /// The names of all metrics that some evaluation has.
    var metricNames: [String] {
        evaluations.flatMap { $0.metrics.map(\.name) }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// One chart for each metric of the evaluations, over the steps.
    var evaluationCharts: [LineChart] {
        metricNames.map { name in
            let points = evaluations.compactMap { evaluation in
                evaluation[name].map { (x: Double(evaluation.step), y: $0) }
            }
            let title = name.replacing("_", with: " ")
            return LineChart(title: title, x: "step", y: title, series: [LineChart.Series(title, points)])
        }
    }
}

/// The processor, the memory and the system.
public func machineFacts() -> [(name: String, value: String)] {
    let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
    let model = lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last?.drop { $0 == " " }
    let process = ProcessInfo.processInfo
    return [
        ("processor", "\(model ?? "unknown"), \(process.activeProcessorCount) logical"),
        ("memory", "\(process.physicalMemory >> 20) MiB"), ("system", process.operatingSystemVersionString),
    ]
}
