import Foundation
import GradusVision
import Testing

/// Average precision and recall against pycocotools (Tests/Reference/detection_evaluation.py).
@Suite struct DetectionEvaluationTests {
    private struct Fixture: Decodable {
        struct Mask: Decodable {
            let size: [Int]
            let counts: String
        }

        struct Object: Decodable {
            let image_id: Int
            let category_id: Int
            let bbox: [Double]
            let segmentation: Mask
            let area: Double?
            let iscrowd: Int?
            let score: Double?
        }

        struct Case: Decodable {
            let images: Int
            let classes: Int
            let truth: [Object]
            let found: [Object]
            let bbox: [Double]
            let segm: [Double]
        }

        struct Polygon: Decodable {
            let points: [Double]
            let counts: String
        }

        let height: Int
        let width: Int
        let cases: [Case]
        let polygons: [Polygon]
    }

    private func fixture() throws -> Fixture {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/detection-evaluation", withExtension: "json"))
        return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: url))
    }

    @Test func polygonsAreFilledAsPycocotoolsFillsThem() throws {
        let fixture = try fixture()
        #expect(fixture.polygons.count == 200)
        for polygon in fixture.polygons {
            let points = stride(from: 0, to: polygon.points.count, by: 2).map {
                (x: polygon.points[$0], y: polygon.points[$0 + 1])
            }
            let mask = RunLengthMask(height: fixture.height, width: fixture.width, polygon: points)
            #expect(mask?.text == polygon.counts, "\(polygon.points)")
        }
    }

    @Test(arguments: DetectionEvaluation.Shape.allCases)
    func theTwelveFiguresArePycocotools(_ shape: DetectionEvaluation.Shape) throws {
        let fixture = try fixture()
        #expect(fixture.cases.count == 100)
        for (index, sample) in fixture.cases.enumerated() {
            func objects(_ all: [Fixture.Object]) throws -> [EvaluatedObject] {
                try all.map { object in
                    let size = object.segmentation.size
                    let mask = try #require(
                        RunLengthMask(height: size[0], width: size[1], text: object.segmentation.counts))
                    #expect(mask.text == object.segmentation.counts)
                    if let score = object.score {
                        return EvaluatedObject(
                            image: object.image_id, category: object.category_id, box: object.bbox,
                            mask: shape == .masks ? mask : nil, score: score)
                    }
                    return EvaluatedObject(
                        image: object.image_id, category: object.category_id, box: object.bbox, mask: mask,
                        area: object.area, isCrowd: object.iscrowd == 1)
                }
            }
            let evaluation = DetectionEvaluation(
                try objects(sample.found), against: try objects(sample.truth), by: shape,
                images: Array(1...sample.images), categories: Array(1...sample.classes))
            let expected = shape == .boxes ? sample.bbox : sample.segm
            for ((name, value), wanted) in zip(evaluation.summary, expected) {
                #expect(abs(value - wanted) < 1e-9, "case \(index), \(name): \(value) instead of \(wanted)")
            }
        }
    }
}
