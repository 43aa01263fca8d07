import GraphIR
import Seismic

/// In which order an epoch goes through the training set, and how much of it each epoch sees.
struct Sampling {
    let order: Loader.Order
    /// The shares of the training set and the epochs from which they hold; the first from 0.
    private let growth: [(share: Double, from: Int)]

    /// - Parameter training: the `train` section.
    init(_ training: Arguments) throws(RunError) {
        order =
            switch training[TrainSection.balance] {
            case .none: .shuffled
            case .batches: .balanced
            case .undersample: .undersampled
            }
        let shares = training[TrainSection.grow].map(\.number)
        let epochs = [0] + training[TrainSection.growAt]
        guard shares.count == epochs.count else {
            throw RunError(
                .refused, "grow has \(shares.count) shares and grow_at \(epochs.count - 1) epochs",
                help: "the first share holds from the start, and each epoch in grow_at brings the next")
        }
        growth = zip(shares, epochs).map { (share: $0, from: $1) }
    }

    /// The share of the training set that an epoch sees.
    func share(at epoch: Int) -> Double { growth.last { $0.from <= epoch }?.share ?? 1 }
}
