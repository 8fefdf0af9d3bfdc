import Gradus

/// Recurrent layers that generate a translation, with attention over the source.
///
/// - ``Seq2Seq/Wiring/standard``: the top layer's state h is the query, and `h̃ = tanh([context, h] W)` the output; with
///   input feeding the lowest layer reads `[word, h̃]` (Luong, Pham & Manning 2015). Without attention, h is the output.
/// - ``Seq2Seq/Wiring/gnmt``: the lowest layer's state is the query; it reads `[word, context]` and each other layer
///   `[state below, context]`; the top layer's state is the output.
struct AttentionDecoder: Module {
    let cells: [RecurrentCell]
    let attention: SourceAttention?
    /// W, `[E + H, H]`.
    let combination: Parameter?
    let options: Seq2Seq.Options

    /// The decoder's state between two words, for R rows.
    struct State {
        /// The layers' states.
        var layers: [RecurrentCell.State]
        /// The input besides the next word: h̃, or a GNMT's context.
        var fed: Tensor<Float>?
        /// The encoded sources.
        let source: SourceAttention.Source?
        /// The source of each row; `nil` where row and source have the same index.
        var sentences: Tensor<Int32>?
    }

    init(_ options: Seq2Seq.Options, sourceWidth: Int) {
        let isGNMT = options.wiring != .standard
        let fed =
            options.attention == nil ? 0 : isGNMT ? sourceWidth : options.feedsInput ? options.units : 0
        cells = (0..<options.layers).map { layer in
            let inputs = layer == 0 ? options.embedding + fed : options.units + (isGNMT ? sourceWidth : 0)
            return RecurrentCell(
                options.cell, inputs, options.units, initializer: options.initializer(options.units),
                forgetBias: options.forgetBias)
        }
        attention = options.attention.map {
            SourceAttention($0, queries: options.units, states: sourceWidth, initializer: options.denseInitializer)
        }
        let width = sourceWidth + options.units
        combination =
            attention == nil || isGNMT
            ? nil
            : Parameter(options.denseInitializer([width, options.units], fanIn: width, fanOut: options.units))
        self.options = options
    }

    /// The state before the first word, from the encoder's states `[N, S, E]`.
    func begin(_ states: Tensor<Float>, mask: Tensor<Bool>, layers: [RecurrentCell.State]) -> State {
        let rows = states.shape[0]
        let fed: Tensor<Float>? =
            switch (attention, options.wiring) {
            case (nil, _): nil
            case (_, .standard): options.feedsInput ? Tensor(zeros: [rows, options.units]) : nil
            default: Tensor(zeros: [rows, states.shape[2]])
            }
        return State(layers: layers, fed: fed, source: attention?.source(states, mask: mask), sentences: nil)
    }

    /// All words of given translations.
    ///
    /// - Parameter words: their vectors, `[T, N, D]`.
    /// - Returns: the outputs, `[T, N, H]`.
    func callAsFunction(_ words: Tensor<Float>, _ state: State, _ pass: Pass) -> Tensor<Float> {
        if state.fed == nil { return allSteps(words, state, pass) }
        var state = state
        let outputs = words.unstacked().map { word in
            let (output, _, next) = step(word, state, pass)
            state = next
            return output
        }
        return .stacked(outputs)
    }

    /// Without feedback, each layer runs over all words in one call, and attention takes all queries together.
    private func allSteps(_ words: Tensor<Float>, _ state: State, _ pass: Pass) -> Tensor<Float> {
        var values = words
        for (layer, cell) in cells.enumerated() {
            let input = layer == 0 ? values : dropped(values, options.dropout, pass)
            let outputs = cell(input, state.layers[layer]).outputs
            values = addsInput(layer) ? outputs + input : outputs
        }
        guard let attention, let source = state.source else { return values }
        let (context, _) = attention(values.swappingAxes(0, 1), source, rows: state.sentences)
        return combined(context.swappingAxes(0, 1), values)
    }

    /// One word in each row.
    ///
    /// - Parameter word: its vector, `[R, D]`.
    /// - Returns: the output, `[R, H]`; the attention weights, `[R, S]`; the next state.
    func step(
        _ word: Tensor<Float>, _ state: State, _ pass: Pass
    ) -> (output: Tensor<Float>, weights: Tensor<Float>?, state: State) {
        var next = state
        let isGNMT = options.wiring != .standard
        var value = state.fed.map { .concatenated([word, $0], axis: 1) } ?? word
        var weights: Tensor<Float>?
        for (layer, cell) in cells.enumerated() {
            if layer > 0 { value = dropped(value, options.dropout, pass) }
            let below = value
            var input = value
            if layer > 0 && isGNMT {
                input = .concatenated([value, options.wiring == .gnmt ? state.fed! : next.fed!], axis: 1)
            }
            next.layers[layer] = cell.step(input, state.layers[layer])
            value = next.layers[layer].hidden
            if addsInput(layer) { value = value + below }
            if layer == 0 && isGNMT { (next.fed, weights) = attend(value, state) }
        }
        guard !isGNMT, attention != nil else { return (value, weights, next) }
        let (context, positions) = attend(value, state)
        let output = combined(context, value)
        if options.feedsInput { next.fed = output }
        return (output, positions, next)
    }

    private func attend(_ query: Tensor<Float>, _ state: State) -> (context: Tensor<Float>, weights: Tensor<Float>) {
        let (context, weights) = attention!(query.expandingShape(at: 1), state.source!, rows: state.sentences)
        return (context.squeezingShape(at: 1), weights.squeezingShape(at: 1))
    }

    private func combined(_ context: Tensor<Float>, _ state: Tensor<Float>) -> Tensor<Float> {
        linear(.concatenated([context, state], axis: -1), combination!.value, activation: .tanh)
    }

    /// The two lowest layers of a GNMT have no residual connections, else the lowest alone has none.
    private func addsInput(_ layer: Int) -> Bool {
        options.isResidual && layer > (options.wiring == .standard ? 0 : 1)
    }
}

extension AttentionDecoder.State {
    /// The given rows in this order; a row may occur more than once.
    func gathering(_ rows: Tensor<Int32>) -> AttentionDecoder.State {
        AttentionDecoder.State(
            layers: layers.map { $0.gathering(rows) }, fed: fed?.gathering(rows), source: source,
            sentences: sentences?.gathering(rows) ?? rows)
    }
}
