/// Accuracies that the default runs should reach.
enum Expectations {
    static let ranges: [PictureChoice.Dataset: [Int: [Method: ClosedRange<Double>]]] = [:]
}
