import Foundation

/// How far a long piece of work is: a line on standard error every few seconds, so that results can be piped on.
public final class WorkProgress {
    private let title: String
    private var last = ProcessInfo.processInfo.systemUptime

    /// Progress of the work that `title` names.
    public init(_ title: String) { self.title = title }

    /// Shows that `done` of `all` parts are finished, if a line is due.
    public func show(_ done: Int, of all: Int) {
        let now = ProcessInfo.processInfo.systemUptime
        guard now - last >= 3, done < all else { return }
        last = now
        showError("\(title): \(done) of \(all)")
    }
}
