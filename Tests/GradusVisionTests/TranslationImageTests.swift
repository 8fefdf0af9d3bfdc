import Foundation
import GradusVision
import Testing

@Suite struct TranslationImageTests {
    private let image = AttentionImage(
        [[1, 0, 0], [0.25, 0.5, 0.25]], source: ["I", "<unk>", "她是"], target: ["je", "</s>"], title: "a & b")

    @Test func aCellHasTheColorOfItsWeight() throws {
        let image = image.drawn()
        let blue = ColorMap.blues
        // The table ends 48 rows and a legend above the lower edge; its cells are 30 pixels wide.
        let colors = [1.0, 0, 0.25, 0.5].map(blue.color)
        for color in colors { #expect(pixels(of: image).contains(color), "\(color)") }
        #expect(image.width > 3 * 30 && image.height > 2 * 30)
    }

    @Test func theSVGHasEveryWordAndEveryWeight() throws {
        let svg = image.svg()
        try #require(wellFormed(svg))
        for text in ["a &amp; b", ">I<", "&lt;unk&gt;", "她是", ">je<", "&lt;/s&gt;", "je ← I: 1.0", "她是: 0.25"] {
            #expect(svg.contains(text), "\(text)")
        }
        #expect(svg.components(separatedBy: "<title>").count == 7)
    }

    @Test func aTreeHasEveryNodeAndItsWayStandsOut() throws {
        let nodes = [
            TreeChart.Node(parent: nil, label: "je", strength: 0.9, isChosen: true),
            TreeChart.Node(parent: nil, label: "a < b", strength: 0.1),
            TreeChart.Node(parent: 0, label: "suis", note: "-0.31", strength: 1, isChosen: true),
            TreeChart.Node(parent: 0, label: "vais"), TreeChart.Node(parent: 1, label: "va"),
        ]
        let svg = TreeChart(title: "beam", root: "<s>", nodes: nodes).svg()
        try #require(wellFormed(svg))
        for text in ["je", "a &lt; b", "suis", "-0.31", "vais", "&lt;s&gt;"] { #expect(svg.contains(text), "\(text)") }
        #expect(svg.components(separatedBy: "#d1642e").count == 3)
        // Nodes that nothing hangs on have rows of their own.
        let rows = Set(svg.matches(of: /<text x="\d+" y="(\d+)"/).map { $0.output.1 })
        #expect(rows.count >= 4)
        try #require(wellFormed(TreeChart(title: "", root: "", nodes: []).svg()))
    }

    private func pixels(of image: Image) -> Set<Color> {
        Set(
            stride(from: 0, to: image.pixels.count, by: 3).map {
                Color(image.pixels[$0], image.pixels[$0 + 1], image.pixels[$0 + 2])
            })
    }
}
