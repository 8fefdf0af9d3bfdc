/// A value that a pickle has built. Lists, tuples, dictionaries and tensors are numbers of entries in ``PickleObjects``, so that
/// a deeply nested or circular pickle is neither copied nor followed when it is freed.
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

    /// What it is, for an error message.
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
        }
    }

    var integer: Int? { if case .integer(let value) = self { value } else { nil } }
    var text: String? { if case .text(let value) = self { value } else { nil } }
}

/// What a pickle of tensors may name.
enum KnownGlobal: String {
    case orderedDict = "collections.OrderedDict"
    case rebuildTensor = "torch._utils._rebuild_tensor"
    case rebuildTensor2 = "torch._utils._rebuild_tensor_v2"
    case rebuildParameter = "torch._utils._rebuild_parameter"
    case size = "torch.Size"
    case float = "torch.FloatStorage"
    case double = "torch.DoubleStorage"
    case half = "torch.HalfStorage"
    case brain = "torch.BFloat16Storage"
    case int64 = "torch.LongStorage"
    case int32 = "torch.IntStorage"
    case int16 = "torch.ShortStorage"
    case int8 = "torch.CharStorage"
    case uint8 = "torch.ByteStorage"
    case bool = "torch.BoolStorage"
}

/// The objects that the values of a pickle refer to.
struct PickleObjects {
    var sequences: [[PickleValue]] = []
    var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
    var storages: [StorageReference] = []
    var tensors: [TensorView] = []
}

/// Numbers that a pickle refers to by a key; they lie elsewhere in the file.
struct StorageReference {
    let key: String
    let type: KnownGlobal
    let count: Int
}

/// A tensor as a view of a storage.
struct TensorView {
    let storage: StorageReference
    let offset: Int
    let shape: [Int]
    let strides: [Int]
}
