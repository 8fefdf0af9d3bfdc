import Foundation
import Gradus

/// Puts runs side by side: settings that differ, results, and curves in one chart.
struct CompareRuns: Command {
    static let name = "compare"
    static let summary = "puts runs side by side: the settings that differ, the results, and the curves in one page."
    static let examples = [CommandExample("compare out/translation/1 out/translation/2", "two runs")]

    @Operands("folders of runs", placeholder: "RUN") var folders: [String]
    @Flag("the page to write", placeholder: "FILE") var page = "compare.html"

    private struct Run {
        let name: String
        let record: RunRecord
        let result: [String: JSONValue]
        let curves: RunCurves
    }

    func prepare() throws {
        guard folders.count >= 2 else {
            throw UsageError("expected the folders of two runs or more, got \(folders.count)")
        }
    }

    func run() throws {
        let runs = try folders.map { folder in
            let checkpoint = "\(folder)/\(RunFolder.checkpointName)"
            guard FileManager.default.fileExists(atPath: checkpoint) else {
                throw FileError(path: folder, problem: "holds no run; expected \(RunFolder.checkpointName)")
            }
            return Run(
                name: folder, record: try Checkpoint(contentsOf: checkpoint).value(RunRecord.partName),
                result: Self.result(log: "\(folder)/log.jsonl"), curves: RunCurves(log: "\(folder)/log.jsonl"))
        }
        let tables = [("Settings that differ", settings(runs)), ("Result", results(runs))]
        for (title, rows) in tables where !rows.isEmpty {
            show("\(title.lowercased()):")
            let width = rows.flatMap(\.values).map(\.count).max() ?? 0
            let left = (rows.map(\.name.count).max() ?? 0) + 2
            for row in rows {
                show("  " + row.name.padded(to: left) + row.values.map { $0.padded(to: width + 2) }.joined())
            }
        }
        try AtomicFile.write(Data(html(runs, tables).utf8), to: URL(fileURLWithPath: page))
        show("\n\(URL(fileURLWithPath: page).path)")
    }

    private typealias Row = (name: String, values: [String])

    private func settings(_ runs: [Run]) -> [Row] {
        let names = Set(runs.flatMap { $0.record.settings.values.keys }).sorted()
        let rows = names.map { name in (name, runs.map { $0.record.settings.values[name]?.description ?? "" }) }
        return [("", runs.map(\.name))] + rows.filter { Set($0.1).count > 1 }
    }

    private func results(_ runs: [Run]) -> [Row] {
        var names: [String] = []
        for name in runs.flatMap({ $0.result.keys.sorted() })
        where !name.hasPrefix("expected_") && name != "event" && !names.contains(name) { names.append(name) }
        return names.map { name in
            (
                name.replacing("_", with: " "),
                runs.map { $0.result[name]?.number.map { String(format: "%.4g", $0) } ?? "" }
            )
        }
    }

    private static func result(log path: String) -> [String: JSONValue] {
        let lines = ((try? WholeFile.bytes(of: path)) ?? []).split(separator: UInt8(ascii: "\n"))
        let events = lines.reversed().lazy.compactMap {
            try? JSONDecoder().decode([String: JSONValue].self, from: Data($0))
        }
        return events.first { $0["event"] == "result" } ?? [:]
    }

    private func html(_ runs: [Run], _ tables: [(String, [Row])]) -> String {
        var metrics: [String] = []
        for chart in runs.flatMap(\.record.evaluationCharts) where !metrics.contains(chart.title) {
            metrics.append(chart.title)
        }
        let evaluations = metrics.map { title in
            LineChart(
                title: title, x: "step", y: title,
                series: runs.compactMap { run in
                    run.record.evaluationCharts.first { $0.title == title }.map {
                        LineChart.Series(run.name, $0.series[0].points)
                    }
                })
        }
        let losses = LineChart(
            title: "loss", x: "step", y: "loss",
            series: runs.compactMap { run in
                run.curves.series.first { $0.name == "loss" }.map { LineChart.Series(run.name, $0.points) }
            })
        let sections = tables.filter { !$0.1.isEmpty }.map { title, rows in
            "<h2>\(title)</h2><table>"
                + rows.map { row in
                    "<tr><th>\(escaped(row.name))</th>" + row.values.map { "<td>\(escaped($0))</td>" }.joined()
                        + "</tr>"
                }.joined(separator: "\n") + "</table>"
        }
        return """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>runs side by side</title><style>\(RunReport.style)</style></head><body>
            <h1>Runs side by side</h1>
            \(sections.joined(separator: "\n"))
            <h2>Curves</h2><div class="figures">
            \(([losses] + evaluations).filter { !$0.series.isEmpty }.map { $0.svg() }.joined(separator: "\n"))
            </div></body></html>

            """
    }
}
