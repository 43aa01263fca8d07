/// Sums of `terms` under many weightings at once, as a bootstrap needs: `result[r] = Σ counts[i][r] · terms[i]`.
///
/// `counts` has `replicates` entries for each term, one term after the other. Zero terms cost nothing.
public func weightedSums(counts: [UInt8], replicates: Int, terms: [Double]) -> [Double] {
    precondition(counts.count >= replicates * terms.count)
    var sums = [Double](repeating: 0, count: replicates)
    counts.withUnsafeBufferPointer { counts in
        sums.withUnsafeMutableBufferPointer { sums in
            for (index, term) in terms.enumerated() where term != 0 {
                let row = index * replicates
                for replicate in 0..<replicates { sums[replicate] += Double(counts[row + replicate]) * term }
            }
        }
    }
    return sums
}
