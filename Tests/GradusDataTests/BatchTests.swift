import Foundation
import Gradus
import GradusData
import Testing

@Suite struct BatchTests {
    private let set = GeneratedDigits(training: 250, test: 20).training

    @Test func batchesCoverTheSetOnce() {
        let batches = set.shuffled(seed: 1).batches(of: 100)
        #expect(batches.count == 3 && batches.map(\.labels.count) == [100, 100, 50])
        #expect(set.batches(of: 100, dropsLast: true).map(\.labels.count) == [100, 100])
        let labels = batches.flatMap { $0.labels.scalars }
        #expect(labels.sorted() == set.batches(of: 250).flatMap { $0.labels.scalars }.sorted())
        #expect(labels == set.shuffled(seed: 1).batches(of: 100).flatMap { $0.labels.scalars })
        #expect(labels != set.shuffled(seed: 2).batches(of: 100).flatMap { $0.labels.scalars })
    }

    @Test func relabeledImagesKeepTheirPixels() {
        let some = set.choosing([7, 0, 13])
        let numbers = (0..<10).map { Int32(9 - $0) }
        let relabeled = some.relabeled(numbers, classNames: set.classNames.reversed())
        for position in 0..<3 {
            #expect(relabeled.pixels(position) == some.pixels(position))
            #expect(relabeled.label(position) == 9 - some.label(position))
            #expect(relabeled.classNames[relabeled.label(position)] == some.classNames[some.label(position)])
        }
    }

    @Test func aLaterBeginningGivesTheSameBatches() {
        let all = Array(set.shuffled(seed: 3).batches(of: 60))
        let rest = Array(set.shuffled(seed: 3).batches(of: 60, from: 2))
        #expect(rest.count == 3 && rest[0].images == all[2].images && rest[2].labels == all[4].labels)
    }

    @Test func pixelsBecomeNumbersFromZeroToOne() {
        let batch = set.batch(5..<6)
        #expect(batch.images.shape == [1, 28, 28, 1])
        #expect(zip(batch.images.scalars, set.pixels(5)).allSatisfy { abs($0 - Float($1) / 255) < 1e-7 })
        #expect(Int(batch.labels.item) == set.label(5))
    }

    @Test func splitsShareNothing() {
        let (training, validation) = set.split(validation: 0.2, seed: 4)
        #expect(training.count == 200 && validation.count == 50)
        #expect(Set(training.indices).isDisjoint(with: validation.indices))
    }

    @Test func aStratifiedSplitHasItsShareOfEveryClass() {
        let labels: [Int32] = [0, 1, 0, 1, 2, 1, 0, 1, 0, 1, 0]
        let few = LabeledImages(
            Tensor(labels.indices.map { UInt8($0) }, shape: [11, 1, 1, 1]), Tensor(labels),
            classNames: ["a", "b", "c", "none"])
        let first = few.stratifiedSplit(validation: 0.4)
        #expect(first.validation.indices == [0, 2, 1, 3] && first.training.indices == [6, 8, 10, 5, 7, 9, 4])
        let mixed = few.stratifiedSplit(validation: 0.4, seed: 3)
        #expect((0..<4).map { mixed.validation.label($0) } == [0, 0, 1, 1])
        #expect((mixed.training.indices + mixed.validation.indices).sorted() == Array(0..<11))
        #expect(few.stratifiedSplit(validation: 0).validation.count == 2)
        #expect(few.stratifiedSplit(validation: 1).training.count == 3)
    }

    @Test func prefetchedElementsAreTheSameInOrder() {
        #expect(Array((0..<500).prefetched(ahead: 3)) == Array(0..<500))
        #expect(Array((0..<0).prefetched()) == [])
    }

    @Test func theThreadEndsWhenNobodyAsksAnyMore() {
        final class Counter: @unchecked Sendable {
            private let lock = NSLock()
            private var value = 0
            func next() -> Int {
                lock.withLock {
                    value += 1; return value
                }
            }
            var count: Int { lock.withLock { value } }
        }
        struct Endless: Sequence, Sendable {
            let counter: Counter
            func makeIterator() -> AnyIterator<Int> { AnyIterator { counter.next() } }
        }
        let counter = Counter()
        for element in Endless(counter: counter).prefetched(ahead: 2) where element == 5 { break }
        // At most: five taken, two waiting, one in hand.
        #expect(counter.count <= 8)
    }

    @Test func generatedDigitsRepeatAndDiffer() {
        let again = GeneratedDigits(training: 250, test: 20)
        #expect(again.training.pixels(17) == set.pixels(17))
        #expect(again.test.pixels(7) != set.pixels(7))
        #expect(set.label(17) == 7)
    }

    @Test func theSearchSaysWhereItLooked() throws {
        let folder = NSTemporaryDirectory() + "gradus-search-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: "\(folder)/set", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let search = DataSearch(set: "set", systemFolders: ["/nowhere"], file: "a-idx3-ubyte", advice: "Buy it.")
        let error = #expect(throws: MissingData.self) { try search.locate(environment: ["GRADUS_DATA": folder]) }
        #expect(error?.searched == ["\(folder)/set", "/nowhere", ".data/set"])
        #expect(error?.description.contains("Buy it.") == true)
        try Data().write(to: URL(fileURLWithPath: "\(folder)/set/a.idx3-ubyte.gz"))
        #expect(try search.locate(environment: ["GRADUS_DATA": folder]).origin == "$GRADUS_DATA")
        #expect(try search.locate(folder, environment: [:]).folder == "\(folder)/set")
        #expect(throws: MissingData.self) { try search.locate("/elsewhere", environment: ["GRADUS_DATA": folder]) }
    }

    /// `--data`, then `$GRADUS_DATA`, then the system's packages; a set in several places is taken from the first.
    @Test func theSearchTakesTheFirstPlace() throws {
        let folder = NSTemporaryDirectory() + "gradus-places-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for place in ["given", "environment/set", "first", "second"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(place)", withIntermediateDirectories: true)
            try Data().write(to: URL(fileURLWithPath: "\(folder)/\(place)/file"))
        }
        let search = DataSearch(
            set: "set", systemFolders: ["\(folder)/first", "\(folder)/second"], file: "file", advice: "")
        let environment = ["GRADUS_DATA": "\(folder)/environment"]
        #expect(try search.locate("\(folder)/given", environment: environment).folder == "\(folder)/given")
        #expect(try search.locate(environment: environment).folder == "\(folder)/environment/set")
        #expect(try search.locate(environment: [:]).folder == "\(folder)/first")
        #expect(try search.locate(environment: ["GRADUS_DATA": ""]).origin == "system package")
    }

    @Test(.enabled(if: (try? MNIST.search.locate()) != nil, "MNIST is not on this machine"))
    func mnistHasItsKnownCounts() throws {
        let mnist = try MNIST()
        #expect(mnist.training.count == 60_000 && mnist.test.count == 10_000)
        #expect((0..<8).map(mnist.training.label) == [5, 0, 4, 1, 9, 2, 1, 3])
        #expect(mnist.test.imageShape == [28, 28, 1])
    }
}
