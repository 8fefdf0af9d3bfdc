import Foundation
import Gradus
import GradusTraining

/// A request of `compare_served.py`, one JSON object a line: exactly one of the three is given.
struct ServerRequest: Decodable {
    /// The name of a kernel, which is timed on `size` elements.
    var kernel: String?
    var size: Int?
    /// A shape of the sweep, which is timed forward, or forward and back.
    var shape: SweepShape?
    var training: Bool?
    /// How long a loop of the check for a quiet machine runs.
    var quiet: Double?
    /// How long a kernel or shape is timed.
    var seconds: Double?
}

/// Answers each line of standard input with one line, so that another program can time kernels here and elsewhere in turn.
func serveRequests() throws {
    struct Milliseconds: Encodable { let ms: Double }
    while let line = readLine() {
        let request = try JSONDecoder().decode(ServerRequest.self, from: Data(line.utf8))
        let seconds = request.seconds ?? 0.05
        if let milliseconds = request.quiet {
            show(try jsonLine(QuietCheck.measured(milliseconds: milliseconds)))
        } else if let shape = request.shape {
            let time = secondsPerCall(for: seconds, shape.prepare(training: request.training ?? false))
            show(try jsonLine(Milliseconds(ms: 1000 * time)))
        } else if let kernel = kernels.first(where: { $0.name == request.kernel }), let size = request.size {
            show(try jsonLine(KernelTime(kernel, size: size, seconds: seconds)))
        } else {
            throw UsageError("the request \"\(line)\" asks for nothing that there is")
        }
    }
}
