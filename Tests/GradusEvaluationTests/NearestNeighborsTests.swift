import Gradus
import GradusEvaluation
import Testing

@Suite struct NearestNeighborsTests {
    private func bytes(_ rows: Int, _ columns: Int, seed: UInt64) -> Tensor<UInt8> {
        Tensor<UInt8>(
            Tensor<Float>(uniform: [rows, columns], from: 0, to: 256, using: RandomGenerator(seed: seed)).floor())
    }

    /// By the definition, one pair after the other.
    private func sorted(_ points: Tensor<UInt8>, to query: [UInt8], _ distance: NearestNeighbors.Distance) -> [(
        Float, Int32
    )] {
        (0..<points.shape[0]).map { row in
            let differences = zip(points[row].scalars, query).map { abs(Int($0) - Int($1)) }
            return distance == .manhattan
                ? (Float(differences.reduce(0, +)), Int32(row))
                : (Float(differences.reduce(0) { $0 + $1 * $1 }).squareRoot(), Int32(row))
        }.sorted { $0 < $1 }
    }

    /// More rows and queries than a block has.
    @Test(arguments: NearestNeighbors.Distance.allCases)
    func theNearestAreThoseOfTheDefinition(_ distance: NearestNeighbors.Distance) {
        let (points, queries) = (bytes(2300, 37, seed: 1), bytes(1050, 37, seed: 2))
        let (indices, distances) = NearestNeighbors(points, distance).nearest(4, to: queries)
        #expect(indices.shape == [1050, 4] && distances.shape == [1050, 4])
        for row in [0, 1, 500, 999, 1000, 1049] {
            let expected = sorted(points, to: queries[row].scalars, distance)
            #expect(indices[row].scalars == expected.prefix(4).map(\.1))
            #expect(zip(distances[row].scalars, expected).allSatisfy { abs($0 - $1.0) < 1e-2 })
        }
        let itself = NearestNeighbors(points, distance).nearest(1, to: points[2290..<2300])
        #expect(itself.indices.scalars == Array(2290..<2300) && itself.distances.scalars.allSatisfy { $0 == 0 })
    }

    /// Random sizes, of so few values that many rows are equally near.
    @Test(arguments: NearestNeighbors.Distance.allCases)
    func everyQueryFindsWhatComparingAllPairsFinds(_ distance: NearestNeighbors.Distance) {
        var random = RandomWords(RandomGenerator(seed: 6))
        for trial in 0..<40 {
            let (rows, columns) = (Int.random(in: 1...30, using: &random), Int.random(in: 1...70, using: &random))
            func few(_ rows: Int) -> Tensor<UInt8> {
                let values = (0..<(rows * columns)).map { _ in UInt8.random(in: 0...2, using: &random) * 127 }
                return Tensor(values, shape: [rows, columns])
            }
            let (points, queries) = (few(rows), few(3))
            let k = Int.random(in: 1...rows, using: &random)
            let found = NearestNeighbors(points, distance).nearest(k, to: queries)
            for row in 0..<3 {
                let expected = sorted(points, to: queries[row].scalars, distance).prefix(k)
                #expect(found.indices[row].scalars == expected.map(\.1), "trial \(trial)")
                #expect(zip(found.distances[row].scalars, expected).allSatisfy { abs($0 - $1.0) < 1e-2 })
            }
        }
    }

    @Test func ofEquallyNearTheFirstComesFirst() {
        let points = Tensor<UInt8>([9, 5, 1, 5, 5], shape: [5, 1])
        let found = NearestNeighbors(points, .manhattan).nearest(4, to: Tensor<UInt8>([6], shape: [1, 1]))
        #expect(found.indices.scalars == [1, 3, 4, 0] && found.distances.scalars == [1, 1, 1, 3])
    }

    @Test(arguments: NearestNeighbors.Distance.allCases)
    func threadsChangeNothing(_ distance: NearestNeighbors.Distance) {
        let (points, queries) = (bytes(300, 64, seed: 3), bytes(200, 64, seed: 4))
        let before = Parallel.threads
        defer { Parallel.threads = before }
        let found = [1, 3].map { threads -> (indices: Tensor<Int32>, distances: Tensor<Float>) in
            Parallel.threads = threads
            return NearestNeighbors(points, distance).nearest(5, to: queries)
        }
        #expect(found[0].indices == found[1].indices && found[0].distances == found[1].distances)
    }

    @Test func squaredDistancesAreThoseOfTheDefinition() {
        let random = RandomGenerator(seed: 5)
        let (a, b) = (Tensor<Float>(normal: [7, 20], using: random), Tensor<Float>(normal: [5, 20], using: random))
        let found = squaredDistances(a, b)
        for row in 0..<7 {
            for column in 0..<5 {
                let expected = (a[row] - b[column]).squared().sum().item
                #expect(abs(found.element(at: row, column) - expected) < 1e-4)
            }
        }
        let own = squaredDistances(a, a)
        #expect(own.min().item >= 0 && (0..<7).allSatisfy { own.element(at: $0, $0) < 1e-4 })
    }

    @Test func mostNeighborsWin() {
        let labels = Tensor<Int32>([2, 1, 1, 0, 0, 3, 0, 3, 0, 0], shape: [2, 5])
        #expect(majorityVote(labels, first: 1).scalars == [2, 3])
        // One each, or two each: the class that comes first.
        #expect(majorityVote(labels, first: 2).scalars == [2, 3])
        #expect(majorityVote(labels, first: 4).scalars == [1, 3])
        #expect(majorityVote(labels, first: 5).scalars == [1, 0])
    }
}
