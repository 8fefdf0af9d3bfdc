import GradusData
import GradusText
import Testing

@Suite struct ShakespeareTests {
    @Test func textsAreReadFromTheirFolders() throws {
        try withFolder { folder in
            try write("First Citizen:\n", "\(folder)/tinyshakespeare/input.txt")
            let tiny = try TinyShakespeare(folder)
            #expect(tiny.text == "First Citizen:\n" && tiny.location.folder == "\(folder)/tinyshakespeare")
            try write("B", "\(folder)/shakespeare/plays/b.md")
            try write("A\r\n", "\(folder)/shakespeare/plays/a.md")
            #expect(try ShakespearePlays(folder).text == "A\nB")
            #expect(throws: MissingData.self) { try TinyShakespeare("\(folder)/shakespeare") }
        }
    }
}
