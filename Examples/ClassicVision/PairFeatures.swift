import Gradus
import GradusData
import GradusEvaluation
import GradusSVM
import GradusVision

/// One of the sets of features by which Golle's attack (``CatDog``) tells two classes apart.
struct PairFeatures {
    let name: String
    let count: Int
    /// The features of images, `[N, D]`.
    let rows: (LabeledImages) -> Tensor<Float>

    /// The names of the two sets that decide together in the end.
    static let allColors = "color, all cells"
    static let texture = "texture"

    /// Golle's sets: colors in 1, 9 and 25 cells, these together, and texture.
    static func all(tiles: TextureTiles) -> [PairFeatures] {
        let cells = [(1, 10), (3, 8), (5, 6)].map { grid, bins in
            ColorCells(grid: grid, hues: 10, saturations: bins, values: bins)
        }
        let each = cells.map { cells in
            PairFeatures(name: "color \(cells.grid) × \(cells.grid)", count: cells.count) { images in
                images.featureRows { cells($0) }
            }
        }
        let union = PairFeatures(name: allColors, count: cells.map(\.count).reduce(0, +)) { images in
            images.featureRows { image in cells.flatMap { $0(image) } }
        }
        let texture = PairFeatures(name: texture, count: tiles.count) { images in images.featureRows { tiles($0) } }
        return each + [union, texture]
    }
}

/// The squared distances between the images of a run by one set of features; γ is in units of 1 / their mean.
struct PairDistances {
    /// `[N, N]` among the images to learn from.
    let training: Tensor<Float>
    /// `[M, N]` from the images to evaluate on.
    let test: Tensor<Float>
    private let mean: Double

    init(_ features: PairFeatures, _ training: LabeledImages, _ test: LabeledImages) {
        var (rows, others) = (features.rows(training), features.rows(test))
        // Centering the rows does not change the distances, but they lose fewer digits.
        let middle = rows.mean(axes: [0])
        rows -= middle
        others -= middle
        self.training = squaredDistances(rows, rows)
        self.test = squaredDistances(others, rows)
        mean = max(
            1e-12, self.training.withUnsafeElements { $0.reduce(0.0) { $0 + Double($1) } } / Double(self.training.count)
        )
    }

    /// The radial kernel `exp(−γ d² / mean)` of squared distances, where the mean is that of the training images.
    func kernel(_ distances: Tensor<Float>, _ gamma: Double) -> Tensor<Float> {
        (distances * Float(-gamma / mean)).exp()
    }

    /// The distances from the training images at the positions `rows` to those at `columns`.
    func among(_ rows: [Int], _ columns: [Int]) -> Tensor<Float> {
        let width = training.shape[1]
        return training.withUnsafeElements { values in
            Tensor(
                rows.flatMap { row in columns.map { values[row * width + $0] } }, shape: [rows.count, columns.count])
        }
    }
}
