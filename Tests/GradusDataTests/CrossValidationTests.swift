import Gradus
import GradusData
import Testing

@Suite struct CrossValidationTests {
    private let labels = Tensor((0..<103).map { Int32($0 % 7 == 0 ? 2 : $0 % 2) })

    @Test(arguments: [2, 5, 10, 51]) func foldsShareNothingAndCoverAll(_ count: Int) throws {
        let folds = try Folds(labels, count: count, seed: 1)
        #expect(folds.count == count && folds.held.joined().sorted() == Array(0..<103))
        #expect(folds.held.allSatisfy { (103 / count...(103 + count - 1) / count).contains($0.count) })
        for fold in 0..<count {
            #expect(Set(folds.training(fold)).isDisjoint(with: folds.held[fold]))
            #expect((folds.training(fold) + folds.held[fold]).sorted() == Array(0..<103))
        }
    }

    @Test func everyClassIsSpreadOverAllFolds() throws {
        let folds = try Folds(labels, count: 5, seed: 1)
        for label in 0..<3 {
            let counts = folds.held.map { part in part.filter { labels.element(at: $0) == Int32(label) }.count }
            #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1, "class \(label): \(counts)")
        }
    }

    @Test func theSeedChooses() throws {
        let folds = try [1, 1, 2].map { try Folds(labels, count: 5, seed: $0).held }
        #expect(folds[0] == folds[1] && folds[0] != folds[2])
    }

    @Test func tooFewExamplesAreRefused() throws {
        #expect(try Folds(Tensor([0, 1, 0, 1]), count: 2, seed: 1).count == 2)
        let error = #expect(throws: TooFewExamples.self) { try Folds(Tensor([0, 1, 0]), count: 2, seed: 1) }
        #expect(error?.description.contains("3 examples cannot be cut into 2 folds") == true)
    }

    @Test func theBestCandidateHasTheHighestMean() throws {
        let folds = try Folds(labels, count: 4, seed: 1)
        var round = 0.0
        let tried = CrossValidation(["a", "b", "c"], folds) { training, held in
            defer { round += 1 }
            return [0.5, 0.25 * round, 0.5]
        }
        #expect(tried.entries.map(\.candidate) == ["a", "b", "c"] && tried.best.candidate == "a")
        #expect(tried.entries[1].scores == [0, 0.25, 0.5, 0.75] && tried.entries[1].mean == 0.375)
        // Σ of squares about the mean: 2 · (0.375² + 0.125²) = 0.3125, over 3.
        #expect(abs(tried.entries[1].deviation - (0.3125 / 3).squareRoot()) < 1e-12 && tried.best.deviation == 0)
    }
}
