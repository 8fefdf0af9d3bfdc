import Foundation
import Gradus
import GradusModels
import GradusText

/// A page that shows, under every character of a text, the five that the network found likeliest in its place.
struct PredictionPage {
    private let page: HTMLPage

    init(_ model: CharacterModel, _ alphabet: Vocabulary<Character>, _ tokens: [Int32]) {
        let decoder = CharacterDecoder(model)
        var body =
            "<p>Read the top row from left to right. Under each character stand the five that the network held likeliest "
            + "in its position, before it saw it; the darker, the likelier. A green character is the one that it held "
            + "likeliest. · is a blank, ↵ a line end.</p>\n<div>"
        for (position, token) in tokens.enumerated() {
            let character = alphabet[token]
            if position == 0 {
                body += Self.column(visible(character), "", [])
            } else {
                let probabilities = decoder.logProbabilities().map { exp($0) }
                let order = probabilities.indices.sorted { probabilities[$0] > probabilities[$1] }.prefix(5)
                let kind = order.first == Int(token) ? "right" : order.contains(Int(token)) ? "near" : "off"
                let guesses = order.map { (visible(alphabet[Int32($0)]), probabilities[$0]) }
                body += Self.column(visible(character), kind, guesses)
            }
            if character.isNewline { body += "</div>\n<div>" }
            decoder.read(token)
        }
        let style = """
            div { display: flex; flex-wrap: wrap; margin-bottom: 0.8em; }
            span { display: flex; flex-direction: column; width: 1.25em; text-align: center; font: 15px/1.3 monospace; }
            b { border-bottom: 1px solid #999; } .right { background: #bfe3bf; } .near { background: #f3e7b3; }
            i { font-style: normal; }
            """
        page = HTMLPage(title: "The five likeliest next characters", style: style, body: body + "</div>")
    }

    private static func column(_ character: String, _ kind: String, _ guesses: [(String, Float)]) -> String {
        let cells = guesses.map { guess, probability in
            let color = String(format: "rgba(200,60,30,%.2f)", probability)
            let percent = String(format: "%.1f %%", 100 * probability)
            return "<i style=\"background:\(color)\" title=\"\(percent)\">\(htmlText(guess))</i>"
        }
        return "<span><b class=\"\(kind)\">\(htmlText(character))</b>\(cells.joined())</span>"
    }

    func write(to path: String) throws { try page.write(to: path) }
}
