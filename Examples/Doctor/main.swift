import ExampleSupport
import Foundation
import Gradus
import GradusBLAS
import GradusData
import GradusVision

let help = HelpText(
    program: "doctor",
    summary:
        "looks at this machine: what is installed, what is missing and how to get it, how fast it computes, and how "
        + "long each program of the course will take here.",
    examples: [("swift run -c release doctor", "everything, in a few seconds")],
    flags: [
        FlagSpecification("--help", .toggle, "print this text"),
        FlagSpecification("--threads", .value("N"), "threads to use (default: one a processor)"),
        FlagSpecification("--smoke", .toggle, "the same; for the tests' sake"),
    ])

runProgram(help) { _ in
    show("software")
    for line in softwareLines() { show("  \(line)") }
    show("\ndata")
    for line in dataLines() { show("  \(line)") }
    let speed = Speed.measured()
    show("\nmachine")
    for line in machineLines(speed) { show("  \(line)") }
    show("\ntime of the programs here, about")
    for line in timeLines(speed) { show("  \(line)") }
}
