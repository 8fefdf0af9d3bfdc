/// A way to tell images apart.
enum Method: String, CaseIterable, Codable {
    case nearestL1 = "knn-l1"
    case nearestL2 = "knn-l2"
    case softmax
    case linearSVM = "linear-svm"
    case hogLinearSVM = "hog-svm"
    case hogRadialSVM = "hog-rbf"
    case network
    case resNet = "resnet20"

    /// What it is called beside its curve.
    var title: String {
        switch self {
        case .nearestL1: "neighbors, L1"
        case .nearestL2: "neighbors, L2"
        case .softmax: "softmax, pixels"
        case .linearSVM: "linear SVM, pixels"
        case .hogLinearSVM: "linear SVM, HOG"
        case .hogRadialSVM: "RBF SVM, HOG"
        case .network: "small network"
        case .resNet: "ResNet-20"
        }
    }

    /// Its name among the figures of a result.
    var figure: String {
        switch self {
        case .nearestL1: "knn_l1_accuracy"
        case .nearestL2: "knn_l2_accuracy"
        case .softmax: "softmax_accuracy"
        case .linearSVM: "linear_svm_accuracy"
        case .hogLinearSVM: "hog_svm_accuracy"
        case .hogRadialSVM: "hog_rbf_accuracy"
        case .network: "network_accuracy"
        case .resNet: "resnet20_accuracy"
        }
    }

    var isNeighbors: Bool { self == .nearestL1 || self == .nearestL2 }
    var isNetwork: Bool { self == .network || self == .resNet }
}
