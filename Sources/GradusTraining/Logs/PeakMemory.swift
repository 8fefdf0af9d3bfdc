import Foundation
import Gradus

/// The most memory that this process has had in use at one time, in MiB; 0 where the system does not say.
public func peakMemoryInMiB() -> Double {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
        let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
        let kibibytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({ Double($0) }
        )
    else { return 0 }
    return kibibytes / 1024
}
