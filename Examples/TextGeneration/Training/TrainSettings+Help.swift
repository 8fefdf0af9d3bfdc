import ExampleSupport

extension TrainSettings {
    static let help = HelpText(
        program: "text-generation train",
        summary: "learns to predict the next character of a text, and then writes in its manner. It is the network of "
            + "char-rnn and of \"The Unreasonable Effectiveness of Recurrent Neural Networks\"; chapter 07 of Docs "
            + "explains it step by step.",
        examples: [
            ("swift run -c release text-generation", "learn from Shakespeare, or from what is there; about a minute"),
            ("swift run -c release text-generation train --data book.txt --cell gru", "learn from a text of yours"),
            ("swift run -c release text-generation sample --prime \"ROMEO:\" --length 500", "let the network write"),
        ],
        flags: FlagSpecification.common(
            epochs: "as many as make about 2,500 steps", batchSize: "50", learningRate: "0.002",
            out: "out/text-generation", data: "a UTF-8 text file, or a folder of them (default: looked for)",
            full: "char-rnn's own experiment: 50 epochs") + [
                FlagSpecification("--dataset", .value("NAME"), "tinyshakespeare, shakespeare, or built-in"),
                FlagSpecification("--cell", .value("NAME"), "lstm, gru, rnn, or relu (default lstm)"),
                FlagSpecification("--units", .value("N"), "numbers in the state of a layer (default 128)"),
                FlagSpecification("--layers", .value("N"), "recurrent layers (default 2)"),
                FlagSpecification("--steps", .value("N"), "characters through which gradients go back (default 50)"),
                FlagSpecification("--dropout", .value("X"), "share that is dropped after each layer (default 0)"),
                FlagSpecification("--embedding", .value("N"), "learn a vector for each character instead of one-hot"),
                FlagSpecification("--tied", .toggle, "score characters by their embeddings"),
                FlagSpecification("--optimizer", .value("NAME"), "rmsprop or adam (default rmsprop)"),
                FlagSpecification("--schedule", .value("NAME"), "decay or cosine (default decay)"),
                FlagSpecification("--decay", .value("X"), "the rate's factor an epoch (default 0.97)"),
                FlagSpecification("--decay-from", .value("N"), "the epoch after which it falls first (default 10)"),
                FlagSpecification("--clip", .value("X"), "the largest element of a gradient (default 5)"),
                FlagSpecification("--averaging", .value("X"), "judge and keep averaged weights of this decay"),
                FlagSpecification("--held-out", .value("X"), "share of the text to judge by (default 0.05)"),
                FlagSpecification("--split", .value("NAME"), "hold out the end of all streams, or plain: of the text"),
                FlagSpecification("--minimum-count", .value("N"), "rarer characters become unknown (default 1)"),
                FlagSpecification(
                    "--init-from", .value("FILE"), "begin with the weights, optimizer and rate of a checkpoint"),
            ])
}
