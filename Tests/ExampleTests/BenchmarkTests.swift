import Foundation
import Gradus
import GradusTraining
import Testing

@testable import benchmarks

/// What the benchmarks conclude from times, with times that are given.
@Suite struct BenchmarkCheckTests {
    @Test(arguments: [
        (gain: 1.98, share: 1.0, quiet: true), (1.71, 0.96, true), (1.69, 1.0, false), (1.0, 1.0, false),
        // Two other programs on two cores: both halves are fairly shared, so the gain is full.
        (2.0, 0.5, false),
    ])
    func aMachineIsQuietWhenAllCoresWorkAllTheTime(gain: Double, share: Double, quiet: Bool) {
        let check = QuietCheck(one: 30, all: 30 * gain, cores: 2, share: share)
        #expect(check.quiet == quiet)
        #expect(abs(check.gain - gain) < 1e-12)
    }

    @Test func theCheckMeasuresSomething() {
        let check = QuietCheck.measured(milliseconds: 1)
        #expect(check.one > 0 && check.one < 1000)
        #expect(check.share > 0 && check.share < 1.1 && check.gain > 0)
        #expect(check.cores == ProcessInfo.processInfo.activeProcessorCount)
    }

    @Test func noisyPairsAreRepeatedAndLeftOut() {
        var times = PairedTimes()
        // Before the first pair, then behind each: the second pair and the third have noise on one side.
        var looks = [true, true, false, true, true, true].makeIterator()
        var order = ""
        var turn = 0.0
        times.measure(
            3, most: 9, isQuiet: { looks.next()! },
            new: {
                order += "n"
                turn += 1
                return turn
            },
            old: {
                order += "o"
                return 10
            })
        #expect(times.pairs.map(\.new) == [1, 4, 5])
        #expect(times.noisy == 2)
        #expect(order == "no" + "on" + "no" + "on" + "no")
    }

    @Test func aBusyMachineEndsTheMeasurementWithoutAnOutcome() {
        var times = PairedTimes()
        times.measure(5, most: 15, isQuiet: { false }, new: { 2 }, old: { 1 })
        #expect(times.pairs.isEmpty && times.noisy == 15)
        #expect(BaselineCheck.outcome(times) == .undecided)
        times.measure(5, most: 15, acceptsNoise: true, isQuiet: { false }, new: { 2 }, old: { 1 })
        #expect(times.pairs.count == 5 && times.noisy == 20)
        #expect(BaselineCheck.outcome(times) == .slower)
    }

    @Test(arguments: [
        (ratios: [1.09, 1.1, 1.11, 1.08, 1.12, 1.1, 1.07], outcome: BaselineCheck.Outcome.slower),
        ([1.0, 1.01, 0.99, 1.02, 0.98, 1.0, 1.01], .fine),
        // Slower in the middle, but not surely: the bounds reach below the limit.
        ([1.07, 0.9, 1.2, 1.06, 0.95, 1.3, 1.08], .fine),
        ([1.04, 1.045, 1.04, 1.035, 1.04, 1.04, 1.045], .fine),
        ([2, 2], .undecided),
    ])
    func aWorkloadIsSlowerWhenEvenTheLowerBoundSaysSo(ratios: [Double], outcome: BaselineCheck.Outcome) {
        var times = PairedTimes()
        var next = ratios.makeIterator()
        times.measure(ratios.count, most: ratios.count, isQuiet: { true }, new: { next.next()! }, old: { 1 })
        #expect(BaselineCheck.outcome(times) == outcome)
    }

    @Test func boundsHoldTheMedianAndNarrowWithMoreRatios() {
        let few = RatioBounds([0.9, 1, 1.1, 0.95, 1.05])
        let many = RatioBounds((0..<40).flatMap { _ in [0.9, 1, 1.1, 0.95, 1.05] })
        #expect(few.median == 1 && many.median == 1)
        #expect(few.lower < 0.96 && few.upper > 1.04)
        #expect(many.lower > 0.96 && many.upper < 1.04)
        #expect(RatioBounds([0.9, 1, 1.1]).lower == RatioBounds([0.9, 1, 1.1]).lower)
        #expect(median([4, 1, 3, 2]) == 2.5)
    }

    @Test func onlyTakesSeveralTextsAndWholeNames() throws {
        let names = ["a-train", "a-train-2", "b-infer", "c"]
        #expect(try chosen(names, \.self, []) == names)
        #expect(try chosen(names, \.self, ["b", "c"]) == ["b-infer", "c"])
        #expect(try chosen(names, \.self, ["train"]) == ["a-train", "a-train-2"])
        #expect(try chosen(names, \.self, ["a-train"]) == ["a-train"])
        #expect(throws: UsageError.self) { try chosen(names, \.self, ["b", "d"]) }
    }

    @Test func resultsSayWhereTheyAreFrom() throws {
        let record = RunRecord.current()
        #expect(record.fields.map(\.0).contains("commit") && !record.processor.isEmpty && record.date.hasSuffix("Z"))
        let line = try jsonLine(record)
        #expect(!line.contains("\n"))
        #expect(try JSONDecoder().decode(RunRecord.self, from: Data(line.utf8)).blas.contains("OpenBLAS"))
    }
}

/// What the benchmarks time.
@Suite struct BenchmarkWorkTests {
    /// Numbers of parameters of the networks in Benchmarks/peer_networks and of torchvision's ResNet-50.
    @Test func networksAreAsLargeAsTheirPeers() {
        func count(_ model: some Module) -> Int {
            model.parameters.filter(\.isTrainable).map(\.value.count).reduce(0, +)
        }
        #expect(count(GPT()) == 10_795_776)
        #expect(count(VisionTransformer()) == 5_362_762)
        #expect(count(UNet()) == 1_927_009)
        #expect(count(perceptron()) == 669_706)
        #expect(count(ResNet50()) == 25_557_032)
        #expect(count(BERT()) == 108_891_648)
    }

    @Test func workIsCountedAsTheLibraryCountsIt() {
        #expect(UNet().summary(input: [1, 64, 64, 3]).multiplyAdds == UNet.multiplyAdds)
        #expect(ResNet50().summary(input: [1, 224, 224, 3]).multiplyAdds == resnet50Workload.multiplyAdds)
        #expect(3 * perceptron().summary(input: [128, 784]).multiplyAdds == perceptronWorkload.multiplyAdds)
        let vit = VisionTransformer().summary(input: [1, 32, 32, 3]).multiplyAdds
        // Beside what is counted, 10 scores are computed.
        #expect(vit == VisionTransformer.multiplyAdds + 10 * VisionTransformer.features)
    }

    @Test func writingWithKeptKeysSaysWhatReadingAllSays() {
        withRandomSeed(3) {
            let model = GPT()
            let written = model.decoded(from: 7, count: 9)
            let read = model(Tensor([[7] + written.dropLast()]), .inference).argmax()
            #expect(read == Tensor([written]))
        }
    }

    @Test func namesAreUnique() {
        #expect(Set(workloads.map(\.name)).count == workloads.count)
        #expect(Set(kernels.map(\.name)).count == kernels.count)
        #expect(Set(families.map(\.name)).count > 20)
    }

    @Test func everyKernelRunsOnItsSmallestSize() {
        for kernel in kernels { kernel.prepare(kernel.sizes[0])() }
        #expect(KernelTime(kernels[0], size: 1000, seconds: 0).ns > 0)
    }

    @Test func theSweepHasAHundredShapesThatRun() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Benchmarks/sweep_shapes.json")
        let shapes = try JSONDecoder().decode([SweepShape].self, from: Data(contentsOf: file))
        #expect(shapes.count == 100)
        // The smallest of each kind, by its input.
        for kind in [SweepShape.Kind.convolution, .lstm, .dense, .attention] {
            let smallest = shapes.filter { $0.kind == kind }.min {
                $0.n * $0.c * ($0.t ?? $0.height ?? 1) < $1.n * $1.c * ($1.t ?? $1.height ?? 1)
            }
            for training in [false, true] { try #require(smallest).prepare(training: training)() }
        }
    }
}
