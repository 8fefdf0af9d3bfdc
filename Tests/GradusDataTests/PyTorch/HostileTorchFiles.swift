import Foundation
import Gradus
import GradusData
import Testing

/// Files that would do harm, and damaged ones: none is executed, none asks for much memory, what cannot be read is said in words.
@Suite struct HostileTorchFiles {
    @Test(arguments: ["zip", "old"]) func nothingIsEverCalled(_ form: String) throws {
        // A call of posix.system beside a weight, which alone is read.
        let weights = try TorchWeights(torchFixtureBytes("hostile-\(form).pth"), file: "some.pth")
        #expect(weights.tensors == ["weight": Tensor([0, 0])])
        #expect(!FileManager.default.fileExists(atPath: "/tmp/gradus-was-here"))
        let eval = try #require(torchProblem(try torchFixtureBytes("eval-\(form).pth")))
        #expect(eval.contains("eval") && eval.contains("nothing is ever executed"))
        let object = try #require(torchProblem(try torchFixtureBytes("object-\(form).pth")))
        #expect(object.contains("torch.nn.modules.linear.Linear"))
        let number = try #require(torchProblem(try torchFixtureBytes("number-\(form).pth")))
        #expect(number.contains("an integer instead of a dictionary"))
    }

    @Test func otherFilesAreNamed() {
        #expect(torchProblem(Data())!.contains("no file of torch.save"))
        #expect(torchProblem(Data("hello, world".utf8))!.contains("no file of torch.save"))
        #expect(torchProblem(Data([0x50, 0x4B, 3, 4, 0, 0]))!.contains("damaged zip archive"))
        #expect(throws: FileError.self) { try TorchWeights(contentsOf: "/nowhere/some.pth") }
    }

    /// Numbers that the file claims but does not hold.
    @Test func claimsAreChecked() {
        let eight: [UInt8] = [2, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 8)
        func problem(_ tensor: [UInt8], _ storages: [UInt8]) -> String? {
            torchProblem(legacyFile(statePickle(tensor), keys: ["0"], storages: storages))
        }
        #expect(problem(tensorPickle(count: 2, shape: [2], strides: [1]), eight) == nil)
        // A storage larger than the file, a tensor larger than its storage, one that repeats a number, one that wraps around.
        let huge = [UInt8](repeating: 0xFF, count: 8)
        #expect(problem(tensorPickle(count: 2, shape: [2], strides: [1]), huge)!.contains("cut short"))
        #expect(problem(tensorPickle(count: 3, shape: [3], strides: [1]), eight)!.contains("of which the file holds 2"))
        #expect(problem(tensorPickle(count: 2, shape: [3], strides: [1]), eight)!.contains("is not inside"))
        #expect(
            problem(tensorPickle(count: 2, shape: [2], strides: [1], offset: 1), eight)!.contains("is not inside"))
        #expect(
            problem(tensorPickle(count: 2, shape: [1_000_000_000], strides: [0]), eight)!.contains("repeats numbers"))
        let most = Int32.max
        #expect(problem(tensorPickle(count: 2, shape: [most, most, most], strides: [most, 1, 0]), eight) != nil)
        #expect(problem(tensorPickle(count: 2, shape: [-1], strides: [1]), eight) != nil)
        #expect(problem(tensorPickle(count: 2, shape: [2], strides: [1, 1]), eight) != nil)
        // No numbers at all, from anywhere.
        #expect(problem(tensorPickle(count: 2, shape: [0, 3], strides: [3, 1], offset: 77), eight) == nil)
        // A storage that no list names.
        #expect(
            torchProblem(legacyFile(statePickle(tensorPickle(count: 2, shape: [2], strides: [1]))))!.contains(
                "does not hold"))
        // A text of 4 GiB, a long integer that ends early.
        #expect(
            torchProblem(legacyFile([UInt8(ascii: "X"), 0xFF, 0xFF, 0xFF, 0xFF]))!.contains("asks for 4294967295 bytes")
        )
    }

    /// Ten thousand views of one storage do not make a file large.
    @Test func manyViewsOfOneStorageAreRefused() {
        var object: [UInt8] = [UInt8(ascii: "}")]
        for i in 0..<10_000 {
            let name = Array("w\(i)".utf8)
            object += [UInt8(ascii: "X"), UInt8(name.count), 0, 0, 0] + name
            object += tensorPickle(count: 1000, shape: [1000], strides: [1]) + [UInt8(ascii: "s")]
        }
        let storage: [UInt8] = [0xE8, 3, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 4000)
        let problem = torchProblem(legacyFile(object + [UInt8(ascii: ".")], keys: ["0"], storages: storage))
        #expect(problem!.contains("far larger than the file"))
    }

    /// Lists in lists, a list that holds itself, and dictionaries that share theirs: built, and freed, without recursion.
    @Test func deepAndCircularPicklesAreHarmless() {
        let deep =
            [UInt8](repeating: UInt8(ascii: "]"), count: 300_000)
            + [UInt8](repeating: UInt8(ascii: "a"), count: 299_999)
        #expect(torchProblem(legacyFile(deep + [UInt8(ascii: ".")]))!.contains("a list instead"))
        let tuples = [UInt8(ascii: ")")] + [UInt8](repeating: 0x85, count: 300_000)
        #expect(torchProblem(legacyFile(tuples + [UInt8(ascii: ".")]))!.contains("a tuple instead"))
        let circular = Array("]q\u{0}h\u{0}a.".utf8)
        #expect(torchProblem(legacyFile(circular))!.contains("a list instead"))
        var bomb: [UInt8] = Array("}q\u{0}".utf8)
        for level in 0..<100 {
            let (old, new) = (UInt8(level), UInt8(level + 1))
            bomb += [UInt8(ascii: "}"), UInt8(ascii: "q"), new]
            for key in ["a", "b"] {
                bomb +=
                    [UInt8(ascii: "X"), 1, 0, 0, 0] + Array(key.utf8) + [UInt8(ascii: "h"), old, UInt8(ascii: "s")]
            }
        }
        #expect(torchProblem(legacyFile(bomb + [UInt8(ascii: ".")]))!.contains("ends with"))
        for broken in ["a.", "e.", "s.", "t.", "R.", "b.", "Q.", "h\u{5}.", "(.", "]]s.", "})R.", "0.", "1."] {
            #expect(torchProblem(legacyFile(Array(broken.utf8))) != nil, "\(broken)")
        }
        for broken in ["i", "o.", "P", "I", "Sx\n.", "V", "(o.", "ga\n.", "(d.d.", "}(K\u{1}u."] {
            #expect(torchProblem(legacyFile(Array(broken.utf8))) != nil, "\(broken)")
        }
        #expect(torchProblem(legacyFile([1]))!.contains("instruction 0x1"))
        #expect(torchProblem(legacyFile([0x8E] + [UInt8](repeating: 0xFF, count: 8)))!.contains("cut short"))
    }

    /// Every prefix of a file and every flipped byte either is read or is refused in words.
    @Test(arguments: ["state-zip.pth", "state-old.pth", "checkpoint-zip.pth", "checkpoint-old.pth", "hostile-zip.pth"])
    func cutsAndFlipsAreHarmless(_ name: String) throws {
        let whole = try torchFixtureBytes(name)
        for length in stride(from: 0, to: whole.count, by: 7) {
            #expect(torchProblem(whole.prefix(length)) != nil, "\(length) bytes of \(name)")
        }
        var words = RandomWords(RandomGenerator(seed: 8))
        for index in whole.indices {
            var damaged = whole
            damaged[index] ^= UInt8(1 << Int.random(in: 0..<8, using: &words))
            _ = torchProblem(damaged)
        }
        for _ in 0..<300 {
            var damaged = whole
            for _ in 0..<4 {
                damaged[Int.random(in: 0..<whole.count, using: &words)] = UInt8.random(in: 0...255, using: &words)
            }
            _ = torchProblem(damaged)
        }
        #expect(!FileManager.default.fileExists(atPath: "/tmp/gradus-was-here"))
    }
}
