import Gradus

/// A value of a pickle. Lists, tuples, dictionaries and tensors are indices into ``PickleObjects``, so that a deeply nested or
/// circular pickle is freed without recursion.
enum PickleValue {
    case none
    case bool(Bool)
    case integer(Int)
    /// An integer of more than eight bytes.
    case largeInteger
    case real(Double)
    case text(String)
    case bytes
    case list(Int)
    case tuple(Int)
    case dictionary(Int)
    case global(KnownGlobal)
    case storage(Int)
    case tensor(Int)
    /// An unknown class or function, or the result of calling it; only its name is kept.
    case opaque(Int)

    /// Its kind, for an error message.
    var kind: String {
        switch self {
        case .none: "None"
        case .bool: "a truth value"
        case .integer, .largeInteger: "an integer"
        case .real: "a number"
        case .text: "a text"
        case .bytes: "bytes"
        case .list: "a list"
        case .tuple: "a tuple"
        case .dictionary: "a dictionary"
        case .global(let global): global.rawValue
        case .storage: "a storage"
        case .tensor: "a tensor"
        case .opaque: "an unknown object"
        }
    }

    var integer: Int? { if case .integer(let value) = self { value } else { nil } }
    var text: String? { if case .text(let value) = self { value } else { nil } }
}

/// The names known in a pickle of tensors.
enum KnownGlobal: String {
    case orderedDict = "collections.OrderedDict"
    case defaultDict = "collections.defaultdict"
    case counter = "collections.Counter"
    case dict = "builtins.dict"
    case oldDict = "__builtin__.dict"
    case rebuildTensor = "torch._utils._rebuild_tensor"
    case rebuildTensor2 = "torch._utils._rebuild_tensor_v2"
    case rebuildTensor3 = "torch._utils._rebuild_tensor_v3"
    case rebuildFromType = "torch._tensor._rebuild_from_type_v2"
    case rebuildParameter = "torch._utils._rebuild_parameter"
    case rebuildParameterWithState = "torch._utils._rebuild_parameter_with_state"
    case parameter = "torch.nn.parameter.Parameter"
    case variable = "torch.autograd.variable.Variable"
    case size = "torch.Size"

    var isDictionary: Bool {
        switch self {
        case .orderedDict, .defaultDict, .counter, .dict, .oldDict: true
        default: false
        }
    }
}

/// The objects to which the values of a pickle refer.
struct PickleObjects {
    var sequences: [[PickleValue]] = []
    var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
    var storages: [StorageReference] = []
    var tensors: [TensorView] = []
    var opaque: [OpaqueObject] = []

    /// The kind of a value, for an error message.
    func kind(of value: PickleValue) -> String {
        if case .opaque(let index) = value { opaque[index].name } else { value.kind }
    }
}

/// An object that was not made.
struct OpaqueObject {
    /// The module and name of its class, or of the function that makes it.
    let name: String
    /// Whether it was made from a tensor or a storage.
    var holdsNumbers = false
    /// The dictionary of its entries.
    var dictionary: Int?
}

/// Numbers that are stored elsewhere in the file and that a pickle refers to by a key.
struct StorageReference {
    let key: String
    let type: StorageType
    /// The offset of the numbers in the storage with the key: nonzero for a view of a storage, as PyTorch 0.3 wrote it.
    let offset: Int
    let count: Int
}

/// The numbers that a storage holds.
struct StorageType {
    let name: String
    /// The bytes of one number; nil for an unknown type.
    let size: Int?
    /// Nil for numbers that are not read.
    let number: StoredNumber?

    /// The type with that name in Python.
    init(python name: String) {
        self.name = name
        number = Self.numbers[name]
        let others = [
            "torch.ComplexHalfStorage": 4, "torch.ComplexFloatStorage": 8, "torch.ComplexDoubleStorage": 16,
            "torch.QInt8Storage": 1, "torch.QUInt8Storage": 1, "torch.QInt32Storage": 4, "torch.QUInt4x2Storage": 1,
            "torch.QUInt2x4Storage": 1, "torch.storage.UntypedStorage": 1, "torch.UntypedStorage": 1,
            "torch.complex32": 4, "torch.complex64": 8, "torch.complex128": 16, "torch.float8_e4m3fnuz": 1,
            "torch.float8_e5m2fnuz": 1, "torch.float8_e8m0fnu": 1,
        ]
        size = number?.size ?? others[name]
    }

    private static let numbers: [String: StoredNumber] = [
        "torch.FloatStorage": .float, "torch.DoubleStorage": .double, "torch.HalfStorage": .half,
        "torch.BFloat16Storage": .brain, "torch.LongStorage": .int64, "torch.IntStorage": .int32,
        "torch.ShortStorage": .int16, "torch.CharStorage": .int8, "torch.ByteStorage": .uint8,
        "torch.BoolStorage": .bool,
        "torch.float32": .float, "torch.float64": .double, "torch.float16": .half, "torch.bfloat16": .brain,
        "torch.int64": .int64, "torch.int32": .int32, "torch.int16": .int16, "torch.int8": .int8,
        "torch.uint64": .uint64,
        "torch.uint32": .uint32, "torch.uint16": .uint16, "torch.uint8": .uint8, "torch.bool": .bool,
        "torch.float8_e4m3fn": .float8e4m3, "torch.float8_e5m2": .float8e5m2,
    ]
}

/// A tensor as a view of a storage.
struct TensorView {
    let storage: StorageReference
    /// The type of its elements: its storage's, unless that is untyped.
    let type: StorageType
    let offset: Int
    let shape: [Int]
    let strides: [Int]
}
