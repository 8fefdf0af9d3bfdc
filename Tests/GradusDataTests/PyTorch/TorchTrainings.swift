import Foundation
import Gradus
import GradusData
import Testing

/// Files as trainings save them, of Tests/Reference/torch_trainings.py: the weights are found beside everything else.
@Suite struct TorchTrainings {
    private let weight = Tensor<Float>([[1, 2], [3, 4], [5, 6]])
    private let bias = Tensor<Float>([7, 8, 9])

    @Test(
        arguments: [
            "training-zip", "training-old", "training5-zip", "training5-old", "unnamed-zip", "unnamed-old",
            "wrapped-zip",
            "wrapped-old",
        ])
    func theWeightsAreFound(_ name: String) throws {
        let weights = try TorchWeights(contentsOf: torchFixture("\(name).pth"))
        #expect(weights.names == ["fc.weight", "fc.bias"])
        #expect(weights.tensors == ["fc.weight": weight, "fc.bias": bias])
    }

    /// Tensors that repeat numbers, and every type of element.
    @Test(arguments: ["numbers-zip", "numbers-old"]) func allNumbersAreRead(_ name: String) throws {
        let weights = try TorchWeights(contentsOf: torchFixture("\(name).pth"))
        let row: [Float] = [1, 2, 3]
        #expect(weights.tensors["expanded"] == Tensor([row, row, row, row]))
        #expect(weights.tensors["column"] == Tensor(row.map { Array(repeating: $0, count: 5) }))
        #expect(weights.tensors["scalar"] == Tensor([[2, 2], [2, 2]]))
        #expect(weights.tensors["u16"]?.scalars == [1, 65535])
        #expect(weights.tensors["u32"]?.scalars == [1, 65536])
        #expect(weights.tensors["u64"]?.scalars == [1, 0x1p40])
        #expect(weights.tensors["e4m3"]?.scalars == [1.5, -448])
        #expect(weights.tensors["e5m2"]?.scalars == [1.5, -57344])
        // 2²⁴ + 1 would become 2²⁴.
        #expect(
            weights.tensors["i64"] == nil && weights.leftOut["i64"]?.contains("holds 16777217, which no Float") == true)
        #expect(weights.tensors["complex"] == nil && weights.leftOut["complex"]?.contains("omplex") == true)
        #expect(weights.tensors.count + weights.leftOut.count == 10)
    }

    @Test(arguments: ["zip", "old"]) func aWeightOfAnUnknownKindIsRefused(_ form: String) throws {
        let problem = try #require(torchProblem(try torchFixtureBytes("sparse-\(form).pth")))
        #expect(problem.contains("\"other\" is made by torch._utils._rebuild_sparse_tensor"), "\(problem)")
    }

    private func text(_ value: String) -> [UInt8] { [UInt8(ascii: "U"), UInt8(value.utf8.count)] + Array(value.utf8) }

    private func number(_ value: Int32) -> [UInt8] {
        [UInt8(ascii: "J")] + withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    private func dictionary(_ entries: [(String, [UInt8])]) -> [UInt8] {
        Array("}(".utf8) + entries.flatMap { text($0.0) + $0.1 } + Array("u".utf8)
    }

    private func tensors(_ object: [UInt8]) throws -> [String: Tensor<Float>] {
        let storage: [UInt8] = [2, 0, 0, 0, 0, 0, 0, 0] + [0, 0, 128, 63, 0, 0, 0, 64]
        return try TorchWeights(
            legacyFile(object + [UInt8(ascii: ".")], keys: ["0"], storages: storage), file: "some.pth"
        ).tensors
    }

    private var pair: [UInt8] { tensorPickle(count: 2, shape: [2], strides: [1]) }
    private var one: [UInt8] { tensorPickle(count: 2, shape: [1], strides: [1], offset: 1) }

    /// Python 2 calls an OrderedDict with a list of pairs, and writes texts as bytes.
    @Test(arguments: ["]]", "((", "]("]) func anOrderedDictMadeOfItsItemsIsRead(_ brackets: String) throws {
        func pair(_ name: String, _ value: [UInt8]) -> [UInt8] {
            brackets.hasSuffix("]")
                ? Array("](".utf8) + text(name) + value + Array("e".utf8)
                : Array("(".utf8) + text(name) + value + Array("t".utf8)
        }
        let items = pair("w", self.pair) + pair("b", one)
        let list =
            brackets.hasPrefix("]")
            ? Array("](".utf8) + items + Array("e".utf8) : Array("(".utf8) + items + Array("t".utf8)
        let found = try tensors(Array("ccollections\nOrderedDict\n".utf8) + list + [0x85, UInt8(ascii: "R")])
        #expect(found == ["w": Tensor([1, 2]), "b": Tensor([2])])
    }

    /// PyTorch 0.3 and older kept a slice of a storage as a view: its key, its beginning, its length.
    @Test func aViewOfAStorageIsRead() throws {
        func object(_ begin: Int32, _ length: Int32) -> [UInt8] {
            let view = Array("(".utf8) + text("v") + number(begin) + number(length) + Array("t".utf8)
            let storage =
                Array("(".utf8) + text("storage") + Array("ctorch\nFloatStorage\n".utf8) + text("0") + text("cpu")
                + number(2) + view + Array("tQ".utf8)
            let tensor =
                Array("ctorch._utils\n_rebuild_tensor\n(".utf8) + storage + number(0) + Array("(".utf8) + number(1)
                + Array("t(".utf8) + number(1) + Array("ttR".utf8)
            return dictionary([("w", tensor)])
        }
        #expect(try tensors(object(1, 1)) == ["w": Tensor([2])])
        for (begin, length) in [(2, 1), (-1, 1), (0, 3), (1, -1), (1, 0)] as [(Int32, Int32)] {
            #expect(throws: FileError.self) { try tensors(object(begin, length)) }
        }
    }

    /// The oldest protocol's instructions, as Python 2 uses them without being asked for another.
    @Test func textualPicklesAreRead() throws {
        let storage = "(S'storage'\nctorch\nFloatStorage\nS'0'\nS'cpu'\nI2\nNtQ"
        let tensor = "ctorch._utils\n_rebuild_tensor\n(\(storage)I0\n(I2\nt(I1\ntI00\ntR"
        let object = "(dp0\nS'epoch'\np1\nL5L\nsS'lr'\nF0.5\nsVnet\np2\n(dS\"w\"\n\(tensor)ssS'gone'\n(lp3\ng1\nas"
        #expect(try tensors(Array(object.utf8)) == ["w": Tensor([1, 2])])
    }

    /// Objects of unknown classes, however they are made: none is, and the weights beside them are read.
    @Test(arguments: [
        "cposix\nsystem\n(U\u{5}touchtR", "(cposix\nsystem\nU\u{5}toucho",
        "(U\u{5}touchiposix\nsystem\n", "ca.b\nC\n)\u{81}", "ca.b\nC\n)\u{81}}b", "ca.b\nC\n)}\u{92}",
        "ca.b\nC\n)R(K\u{1}K\u{2}e",
        "ca.b\nC\n)RK\u{1}a", "ca.b\nC\n)RK\u{1}K\u{2}s", "\u{82}\u{5}", "\u{83}\u{5}\u{6}", "\u{8F}(K\u{1}\u{90}",
        "(K\u{1}\u{91}",
        "ca.b\nC\n)R)R)R", "ca.b\nC\n)\u{81}q\u{7}}b0h\u{7}",
        "cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(U\u{2}f8tR)tR",
        "ccollections\nCounter\n}\u{85}R", "cbuiltins\neval\n(U\u{5}1 + 1tR", "Px\n",
        "c__builtin__\ncomplex\n(G\0\0\0\0\0\0\0\0G\0\0\0\0\0\0\0\0tR",
        "\u{8B}\u{9}\0\0\0\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}",
    ])
    func whatIsUnknownIsOpaque(_ instructions: String) throws {
        let object = instructions.unicodeScalars.map { UInt8($0.value) }
        let found = try tensors(dictionary([("extra", object), ("state_dict", dictionary([("w", pair)]))]))
        #expect(found == ["w": Tensor([1, 2])])
    }

    /// Names decide, then the number of tensors; an optimizer's state is never taken.
    @Test func theRightDictionaryIsChosen() throws {
        let (small, large) = (dictionary([("w", pair)]), dictionary([("a", one), ("b", one), ("c", one)]))
        let wanted: [String: Tensor<Float>] = ["w": Tensor([1, 2])]
        for name in ["state_dict", "model_state_dict", "model", "net", "network", "ema", "params"] {
            #expect(try tensors(dictionary([("other", large), (name, small), ("best", one)])) == wanted, "\(name)")
            #expect(try tensors(dictionary([("x", dictionary([(name, small)])), ("best", one)])) == wanted, "\(name)")
        }
        for name in [
            "optimizer", "optimizer_state_dict", "g_optimizer", "lr_scheduler", "grad_scaler", "momentum_buffers",
            "opt",
        ] {
            #expect(try tensors(dictionary([(name, large), ("things", small)])) == wanted, "\(name)")
        }
        let adam = dictionary([("state", dictionary([("a", one), ("b", one)])), ("param_groups", Array("]".utf8))])
        #expect(try tensors(dictionary([("first", adam), ("second", small)])) == wanted)
        #expect(try tensors(dictionary([("ema", large), ("state_dict", small)])) == wanted)
        #expect(try tensors(dictionary([("model", dictionary([("a", one)])), ("a", one)])) == ["a": Tensor([2])])
        #expect(try tensors(Array("(".utf8) + small + number(3) + Array("t".utf8)) == wanted)
        let alone = #expect(throws: FileError.self) { try tensors(adam) }
        #expect(alone?.description.contains("a dictionary without tensors (its keys: state, param_groups)") == true)
    }

    /// What wrappers put before all names goes, and only before all.
    @Test(arguments: [
        (["module.a", "module.b"], ["a", "b"]), (["_orig_mod.a", "_orig_mod.b"], ["a", "b"]),
        (["model.a", "model.b"], ["a", "b"]), (["model._orig_mod.module.a"], ["a"]), (["module.model.net.a"], ["a"]),
        (["model.a", "head.b"], ["model.a", "head.b"]), (["module.", "module.a"], ["module.", "module.a"]),
        (["modular.a"], ["modular.a"]), (["model"], ["model"]),
    ])
    func wrappersNamesGo(_ given: [String], _ left: [String]) throws {
        #expect(try tensors(dictionary(given.map { ($0, one) })).keys.sorted() == left.sorted())
    }

    /// A dictionary of Swift's takes both forms of "é" for one; losing one of two weights is no way out.
    @Test func namesInTwoUnicodeFormsAreRefused() {
        let problem = #expect(throws: FileError.self) {
            try tensors(dictionary([("caf\u{E9}", one), ("cafe\u{301}", pair)]))
        }
        #expect(problem?.description.contains("in two Unicode forms") == true)
        #expect(throws: FileError.self) { try tensors(dictionary([("a", one), ("a", pair)])) }
    }

    /// Shapes that no tensor can have, be there no number in them.
    @Test(arguments: [
        [Int32.max, Int32.max, Int32.max, Int32.max, 0], [0, Int32.max, 2], [-1, 0], Array(repeating: 1, count: 65),
    ])
    func impossibleShapesAreRefused(_ shape: [Int32]) throws {
        let tensor = tensorPickle(count: 2, shape: shape, strides: shape.map { _ in 1 })
        let problem = #expect(throws: FileError.self) { try tensors(dictionary([("w", tensor)])) }
        #expect(problem?.description.contains("impossible shape") == true)
    }

    /// A call takes three bytes and may name a long list again: nothing is copied for it.
    @Test(.timeLimit(.minutes(1))) func dictionariesOfOneListShareIt() throws {
        let item = Array("(".utf8) + text("k") + Array("Nt".utf8)
        let list = Array("](".utf8) + (0..<20_000).flatMap { _ in item } + Array("eq\u{1}0".utf8)
        var object = list + Array("ccollections\nOrderedDict\nq\u{2}0".utf8)
        // h 2, h 1, TUPLE1, REDUCE, POP
        for _ in 0..<50_000 { object += [0x68, 2, 0x68, 1, 0x85, 0x52, 0x30] }
        #expect(try tensors(object + dictionary([("w", pair)])) == ["w": Tensor([1, 2])])
    }
}
