import Kernels

/// How the taps of a kernel fall together when the signal under it was made of every sample twice.
///
/// Of `y[t] = sum over j of w[j] u[t + j - left]` with `u[m] = x[floor((m + cut) / 2)]`, the even and the odd `t` are
/// two convolutions of `x` itself, with about half the taps each: half the arithmetic.
struct FoldedTaps: Sendable {
    /// For each phase (even, odd): the place in `x`, from `t / 2`, of its first tap, and how many it has.
    let first: [Int]
    let count: [Int]
    let kernel: Int
    let left: Int
    let cut: Int

    init(kernel: Int, left: Int, cut: Int) {
        self.kernel = kernel
        self.left = left
        self.cut = cut
        let places = (0...1).map { phase in (0..<kernel).map { FoldedTaps.half(phase + $0 - left + cut) } }
        first = places.map { $0[0] }
        count = places.map { $0[kernel - 1] - $0[0] + 1 }
    }

    /// Half, rounded down also below zero.
    static func half(_ value: Int) -> Int { value >> 1 }
    /// Which folded tap of a phase a tap of the kernel belongs to.
    func place(of tap: Int, phase: Int) -> Int { FoldedTaps.half(phase + tap - left + cut) - first[phase] }
    func offsets(phase: Int) -> [Int] { (0..<count[phase]).map { first[phase] + $0 } }
    /// How far the taps reach beyond either end of `x`.
    var reach: Int { max(-min(first[0], first[1]), first[0] + count[0], first[1] + count[1], 0) }

    /// `folded[o, c, q] = sum of weights[o, c, j]` over the taps that fall together.
    func fold(_ weights: UnsafePointer<Float>, kernels: Int, phase: Int, into folded: UnsafeMutablePointer<Float>) {
        let taps = count[phase]
        folded.update(repeating: 0, count: kernels * taps)
        for tap in 0..<kernel {
            let place = place(of: tap, phase: phase)
            for index in 0..<kernels { folded[index * taps + place] += weights[index * kernel + tap] }
        }
    }
    /// The way back for gradients: each tap gets that of the folded tap which it is part of.
    func unfold(
        _ folded: UnsafePointer<Float>, kernels: Int, phase: Int, addingTo gradient: UnsafeMutablePointer<Float>
    ) {
        let taps = count[phase]
        for tap in 0..<kernel {
            let place = place(of: tap, phase: phase)
            for index in 0..<kernels { gradient[index * kernel + tap] += folded[index * taps + place] }
        }
    }

    /// Samples of the long signal that were cut off, or lie beyond its ends, although `x` has something there, as far
    /// as a kernel reaches. The folded taps see them, the kernel must not.
    func phantoms(_ length: Int, of samples: Int) -> (before: Range<Int>, behind: Range<Int>) {
        let end = min(2 * samples - cut, length + kernel - 1 - left)
        return (-min(cut, max(0, left))..<0, length..<max(length, end))
    }
}
