extension Gradients {
    /// Each element moved into `−limit...limit`; NaN stays NaN.
    public func clipped(byValue limit: Float) -> Gradients {
        mapStored { $0.clipped(-Double(limit), Double(limit)) }
    }

    /// All gradients scaled by one factor, so that their global norm is at most `limit` (Pascanu et al. 2013).
    ///
    /// The factor is `limit / (norm + 1e-6)`, as in PyTorch, where the norm is above the limit; the norm is computed in double
    /// precision and does not overflow. A gradient that is not finite makes all of them NaN or 0, as in PyTorch.
    public func clipped(byGlobalNorm limit: Float) -> Gradients {
        let norm = entries.reduce(0) { $0 + $1.gradient.sumOfSquares }.squareRoot()
        let factor = Float(Double(limit) / (norm + 1e-6))
        return factor >= 1 ? self : self * factor
    }
}
