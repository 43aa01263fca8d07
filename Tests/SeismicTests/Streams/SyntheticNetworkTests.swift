import Files
import Foundation
import Testing

@testable import Datasets
@testable import Seismic

@Suite struct SyntheticNetworkTests {
    static func order(_ change: (inout SyntheticNetwork.Order) -> Void = { _ in }) -> SyntheticNetwork.Order {
        var order = SyntheticNetwork.Order()
        (order.stations, order.hours, order.rate, order.seed) = (2, 0.3, 20, 5)
        (order.events, order.gaps) = (40, 6)
        change(&order)
        return order
    }

    static func folder() -> String {
        FileManager.default.temporaryDirectory.appendingPathComponent("network-\(UUID().uuidString)").path
    }

    /// Every file with its bytes, by its path within the folder.
    static func contents(_ folder: String) -> [String: Data] {
        var found: [String: Data] = [:]
        let walk = FileManager.default.enumerator(atPath: folder)
        while let name = walk?.nextObject() as? String {
            found[name] = FileManager.default.contents(atPath: folder + "/" + name)
        }
        return found
    }

    static func written(_ order: SyntheticNetwork.Order, threads: Int = 2) throws -> [String: Data] {
        let folder = folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try SyntheticNetwork(order).write(to: folder, threads: threads, overwrite: false)
        return contents(folder)
    }

    @Test func sameBytesForASeedOnAnyThreads() throws {
        let first = try Self.written(Self.order(), threads: 1)
        #expect(try Self.written(Self.order(), threads: 3) == first)
        #expect(first.keys.contains("picks.csv") && first.keys.count { $0.hasSuffix(".127") } == 6)
        #expect(try Self.written(Self.order { $0.seed = 6 })["picks.csv"] != first["picks.csv"])
    }

    /// The first hour of two is the first hour of one: samples, and what happens in it.
    @Test func lengthChangesNothingOfWhatIsThere() throws {
        let short = try SyntheticNetwork(Self.order())
        let long = try SyntheticNetwork(Self.order { $0.hours = 0.5 })
        func samples(_ network: SyntheticNetwork) -> [Int32] {
            var stream = SyntheticStream(network, station: 1)
            var all: [Int32] = []
            while let (first, channels) = stream.next() {
                #expect(first == all.count)
                all += channels[0]
            }
            return all
        }
        let (few, many) = (samples(short), samples(long))
        #expect(few.count == 21_600 && many.count == 36_000)
        #expect(few == Array(many.prefix(few.count)))
        #expect(short.gaps[0] == long.gaps[0])
        let early = long.arrivals.filter { $0.seconds < 900 }.map(\.seconds)
        #expect(!early.isEmpty && short.arrivals.filter { $0.seconds < 900 }.map(\.seconds) == early)
    }

    /// P and S are where they are listed: the ground moves more behind an arrival than before it, and some earthquakes
    /// come so close behind others that their records overlap.
    @Test func arrivalsAreWhereTheyAreListed() throws {
        var network = try SyntheticNetwork(Self.order { ($0.hours, $0.gaps, $0.events, $0.rate) = (0.5, 0, 30, 50) })
        let pairs = zip(network.events, network.events.dropFirst()).filter { $1.seconds - $0.seconds < 15 }
        #expect(pairs.count >= 2)
        var (clear, right) = (0, 0)
        for station in network.stations.indices {
            var stream = SyntheticStream(network, station: station)
            var vertical: [Int32] = []
            while let (_, channels) = stream.next() { vertical += channels[0] }
            for arrival in network.arrivals where arrival.station == station && arrival.phase == .P {
                let place = Int(arrival.seconds * 50)
                guard arrival.clarity > 12, place > 100, place + 100 < vertical.count else { continue }
                func size(_ range: Range<Int>) -> Double {
                    vertical[range].map(Float.init)[...].deviation
                }
                clear += 1
                right += size(place + 2..<place + 52) > 1.5 * size(place - 52..<place - 2) ? 1 : 0
            }
        }
        #expect(clear > 5 && Double(right) > 0.7 * Double(clear), "\(right) of \(clear)")
        network = try SyntheticNetwork(Self.order { $0.gaps = 0 })
        #expect(network.arrivals.allSatisfy { $0.seconds > 0 && $0.clarity >= SyntheticNetwork.leastClarity })
    }

    /// What is on disk is what was made, but for the gaps; its stations are read as any other's.
    @Test func filesHoldEverythingButTheGaps() throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // Midnight lies within.
        let start = try #require(Instant("2024-12-31T23:50:00Z"))
        let network = try SyntheticNetwork(Self.order { $0.start = start })
        _ = try network.write(to: folder, threads: 2, overwrite: false)
        let files = StreamFiles(["sds:\(folder)/waveforms"])
        #expect(files.paths.count == 12)
        let index = StreamIndex(files.paths)
        #expect(index.damage.isEmpty && index.channels.count == 2)
        var stream = SyntheticStream(network, station: 0)
        var made: [[Int32]] = [[], [], []]
        while let (_, channels) = stream.next() { for place in 0..<3 { made[place] += channels[place] } }
        let channels = try #require(index.channels.first { $0.group.station == network.stations[0].code })
        let reader = StreamReader(channels, wanted: "ZNE", in: index)
        let first = Grid(rate: 20).place(start).sample
        let read = reader.samples(first..<first + network.count, keep: 1 << 20)
        for component in 0..<3 {
            let gaps = network.gaps[0].filter { $0.component == nil || $0.component == component }
            for sample in 0..<network.count {
                let isGap = gaps.contains { $0.samples.contains(sample) }
                let same =
                    isGap ? read[component][sample].isNaN : read[component][sample] == Float(made[component][sample])
                if !same { Issue.record("component \(component), sample \(sample)"); return }
            }
        }
        let inventory = try Inventory("\(folder)/stations.xml")
        let site = try #require(inventory.site(of: channels.group, at: start))
        #expect(site.latitude == network.stations[0].latitude.rounded(decimals: 5))
        #expect(inventory.gain(of: channels.group, component: "Z", at: start)?.gain == 6.3e8)
        #expect(try Inventory("\(folder)/stations.csv").count == 2)
        let picks = try StationPick.table(in: folder)
        #expect(!picks.isEmpty && picks.allSatisfy { $0.event != nil })
    }

    @Test func anotherFolderIsNotOverwritten() throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        _ = FileManager.default.createFile(atPath: folder + "/own.txt", contents: Data())
        let network = try SyntheticNetwork(Self.order { ($0.hours, $0.stations) = (0.05, 1) })
        #expect(throws: DataError.self) { try network.write(to: folder, threads: 1, overwrite: true) }
        try FileManager.default.removeItem(atPath: folder + "/own.txt")
        _ = try network.write(to: folder, threads: 1, overwrite: false)
        #expect(throws: DataError.self) { try network.write(to: folder, threads: 1, overwrite: false) }
        _ = try network.write(to: folder, threads: 1, overwrite: true)
        for wrong in [-1.0, 0, .nan, .infinity] {
            #expect(throws: DataError.self) { try SyntheticNetwork(Self.order { $0.hours = wrong }) }
        }
        #expect(throws: DataError.self) { try SyntheticNetwork(Self.order { $0.rate = .nan }) }
    }
}
