import CKernels
import Foundation
import Testing

/// Every C kernel against a plain loop in a wider type: `Tests/Kernels`, a program of its own.
struct EveryKernelTests {
    @Test(arguments: [("any", GRADUS_ANY), ("v3", GRADUS_V3), ("v4", GRADUS_V4)])
    func kernelsAgreeWithPlainLoops(_ set: String, _ instructions: gradus_instructions) throws {
        if gradus_tables_of(instructions) == nil { return }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("kernel-tests")
        process.arguments = [set]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let report = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let wrong = report.split(separator: "\n").filter { $0.hasPrefix("wrong:") }.prefix(20).joined(separator: "\n")
        #expect(process.terminationReason == .exit && process.terminationStatus == 0, "\(wrong)\n\(report.suffix(200))")
    }
}
