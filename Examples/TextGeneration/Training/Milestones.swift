import Foundation
import Gradus

/// When a network in training shows what it can write.
enum Milestones {
    /// Whether a sample is due after the given step: the iterations of the article, then at a growing distance.
    static func includes(_ step: Int) -> Bool {
        if [100, 300, 500, 700, 1200, 2000].contains(step) { return true }
        guard step > 2000 else { return false }
        // 3000, 5000, 10,000, 20,000, 30,000, 50,000, 100,000, …
        var power = 1000
        while power * 10 <= step { power *= 10 }
        return [1, 2, 3, 5].contains { $0 * power == step }
    }

    /// Writes the samples of a run's log as a page.
    static func writePage(of log: String, to path: String) throws {
        struct Line: Decodable {
            let event: String
            let step: Int?
            let text: String?
        }
        let content = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        let lines = content.split(separator: "\n").compactMap {
            try? JSONDecoder().decode(Line.self, from: Data($0.utf8))
        }
        let samples = lines.filter { $0.event == "sample" }.map { line in
            // A fence longer than any in the text.
            let fence = String(repeating: "`", count: max(3, longestFence(in: line.text ?? "") + 1))
            return "## After \(line.step ?? 0) steps\n\n\(fence)text\n\(line.text ?? "")\n\(fence)\n"
        }
        let page =
            "# What the network wrote while it learned\n\nEach text was drawn with the same random numbers.\n\n"
            + samples.joined(separator: "\n")
        try AtomicFile.write(Data(page.utf8), to: URL(fileURLWithPath: path))
    }

    /// The most backticks in a row; among code points, because a mark behind one would hide it.
    private static func longestFence(in text: String) -> Int {
        var (run, longest) = (0, 0)
        for scalar in text.unicodeScalars {
            run = scalar == "`" ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest
    }
}
