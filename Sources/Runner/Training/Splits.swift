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

    /// The dataset's own column `split` where it has one; else by event, so that no earthquake is on two sides: of every
    /// twenty events about fourteen teach, two choose and four judge, by a hash of their names.
    public init(_ dataset: any Dataset) {
        let own = (0..<dataset.count).map { dataset.split($0) }
        train = []
        dev = []
        test = []
        statement = "the dataset's own column 'split'"
        if own.contains(where: { $0 != nil }) {
            for (index, split) in own.enumerated() { add(index, to: split) }
        } else {
            for index in 0..<dataset.count {
                let metadata = dataset.metadata(index)
                add(index, to: Splits.share(of: metadata["source_id"] ?? metadata["trace_name"] ?? "\(index)"))
            }
            statement = "by event, 70 % train, 10 % dev, 20 % test, by a hash of the event's name"
        }
    }

    private mutating func add(_ index: Int, to split: Split?) {
        switch split {
        case .train: train.append(index)
        case .dev: dev.append(index)
        case .test: test.append(index)
        case nil: break
        }
    }

    private static func share(of name: String) -> Split {
        var hash = SHA256()
        hash.update(name.utf8)
        let draw = Int(hash.finish()[0]) * 256 + Int(hash.finish()[1])
        return draw < 45875 ? .train : draw < 52428 ? .dev : .test
    }

    /// A number for the dataset and its splits: the traces' names with their sides, and the samples of a few.
    public func hash(_ dataset: any Dataset) throws -> String {
        var hash = SHA256()
        for split in Split.allCases {
            hash.update("\(split.rawValue)\n".utf8)
            for index in traces(split) { hash.update("\(dataset.name(index))\n".utf8) }
        }
        let last = dataset.count - 1
        for index in Set([0, last / 3, last / 2, last]).sorted() where index >= 0 && index < dataset.count {
            for sample in try dataset.trace(index).samples { hash.update(littleEndian(sample.bitPattern)) }
        }
        return hash.hex
    }
}
