import GraphIR
import Seismic

/// Which traces teach, which choose, and which judge: the same for every run on the same data.
public struct Splits: Sendable {
    public var train: [Int]
    public var dev: [Int]
    public var test: [Int]
    /// How they were made, for the record.
    public var statement: String

    public func traces(_ split: Split) -> [Int] {
        switch split {
        case .train: train
        case .dev: dev
        case .test: test
        }
    }

    /// The dataset's own column `split` where it has one (a manifest of `strata data split` gives it); else by event,
    /// so that no earthquake is on two sides.
    public init(_ dataset: any Dataset) {
        train = []
        dev = []
        test = []
        var sides = (0..<dataset.count).map { dataset.split($0) }
        let without = sides.count { $0 == nil }
        if without < sides.count {
            let isManifest = dataset.path.hasSuffix(".json")
            statement =
                (isManifest ? "the manifest's sides" : "the dataset's own column 'split'")
                + (without > 0 ? "; \(without) on no side, left out" : "")
        } else {
            sides = SplitRule(.event).sides(of: dataset)
            statement = "by event, 70 % train, 10 % dev, 20 % test"
        }
        for (index, side) in sides.enumerated() {
            switch side {
            case .train: train.append(index)
            case .dev: dev.append(index)
            case .test: test.append(index)
            case nil: break
            }
        }
    }

    /// What the dataset with these sides is: `strict` looks at every sample.
    public func fingerprint(_ dataset: any Dataset, strict: Bool = false, threads: Int = 1) throws
        -> DatasetFingerprint
    {
        var sides = [Split?](repeating: nil, count: dataset.count)
        for split in Split.allCases { for index in traces(split) { sides[index] = split } }
        return try DatasetFingerprint(dataset, sides: sides, strict: strict, threads: threads)
    }

    /// What checkpoints of format 1 have instead: the traces' names with their sides, and the samples of four. Of
    /// labels it says nothing.
    func hashOfFormat1(_ dataset: any Dataset) throws -> String {
        var hash = SHA256()
        for split in Split.allCases {
            hash.update("\(split.rawValue)\n".utf8)
            for index in traces(split) { hash.update("\(dataset.name(index))\n".utf8) }
        }
        let last = dataset.count - 1
        for index in Set([0, last / 3, last / 2, last]).sorted() where index >= 0 && index < dataset.count {
            try dataset.trace(index).samples.withUnsafeBytes { hash.update($0) }
        }
        return hash.hex
    }
}

/// Of which side traces are judged or looked at, or of all.
public enum SplitChoice: String, CaseIterable, Hashable, Sendable {
    case train, dev, test, all

    /// The side; `nil`: every trace.
    var split: Split? { Split(rawValue: rawValue) }
}
