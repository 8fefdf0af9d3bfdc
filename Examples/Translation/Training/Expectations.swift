/// What a run with a preset as it is should reach, from recorded runs; `nil` for other runs, for which nothing was recorded.
struct Expectations {
    var bleu: ClosedRange<Double>?
    var beamBLEU: ClosedRange<Double>?
    var exact: Double?

    init(_ record: RunRecord) {
        guard !record.isSmoke, let preset = try? Preset.recipe(record.preset), preset == record.recipe else { return }
        switch (record.preset, record.pairs.name.flatMap(ChosenPairs.Name.init)) {
        case ("tiny", .phrases): exact = 0.95
        case ("small", .multi30k):
            (bleu, beamBLEU) = (31.5...34, 33.2...36)
        case ("captions", .multi30k):
            (bleu, beamBLEU) = (34.5...38, 36...39)
        default: break
        }
    }
}
