import GradusData
import GradusText
import GradusTraining

/// Looks at the machine that a course will run on.
struct Doctor: Command {
    static let name = "doctor"
    static let summary =
        "looks at this machine: what is installed, what is missing and how to get it, how fast it computes, and how "
        + "long each program of the course will take here."
    static let examples = [CommandExample("", "everything, in a few seconds")]

    @Flag("measure for a moment only") var smoke = false

    func run() {
        show("software")
        list(softwareFacts())
        show("data")
        list([
            place("fashion", FashionMNIST.search), place("mnist", MNIST.search), place("cifar-10", CIFAR10.search),
            place("tiny text", TinyShakespeare.search), place("plays", ShakespearePlays.search),
        ])
        let speed = Speed.measured(for: smoke ? 0 : 1)
        show("machine")
        list(speedFacts(speed))
        show("time of the programs here, about")
        list(programTimes(speed, Speed.measuredRecurrent(for: smoke ? 0 : 1)))
    }

    private func list(_ facts: [Fact]) { showTable(facts.map { ("  " + $0.name.padded(to: 10), $0.value) }) }
}

Program("doctor", [Doctor.self]).run()
