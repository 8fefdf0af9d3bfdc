import Foundation
import GradusModels
import GradusText

/// The value of every neuron after every character of a text: tanh c of an LSTM's cells, h of other networks.
struct NeuronActivity {
    let text: [Character]
    let layers: Int
    let units: Int
    /// One row a character, the lowest layer's neurons first.
    private let values: [Float]

    init(_ model: CharacterModel, _ alphabet: Vocabulary<Character>, _ tokens: [Int32]) {
        let decoder = CharacterDecoder(model)
        let recurrent = decoder.recurrent
        text = tokens.map { alphabet[$0] }
        (layers, units) = (recurrent.layers, recurrent.units)
        let width = layers * units
        let isLSTM = recurrent.kind == .lstm
        values = tokens.flatMap { token -> [Float] in
            decoder.read(token)
            let state = recurrent.state.values
            return isLSTM ? state[width..<(2 * width)].map { tanh($0) } : Array(state[..<width])
        }
    }

    /// The values of one neuron, one a character.
    func values(layer: Int, index: Int) -> [Float] {
        let (width, position) = (layers * units, layer * units + index)
        return text.indices.map { values[$0 * width + position] }
    }
}

/// Looks for neurons whose value follows something that a reader can name.
struct NeuronSearch {
    /// A neuron and what it follows.
    struct Finding {
        let feature: String
        let layer: Int
        let index: Int
        let correlation: Double

        var description: String {
            let name = feature + String(repeating: " ", count: max(1, 26 - feature.count))
            return name + "layer \(layer + 1), neuron \(index): " + String(format: "%+.3f", correlation)
        }
    }

    private let activity: NeuronActivity

    init(_ activity: NeuronActivity) { self.activity = activity }

    /// For each feature that the text has, the three neurons that correlate with it best.
    func best() -> [Finding] {
        TextFeature.all.flatMap { feature -> [Finding] in
            let wanted = feature.values(activity.text)
            guard Set(wanted).count > 1 else { return [] }
            let all = (0..<activity.layers).flatMap { layer in
                (0..<activity.units).map { index in
                    Finding(
                        feature: feature.name, layer: layer, index: index,
                        correlation: correlation(activity.values(layer: layer, index: index), wanted))
                }
            }
            return Array(all.sorted { abs($0.correlation) > abs($1.correlation) }.prefix(3))
        }
    }
}

/// Something that changes along a text.
struct TextFeature: Sendable {
    let name: String
    let values: @Sendable ([Character]) -> [Float]

    /// The name, and the value after each character.
    init(_ name: String, _ values: @escaping @Sendable ([Character]) -> [Float]) {
        (self.name, self.values) = (name, values)
    }

    static let all = [quotes, brackets, linePosition, capitals]

    /// 1 between two quotation marks; a blank line closes those that were forgotten.
    static let quotes = TextFeature("inside quotes") { text in
        var isInside = false
        return text.indices.map { position in
            switch text[position] {
            case "\"": isInside.toggle()
            case "“", "«": isInside = true
            case "”", "»": isInside = false
            default: if text[position].isNewline && position > 0 && text[position - 1].isNewline { isInside = false }
            }
            return isInside ? 1 : 0
        }
    }

    /// How many brackets are open.
    static let brackets = TextFeature("inside brackets") { text in
        var depth: Float = 0
        return text.map { character in
            if "([{".contains(character) { depth += 1 }
            if ")]}".contains(character) { depth = max(0, depth - 1) }
            return depth
        }
    }

    /// Characters since the line began, up to 80.
    static let linePosition = TextFeature("position in the line") { text in
        var position: Float = 0
        return text.map { character in
            position = character.isNewline ? 0 : min(80, position + 1)
            return position
        }
    }

    /// 1 in a word of capital letters, as a speaker's name.
    static let capitals = TextFeature("in capitals") { text in
        text.indices.map { position in
            let last = text[max(0, position - 1)...position].filter(\.isLetter)
            return last.count == 2 && last.allSatisfy(\.isUppercase) ? 1 : 0
        }
    }
}

/// Pearson's correlation of two rows of numbers; 0 when one of them never changes.
func correlation(_ a: [Float], _ b: [Float]) -> Double {
    let count = Double(a.count)
    let (meanA, meanB) = (a.reduce(0) { $0 + Double($1) } / count, b.reduce(0) { $0 + Double($1) } / count)
    var (ab, aa, bb) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
        let (dx, dy) = (Double(x) - meanA, Double(y) - meanB)
        (ab, aa, bb) = (ab + dx * dy, aa + dx * dx, bb + dy * dy)
    }
    return aa > 0 && bb > 0 ? ab / (aa * bb).squareRoot() : 0
}
