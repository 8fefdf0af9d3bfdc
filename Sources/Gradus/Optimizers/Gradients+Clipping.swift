extension Gradients {
    /// Each element moved into `−limit...limit`.
    public func clipped(byValue limit: Float) -> Gradients {
        mapStored { $0.clipped(-Double(limit), Double(limit)) }
    }

    /// All gradients scaled by one factor, so that their global norm is at most `limit` (Pascanu et al. 2013).
    ///
    /// The factor is `limit / (norm + 1e-6)`, as in PyTorch, where the norm is above the limit.
    public func clipped(byGlobalNorm limit: Float) -> Gradients {
        let factor = limit / (globalNorm + 1e-6)
        return factor < 1 ? self * factor : self
    }
}
