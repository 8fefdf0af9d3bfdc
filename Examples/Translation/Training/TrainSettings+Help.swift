import ExampleSupport
import Gradus

typealias SourceAttentionScore = SourceAttention.Score

extension TrainSettings {
    static let help = HelpText(
        program: "translation train",
        summary: "learns to translate from pairs of sentences. An encoder reads a sentence, a decoder writes its "
            + "translation and looks back while it does; chapters 09 and 10 of Docs explain it step by step.",
        examples: [
            ("swift run -c release translation", "learn phrases that a grammar makes; about a minute"),
            (
                "swift run -c release translation train --preset small --dataset multi30k",
                "captions of images, English to German"
            ),
            (
                "swift run -c release translation train --data texts/train --from en --to fr",
                "learn from texts/train.en and texts/train.fr"
            ),
        ],
        flags: FlagSpecification.common(
            epochs: "the preset's", batchSize: "the preset's", learningRate: "the preset's", out: "out/translation",
            data: "the beginning of two files' names, or a data set's folder (default: built-in phrases)",
            full: "tensorflow/nmt's own experiment: --preset iwslt15") + [
                FlagSpecification(
                    "--preset", .value("NAME"), "\(Preset.names.joined(separator: ", ")), or a file (default tiny)"),
                FlagSpecification("--show-preset", .value("NAME"), "print a preset's file and do nothing else"),
                FlagSpecification("--dataset", .value("NAME"), "debian-descriptions, verses, phrases or multi30k"),
                FlagSpecification("--from", .value("LANGUAGE"), "the suffix of the files to translate from, as en"),
                FlagSpecification("--to", .value("LANGUAGE"), "the suffix of the files to translate to, as de"),
                FlagSpecification("--validation", .value("PREFIX"), "files to judge by (default: lines of the others)"),
                FlagSpecification("--test", .value("PREFIX"), "files to judge by at the end"),
                FlagSpecification(
                    "--vocabulary", .value("PREFIX"), "files of words, one a line (default: the words of the sentences)"
                ),
                FlagSpecification(
                    "--attention", .value("NAME"),
                    "none, luong, scaled_luong, bahdanau or normed_bahdanau (default: the preset's)"),
                FlagSpecification("--evaluate-every", .value("STEPS"), "steps between judgements (default: an epoch)"),
            ])
}
