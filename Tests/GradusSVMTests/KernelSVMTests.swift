import CLibSVM
import Gradus
import GradusSVM
import Testing

@Suite struct KernelSVMTests {
    /// A disc in a ring in a ring, three classes that no line divides.
    private func rings(_ count: Int, seed: UInt64) -> (features: Tensor<Float>, labels: Tensor<Int32>) {
        let random = RandomGenerator(seed: seed)
        let angles = Tensor<Float>(uniform: [count], to: 2 * .pi, using: random)
        let radii =
            Tensor((0..<count).map { Float($0 % 3) }) + Tensor<Float>(normal: [count], deviation: 0.15, using: random)
        let labels = Tensor((0..<count).map { [4, -2, 9][$0 % 3] as Int32 })
        return (Tensor.stacked([radii * angles.cos(), radii * angles.sin()]).transposed([1, 0]), labels)
    }

    private func share(_ found: Tensor<Int32>, _ labels: Tensor<Int32>) -> Double {
        Double(zip(found.scalars, labels.scalars).filter { $0 == $1 }.count) / Double(labels.count)
    }

    @Test func ringsAreToldApartByARadialKernelAlone() throws {
        let ((features, labels), fresh) = (rings(240, seed: 1), rings(300, seed: 2))
        let radial = try KernelSVM(features, labels, kernel: .radial(gamma: 1))
        #expect(radial.machine.classes == [-2, 4, 9] && radial.machine.coefficients.shape[1] == 3)
        #expect(radial.supportVectors.shape[0] < 200)
        #expect(share(radial(fresh.features), fresh.labels) > 0.97)
        #expect(share(try KernelSVM(features, labels, kernel: .linear)(fresh.features), fresh.labels) < 0.75)
    }

    /// libsvm computes the radial kernel of the same rows itself.
    @Test(arguments: [(0.3, 1.0), (2, 50)]) func decisionsAreLibsvms(_ gamma: Double, _ cost: Double) throws {
        let ((features, labels), fresh) = (rings(150, seed: 3), rings(40, seed: 4))
        let mine = try KernelSVM(features, labels, kernel: .radial(gamma: gamma), cost: cost, tolerance: 1e-6)
        let theirs = LibSVM(features, labels, gamma: gamma, cost: cost)
        let decisions = mine.decisions(fresh.features)
        let found = mine(fresh.features)
        for row in 0..<40 {
            let (values, label) = theirs.decided(fresh.features[row].scalars, mine.machine.classes)
            #expect(Int32(label) == found.element(at: row))
            #expect(zip(decisions[row].scalars, values).allSatisfy { abs(Double($0) - $1) < 2e-3 * (1 + abs($1)) })
        }
    }

    /// Points at −1 and 1: α = ½ makes the margin reach both exactly; a smaller C cuts it, and the boundary is w = 2C.
    @Test(arguments: [0.1, 0.4, 3]) func theMinimumIsTheClosedForm(_ cost: Double) throws {
        let machine = try KernelSVM(
            Tensor<Float>([1, -1], shape: [2, 1]), Tensor([0, 1]), kernel: .linear, cost: cost, tolerance: 1e-6)
        let slope = Float(min(1, 2 * cost))
        #expect(
            machine.decisions(Tensor<Float>([1, -3, 0], shape: [3, 1])).scalars.elementsEqual([slope, -3 * slope, 0]) {
                abs($0 - $1) < 1e-5
            })
    }

    @Test func neitherThreadsNorMemoryChangeTheResult() throws {
        let (features, labels) = rings(120, seed: 5)
        let before = Parallel.threads
        defer { Parallel.threads = before }
        let machines = try [(1, 1 << 30), (4, 1 << 30), (4, 110_000)].map { threads, memory in
            Parallel.threads = threads
            return try KernelSVM(features, labels, kernel: .radial(gamma: 1), memoryLimit: memory)
        }
        for machine in machines.dropFirst() {
            #expect(machine.machine.coefficients == machines[0].machine.coefficients)
            #expect(machine.machine.offsets == machines[0].machine.offsets)
        }
    }

    @Test func whatCannotBeLearnedIsRefused() {
        let rows = Tensor<Float>([1, .nan], shape: [2, 1])
        let radial = KernelSVM.Kernel.radial(gamma: 1)
        #expect(throws: SVMError.self) { try KernelSVM(rows, Tensor([0, 1]), kernel: radial) }
        let one = #expect(throws: SVMError.self) {
            try KernelSVM(Tensor<Float>(ones: [2, 1]), Tensor([4, 4]), kernel: radial)
        }
        #expect(one?.description.contains("needs two classes, got 1") == true)
        let (features, labels) = rings(90, seed: 6)
        let large = #expect(throws: SVMError.self) {
            try KernelSVM(features, labels, kernel: radial, memoryLimit: 10_000)
        }
        #expect(large?.description.contains("60 examples") == true)
        let infinite = #expect(throws: SVMError.self) {
            try DualSVM(Tensor([0, 1])) { _ in Tensor<Float>([1, .infinity, 0, 1], shape: [2, 2]) }
        }
        #expect(infinite?.description.contains("finite") == true)
    }

    @Test func scaledFeaturesHaveMeanZeroAndLengthOne() {
        let random = RandomGenerator(seed: 7)
        let spread = Tensor<Float>([1, 100, 0.1, 7, 3])
        let rows = Tensor<Float>(normal: [1300, 5], mean: 4, using: random) * spread
        let scale = FeatureScale(rows, floor: 1e-6)
        let scaled = scale(rows)
        #expect(scaled.mean(axes: [0]).absoluteValue().max().item < 1e-4)
        #expect(abs(scaled.squared().sum(axes: [1]).mean().item - 1) < 1e-3)
        var inPlace = rows
        scale.apply(to: &inPlace)
        #expect(inPlace == scaled)
        let constant = FeatureScale(Tensor<Float>([1, 5, 2, 5], shape: [2, 2]))
        #expect(constant.factor.scalars[1] == 0 && constant(Tensor<Float>([3, 9], shape: [1, 2])).scalars[1] == 0)
    }
}

/// libsvm with its own radial kernel, as a reference.
private final class LibSVM {
    private let nodes: UnsafeMutablePointer<svm_node>
    private var model: UnsafeMutablePointer<svm_model>?

    init(_ features: Tensor<Float>, _ labels: Tensor<Int32>, gamma: Double, cost: Double) {
        let (count, width) = (features.shape[0], features.shape[1])
        nodes = .allocate(capacity: count * (width + 1))
        let values = features.scalars
        for row in 0..<count {
            for column in 0..<width {
                nodes[row * (width + 1) + column] = svm_node(
                    index: Int32(column + 1), value: Double(values[row * width + column]))
            }
            nodes[row * (width + 1) + width] = svm_node(index: -1, value: 0)
        }
        var rows: [UnsafeMutablePointer<svm_node>?] = (0..<count).map { [nodes] in nodes + $0 * (width + 1) }
        var targets = labels.scalars.map { Double($0) }
        var parameter = svm_parameter()
        (parameter.svm_type, parameter.kernel_type) = (Int32(C_SVC), Int32(RBF))
        (parameter.gamma, parameter.C, parameter.eps, parameter.cache_size) = (gamma, cost, 1e-6, 10)
        svm_set_print_string_function { _ in }
        model = rows.withUnsafeMutableBufferPointer { rows in
            targets.withUnsafeMutableBufferPointer { targets in
                var problem = svm_problem(l: Int32(count), y: targets.baseAddress, x: rows.baseAddress)
                return svm_train(&problem, &parameter)
            }
        }
    }

    deinit {
        svm_free_and_destroy_model(&model)
        nodes.deallocate()
    }

    /// The decisions of a row for the pairs of the given classes in their order, and its class.
    func decided(_ row: [Float], _ classes: [Int32]) -> (values: [Double], label: Double) {
        let own =
            row.enumerated().map { svm_node(index: Int32($0 + 1), value: Double($1)) }
            + [svm_node(index: -1, value: 0)]
        let order = (0..<classes.count).map { model!.pointee.label[$0] }
        var values = [Double](repeating: 0, count: classes.count * (classes.count - 1) / 2)
        let label = svm_predict_values(model, own, &values)
        func value(_ a: Int32, _ b: Int32) -> Double {
            var place = 0
            for i in order.indices {
                for j in (i + 1)..<max(order.count, i + 1) {
                    if (order[i], order[j]) == (a, b) { return values[place] }
                    if (order[i], order[j]) == (b, a) { return -values[place] }
                    place += 1
                }
            }
            return .nan
        }
        let pairs = classes.indices.flatMap { i in
            ((i + 1)..<max(classes.count, i + 1)).map { (classes[i], classes[$0]) }
        }
        return (pairs.map { value($0.0, $0.1) }, label)
    }
}
