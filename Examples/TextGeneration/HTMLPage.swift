import Foundation
import Gradus
import GradusTraining

/// A page that a browser shows, in one file.
struct HTMLPage {
    let title: String
    let style: String
    let body: String

    func write(to path: String) throws {
        let page = """
            <!DOCTYPE html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>\(htmlText(title))</title>
            <style>
            body { font: 15px/1.5 sans-serif; max-width: 62em; margin: 2em auto; padding: 0 1em; color: #222; background: #fff; }
            \(style)
            </style>
            <h1>\(htmlText(title))</h1>
            \(body)
            </html>

            """
        try AtomicFile.write(Data(page.utf8), to: URL(fileURLWithPath: path))
    }
}

/// Text with the signs of HTML's own syntax replaced.
func htmlText(_ text: String) -> String { escaped(text) }

/// A character as something that can be seen.
func visible(_ character: Character) -> String {
    switch character {
    case " ": "·"
    case "\t": "→"
    case _ where character.isNewline: "↵"
    case _ where character.unicodeScalars.allSatisfy { $0.properties.generalCategory == .control }: "�"
    default: String(character)
    }
}

/// A number from −1 to 1 as a color: blue below zero, white at it, red above.
func divergingColor(_ value: Float) -> String {
    let strength = Int((min(1, abs(value)) * 190).rounded())
    let pale = 255 - strength
    return value < 0 ? "rgb(\(pale),\(pale + strength / 3),255)" : "rgb(255,\(pale + strength / 6),\(pale))"
}
