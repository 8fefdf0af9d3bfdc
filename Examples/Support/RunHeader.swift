import Gradus
import GradusBLAS

/// What a run is, printed before it begins.
public func showHeader(_ program: String, _ facts: [(name: String, value: String)]) {
    let all =
        [
            (name: "gradus", value: "\(gradusVersion), \(program)"),
            (name: "blas", value: "OpenBLAS \(BLAS.version), \(BLAS.kernel) kernels"),
            (name: "threads", value: "\(Parallel.threads)"),
        ] + facts
    let width = (all.map(\.name.count).max() ?? 0) + 2
    for (name, value) in all { show(name + String(repeating: " ", count: width - name.count) + value) }
    show("")
}
