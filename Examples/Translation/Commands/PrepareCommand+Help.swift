import ExampleSupport

extension PrepareCommand {
    static let help = HelpText(
        program: "translation prepare",
        summary: "cuts two aligned texts into words and writes them with their vocabularies, as tensorflow/nmt reads "
            + "them, and says what is in them. Learns byte-pair encoding if asked. Training does all this by itself; "
            + "this shows it.",
        examples: [
            ("swift run -c release translation prepare", "the sentences that training would take"),
            (
                "swift run -c release translation prepare --data texts/train --from en --to fr",
                "texts/train.en and texts/train.fr"
            ),
            (
                "swift run -c release translation prepare --source a.txt --target b.txt --from en --to vi --merges 8000",
                "two files, with byte-pair encoding"
            ),
        ],
        flags: [
            FlagSpecification("--help", .toggle, "print this text"),
            FlagSpecification("--dataset", .value("NAME"), "debian-descriptions, verses, phrases, or multi30k"),
            FlagSpecification("--data", .value("PATH"), "the beginning of two files' names, or a known set's folder"),
            FlagSpecification("--validation", .value("PATH"), "the same, of sentences to choose by"),
            FlagSpecification("--test", .value("PATH"), "the same, of sentences to judge by"),
            FlagSpecification("--source", .value("FILE"), "the sentences to translate"),
            FlagSpecification("--target", .value("FILE"), "their translations, line for line"),
            FlagSpecification("--from", .value("LANGUAGE"), "the suffix of the files to translate, as en"),
            FlagSpecification("--to", .value("LANGUAGE"), "the suffix of the translations, as fr"),
            FlagSpecification("--out", .value("FOLDER"), "where results go (default out/translation-text)"),
            FlagSpecification("--keep-case", .toggle, "tell capital letters from small ones"),
            FlagSpecification("--minimum-count", .value("N"), "rarer words become unknown (default 1)"),
            FlagSpecification("--vocabulary", .value("N"), "the most words of a vocabulary"),
            FlagSpecification("--maximum-words", .value("N"), "pairs with a longer side are left out (default 100)"),
            FlagSpecification("--merges", .value("N"), "learn byte-pair encoding of N merges on both languages"),
            FlagSpecification("--threads", .value("N"), "threads to use (default: one a processor)"),
        ])
}
