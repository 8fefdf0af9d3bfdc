import ExampleSupport

extension EvaluateCommand {
    static let help = HelpText(
        program: "translation evaluate",
        summary: "scores a trained translator: BLEU, ROUGE-L, exact sentences and perplexity on sentences that it has "
            + "not learned from, greedy and with a beam, and BLEU against sentence length. Or scores translations of "
            + "another program.",
        examples: [
            ("swift run -c release translation evaluate", "the test part of the run's sentences"),
            (
                "swift run -c release translation evaluate --data texts/news --from en --to fr",
                "sentences of yours, texts/news.en and texts/news.fr"
            ),
            (
                "swift run -c release translation evaluate --hypotheses a.de --references b.de",
                "two files, a sentence a line"
            ),
        ],
        flags: [
            FlagSpecification("--help", .toggle, "print this text"),
            FlagSpecification("--out", .value("FOLDER"), "the run's folder (default out/translation)"),
            FlagSpecification("--checkpoint", .value("FILE"), "the network (default: the run's best.safetensors)"),
            FlagSpecification("--dataset", .value("NAME"), "a known set instead of the run's own sentences"),
            FlagSpecification("--data", .value("PATH"), "the beginning of two files' names, or a known set's folder"),
            FlagSpecification("--validation", .value("PATH"), "the same, of sentences to choose by"),
            FlagSpecification("--test", .value("PATH"), "the same, of sentences to judge by"),
            FlagSpecification("--from", .value("LANGUAGE"), "the suffix of the files to translate, as en"),
            FlagSpecification("--to", .value("LANGUAGE"), "the suffix of the translations, as fr"),
            FlagSpecification("--part", .value("NAME"), "test or validation (default test)"),
            FlagSpecification("--sentences", .value("N"), "the first N only"),
            FlagSpecification("--beam", .value("N"), "the beam beside greedy; 1 for greedy alone (default 10)"),
            FlagSpecification(
                "--length-penalty", .value("X"), "0 for none, 1 to compare means (default: the preset's)"),
            FlagSpecification(
                "--coverage-penalty", .value("X"), "what a word never looked at costs (default: the preset's)"),
            FlagSpecification("--hypotheses", .value("FILE"), "score this file instead of a network's translations"),
            FlagSpecification("--references", .value("FILE"), "what it should say"),
            FlagSpecification("--tokens", .toggle, "the files hold words with white space between already"),
            FlagSpecification(
                "--keep-case", .toggle, "tell capital letters of the files from small ones, with and without --tokens"),
            FlagSpecification("--smoke", .toggle, "20 sentences, to see that all works"),
            FlagSpecification("--threads", .value("N"), "threads to use (default: one a processor)"),
        ])
}
