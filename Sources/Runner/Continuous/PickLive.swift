import Files
import Foundation
import GraphIR
import Interpreter
import Seismic

/// Who hears of a live night while it goes on.
public struct LiveListener {
    /// A pick, and how many seconds of recording had come behind it.
    public var pick: (StreamPick, Double) -> Void
    public var note: (String) -> Void
    public var isStopped: () -> Bool

    public init(
        pick: @escaping (StreamPick, Double) -> Void, note: @escaping (String) -> Void,
        isStopped: @escaping () -> Bool
    ) {
        (self.pick, self.note, self.isStopped) = (pick, note, isStopped)
    }
}

/// Picks what a SeedLink server sends, as it sends it, until somebody stops it or the end that was asked for has come.
/// What is picked is what `pick` says of the same records in files.
public func pickLive(
    _ order: PickOrder, from word: String, file: NetworkFile, weights: Weights, notes: Safetensors?,
    listener: LiveListener
) throws -> PickSummary {
    let address = try reading { () throws(DataError) in try SeedLinkAddress(word) }
    let formats = try order.chosenFormats()
    try prepareFolder(order)
    let source = try order.curves(file, weights, threads: order.threads)
    let settings = try order.settings(for: source, notes: notes)
    guard settings.rule != .eqt, settings.anchor == .clock else {
        throw RunError(
            .request, "picks of live records are read by trigger or peaks, and their windows stand on the clock",
            help: "the rule eqt and --grid start want whole recordings")
    }
    let request = try order.request(settings: settings, model: source.model)
    let night = try LiveNight(order, address, source: source, settings: settings, request: request, listener)
    listener.note(night.promise)
    var summary = try night.run()
    summary.settings = settings
    let others = formats.filter { $0 != PicksCSV.self }
    if !others.isEmpty {
        let list = PickList(
            summary.picks, network: file.network.graph.name, program: order.program, stations: request.inventory)
        for format in others { for (path, text) in format.files(list) { try write(text, to: path, below: order.out) } }
    }
    return summary
}

private func reading<T>(_ work: () throws(DataError) -> T) throws -> T {
    do { return try work() } catch {
        throw RunError(.request, "\(error.file): expected \(error.expected), found \(error.found)")
    }
}

/// A live night: the line to the server, the picker, and what is written.
private final class LiveNight {
    private let order: PickOrder
    private let address: SeedLinkAddress
    private let source: NetworkCurves
    private let settings: StreamSettings
    private let picker: LivePicker
    private let listener: LiveListener
    private var link: SeedLink
    private var notes: LiveNotes
    /// Of a night that is gone on with: what was told before.
    private let told: [String: Instant]
    private let earlier: EarlierCoverage
    private let table: GrowingTable
    private let detections: GrowingTable
    private var trails: [String: PacketTrail] = [:]
    private var newest: [StreamGroup: Instant] = [:]
    private var summary = PickSummary()
    private var keepsPicks: Bool { order.formats != ["csv"] }
    private var saved = secondsNow()
    private var covered = secondsNow()

    /// A line on which nothing comes for so long is asked whether it holds, and after twice that given up.
    private static let silence = 60.0

    init(
        _ order: PickOrder, _ address: SeedLinkAddress, source: NetworkCurves, settings: StreamSettings,
        request: PickRequest, _ listener: LiveListener
    ) throws {
        (self.order, self.address, self.source, self.settings) = (order, address, source, settings)
        self.listener = listener
        picker = LivePicker(source: source, settings: settings, request: request, patience: order.patience)
        notes = LiveNotes(signature: "\(request.signature)\n\(address.host):\(address.port)\n\(order.patience)")
        if order.resumes { try notes.load(from: order.out) }
        told = notes.floors
        earlier = order.resumes ? EarlierCoverage(in: order.out) : EarlierCoverage()
        let from = request.span.flatMap { $0.lowerBound.calendar.year > 1900 ? $0.lowerBound : nil }
        link = SeedLink(
            address, agent: order.program.replacing(" ", with: "/"), from: from, sequences: notes.sequences)
        if let oldest = told.values.min() {
            let time = oldest.advanced(bySeconds: -Self.lead(source))
            for station in notes.sequences.keys { link.heard(station, at: time) }
        }
        table = try GrowingTable(
            order.out + "/picks.csv", columns: PicksCSV.columns, continues: order.resumes)
        detections = try GrowingTable(
            order.out + "/detections.csv", columns: PickSummary.detectionColumns, continues: order.resumes)
    }

    /// Before what was told lie so many seconds of records that are asked for again: what a pick rests on.
    private static func lead(_ source: NetworkCurves) -> Double { 4 * Double(source.length) / source.rate + 10 }

    /// How late picks are, for whoever waits for them.
    var promise: String {
        let window = Double(source.length) / source.rate
        let hop = Double(settings.hop ?? source.length / 2) / source.rate
        let blind = Double(settings.blind ?? 0) / source.rate
        let bound = max(window - blind + 2, GroundMotionAtPick.behind)
        func text(_ value: Double) -> String { PickText.rate(value) }
        return "picks are told when \(text(bound)) s of records have come behind the end of their curve, or before "
            + "(windows of \(text(window)) s every \(text(hop)) s, \(text(blind)) s blind at either end); where a "
            + "channel is missing, \(text(order.patience)) s later"
    }

    // MARK: The line

    func run() throws -> PickSummary {
        let begun = secondsNow()
        var pause = 1.0
        var isFirst = true
        while !listener.isStopped(), !isOver {
            do {
                let line = try Connection(host: address.host, port: address.port, within: 20)
                isFirst = false
                if try follow(line) { pause = 1 }
            } catch let error as DataError where error.cause == .access && !isFirst {
                listener.note("\(error.file): \(error.found)")
            }
            guard !listener.isStopped(), !isOver else { break }
            listener.note("the line is taken up again in \(Int(pause)) s")
            sleep(for: pause)
            pause = min(2 * pause, 30)
        }
        // What lies in the last window is told only where nothing is to follow: an interrupted night is gone on with.
        if isOver { try tell(picker.finish()) }
        try save()
        if isOver { LiveNotes.remove(below: order.out) }
        return finished(seconds: secondsNow() - begun)
    }

    private func sleep(for seconds: Double) {
        let end = secondsNow() + seconds
        while secondsNow() < end, !listener.isStopped(), !isOver { Thread.sleep(forTimeInterval: 0.1) }
    }

    /// Whether the end that was asked for has come: by the records, or, where nothing comes any more, by the clock.
    private var isOver: Bool {
        guard let end = order.span?.upperBound else { return false }
        let late = 2 * order.patience + Self.silence
        return picker.isOver
            || Instant(seconds: Date().timeIntervalSince1970) > end.advanced(bySeconds: late)
                && secondsNow() - heard > late
    }
    private var heard = secondsNow()

    /// Until the line breaks; whether packets came.
    private func follow(_ line: Connection) throws -> Bool {
        var hasStreamed = false
        var asked = false
        heard = secondsNow()
        var events = link.opened()
        while true {
            for event in events {
                switch event {
                case .send(let text): try line.send(Array(text.utf8))
                case .note(let text): listener.note("\(line.name): \(text)")
                case .streaming: hasStreamed = true
                case .packet(let packet): take(packet)
                case .refused(let why):
                    throw RunError(.badData, "\(line.name): \(why)", help: "stations are NET_STA, NET_STA:HH?")
                case .broken(let why):
                    listener.note("\(line.name): \(why)")
                    try tell(picker.advance())
                    return hasStreamed
                }
            }
            try tell(picker.advance())
            try saveNowAndThen()
            if listener.isStopped() || isOver { return hasStreamed }
            guard let bytes = try line.receive(within: 0.5) else {
                listener.note("\(line.name) has hung up")
                return hasStreamed
            }
            if !bytes.isEmpty { (heard, asked) = (secondsNow(), false) }
            events = link.take(bytes)
            let silent = secondsNow() - heard
            if silent > Self.silence, !asked {
                asked = true
                events += link.idle()
            } else if silent > 2 * Self.silence {
                listener.note("nothing came from \(line.name) for \(Int(silent)) s")
                return hasStreamed
            }
        }
    }

    private func take(_ packet: SeedLink.Packet) {
        do {
            guard let segment = try packet.segment() else { return }
            // A clock that runs years ahead would make all that follows late.
            guard segment.start.seconds < Date().timeIntervalSince1970 + 3600 else {
                return listener.note("\(segment.id): a record of \(segment.start), which is to come, is left out")
            }
            link.heard(packet.station, at: segment.start)
            trails[packet.station, default: PacketTrail()].add(packet.sequence, end: segment.end)
            if let group = StreamGroup.of(channel: segment.id)?.group {
                newest[group] = max(newest[group] ?? segment.end, segment.end)
            }
            picker.take(segment)
        } catch {
            summary.damage.append(.init(file: error.file, byte: error.byte, reason: error.description))
            listener.note("left out: \(error)")
        }
    }

    // MARK: What is told

    private func tell(_ news: LivePicker.News) throws {
        for note in news.notes { listener.note(note) }
        for run in news.detections { try detections.append(PickSummary.detectionRow(run)) }
        for pick in news.picks {
            // A sample's slack: moments are those of samples, whose clocks may be late.
            if let before = told[pick.group.description], pick.time < before.advanced(bySeconds: -1 / source.rate) {
                continue
            }
            guard try table.append(PicksCSV.row(pick)) else { continue }
            summary.counts[pick.phase, default: 0] += 1
            if keepsPicks { summary.picks.append(pick) }
            listener.pick(pick, (newest[pick.group] ?? pick.time).seconds(since: pick.time))
        }
    }

    private func saveNowAndThen() throws {
        guard secondsNow() - saved > 5 else { return }
        try save(all: secondsNow() - covered > 60)
    }

    private func save(all: Bool = true) throws {
        saved = secondsNow()
        let floors = picker.floors
        notes.floors.merge(floors) { $1 }
        for station in trails.keys {
            let own = floors.filter { $0.key.hasPrefix(station.replacing("_", with: ".") + ".") }.values.min()
            guard let own else { continue }
            trails[station]?.forget(before: own.advanced(bySeconds: -Self.lead(source)))
            if let sequence = trails[station]?.resume { notes.sequences[station] = sequence }
        }
        try notes.save(below: order.out)
        guard all else { return }
        covered = saved
        try write(earlier.table(with: picker.coverage), to: "coverage.csv", below: order.out)
    }

    private func finished(seconds: Double) -> PickSummary {
        (summary.seconds, summary.isLive) = (seconds, true)
        summary.groups = picker.instruments
        summary.windows = picker.windows
        summary.coverage = picker.coverage
        if picker.tooLate > 0 {
            summary.notes.append(
                "\(picker.tooLate) records came more than \(PickText.rate(order.patience)) s behind others of their "
                    + "instrument, too late to be picked from; --patience waits longer")
        }
        if picker.doubled > 0 { summary.notes.append("\(picker.doubled) records came twice") }
        if picker.contradictedSeconds > 0 {
            summary.notes.append(
                "records of the same time differ during \(PickText.decimal(picker.contradictedSeconds, 2)) s; these "
                    + "count as gaps")
        }
        return summary
    }
}
