import Files
import Foundation
import GraphIR
import Interpreter
import Kernels
import Seismic

/// One night of picking as somebody asks for it.
public struct PickOrder {
    /// Whose way of picking is followed where nothing else is said.
    public enum Likeness: String, Word, Sendable { case seisbench }

    public var words: [String]
    public var out: String
    public var span: Range<Instant>?
    public var stations: [String] = []
    public var prefer: [String] = []
    public var needsAllComponents = false
    /// In samples; a number below 1 is a share of the window.
    public var hop: Double?
    public var blind: Double?
    public var stack: Stacking?
    public var anchor: WindowGrid.Anchor?
    public var rule: PickRule?
    public var separate: Double?
    public var thresholds: PickThresholds?
    public var passes = 1
    public var formats: [String] = ["csv"]
    public var likeness: Likeness?
    public var inventory: String?
    public var length: Int?
    public var resumes = false
    /// What is picked together: an instrument, or, as SeisBench has it, all of a place.
    public var joinsBands = false
    public var resamples = false
    /// A folder for the curves, and as what they go there.
    public var curves: String?
    public var curvesFormat = CurveFormat.mseed
    /// How many picks of either end the page shows; 0 for no page.
    public var viewed = 16
    public var overwrites = false
    public var threads: Int?
    public var memory: Int?
    public var program = "strata"
    /// Of live records: seconds that a channel may lag behind another of its instrument.
    public var patience = 30.0

    public init(words: [String], out: String) {
        self.words = words
        self.out = out
    }
}

/// Picks continuous recordings with a trained network and writes what was asked for: picks, what became of every
/// second, and the tables of other programs.
///
/// - Parameters:
///   - notes: what travels with the weights; their thresholds are used where none are given.
public func pick(
    _ order: PickOrder, file: NetworkFile, weights: Weights, notes: Safetensors?,
    progress: (String) -> Void = { _ in }
) throws -> PickSummary {
    let formats = try order.chosenFormats()
    try prepareFolder(order)
    let source = try order.curves(file, weights, threads: order.threads)
    let settings = try order.settings(for: source, notes: notes)
    let request = try order.request(settings: settings, model: source.model)
    // Places stand side by side as far as there are threads; the engine's numbers do not hang on how many it has.
    let threads = max(1, order.threads ?? ThreadPool.processors)
    let streams = PickStreams(source: source, settings: settings, request: request) { places in
        let count = min(places, threads)
        guard count > 1 else { return [source] }
        return try (0..<count).map { number in
            try order.curves(file, weights, threads: threads / count + (number < threads % count ? 1 : 0))
        }
    }
    var summary = try streams.run(progress: progress)
    summary.settings = settings
    let list = PickList(
        summary.picks, network: file.network.graph.name, program: order.program, stations: request.inventory)
    for format in formats { for (path, text) in format.files(list) { try write(text, to: path, below: order.out) } }
    try write(summary.coverage.csv, to: "coverage.csv", below: order.out)
    try write(summary.detectionsCSV, to: "detections.csv", below: order.out)
    PickCache(folder: order.out, signature: "").remove()
    return summary
}

func write(_ text: String, to path: String, below folder: String) throws {
    let whole = folder + "/" + path
    let parent = URL(fileURLWithPath: whole).deletingLastPathComponent().path
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    try AtomicFile(whole).write(text)
}

/// An answer of another night is replaced only where that is asked for; what an interrupted one left is gone on with.
func prepareFolder(_ order: PickOrder) throws {
    let isThere = FileManager.default.fileExists(atPath: order.out + "/coverage.csv")
    if isThere, !order.overwrites, !order.resumes {
        throw RunError(
            .access, "\(order.out) holds picks already", help: "give another --out, or --overwrite; --resume goes on")
    }
    do {
        try FileManager.default.createDirectory(atPath: order.out, withIntermediateDirectories: true)
    } catch {
        throw RunError(.access, "the folder \(order.out) cannot be made")
    }
}

extension PickOrder {
    func chosenFormats() throws -> [any PickFormat.Type] {
        try formats.map { name in
            guard let format = PickFormats.named(name) else {
                let names = PickFormats.all.map { $0.name }
                throw RunError(
                    .request, "there is no format '\(name)' for picks",
                    help: nearestName(to: name, among: names).map { "did you mean '\($0)'?" }
                        ?? "there are \(names.joined(separator: ", "))")
            }
            return format
        }
    }

    /// Samples between the questions to a network that answers once a window, where `hop` says them; what is out of
    /// reach is refused with the window's length at hand.
    var pointStride: Int? { hop.flatMap { $0 >= 1 && $0 < 1e9 ? Int($0) : nil } }

    func request(settings: StreamSettings, model: String) throws -> PickRequest {
        var request = PickRequest(words: words, out: out)
        request.span = span
        request.stations = stations.map { NamePattern($0) }
        request.prefer = prefer
        request.resumes = resumes
        request.joinsBands = joinsBands
        request.viewed = viewed
        request.curves = curves.map { ($0, curvesFormat) }
        request.inventory = try inventory.map { path throws(DataError) in try Inventory(path) }
        if words.contains(StreamFiles.standardInput) { request.input = try StandardInput.kept(below: out) }
        request.signature =
            "\(settings)\n\(model)\n\(passes)\n\(span.map { "\($0)" } ?? "")\n"
            + "\(isLikeSeisBench)\n\(prefer)\n\(inventory ?? "")\n\(joinsBands)\n\(curves ?? "")\n\(curvesFormat)\n"
        return request
    }

    var isLikeSeisBench: Bool { likeness == .seisbench }

    /// The network asked as this order wants it.
    func curves(_ file: NetworkFile, _ weights: Weights, threads: Int?) throws -> NetworkCurves {
        try NetworkCurves(
            file, weights: weights, passes: passes, length: length, threads: threads, memory: memory,
            stride: pointStride, isLikeSeisBench: isLikeSeisBench)
    }

    /// SeisBench's own defaults for its two kinds of pickers, by whether there is a detection.
    private struct Likes {
        var blind: Int
        var stack: Stacking
        var thresholds: PickThresholds
        /// SeisBench's overlap is 3000 samples for its detector and 1500 for its picker.
        var hop: Int

        init(_ source: NetworkCurves) {
            let isDetector = source.hasDetection
            blind = isDetector ? Int(5 * source.rate) : 0
            stack = isDetector ? .max : .mean
            hop = source.isPoint ? source.step : max(1, source.length - Int((isDetector ? 30 : 15) * source.rate))
            let least = source.isPoint ? 0.7 : isDetector ? 0.1 : 0.3
            thresholds = PickThresholds(detection: 0.3, phases: source.phases.map { .init($0, least) })
        }
    }

    func settings(for source: NetworkCurves, notes: Safetensors?) throws -> StreamSettings {
        let likes = Likes(source)
        let isLike = isLikeSeisBench
        let rule = rule ?? .trigger
        let stored = notes?.note(WeightNote.thresholds).flatMap { try? JSON(parsing: Array($0.utf8)) }
            .flatMap(RuleThresholds.init(json:)).map { $0[rule] }
        var thresholds = isLike ? likes.thresholds : stored ?? likes.thresholds
        if let given = self.thresholds { thresholds = try merged(given, into: thresholds, source) }
        var settings = StreamSettings(thresholds: thresholds)
        settings.rule = rule
        settings.stack = stack ?? (isLike ? likes.stack : .max)
        settings.anchor = anchor ?? (isLike ? .start : .clock)
        let usual = isLike || source.isPoint ? likes.hop : source.length / 2
        settings.hop = try samples(hop, of: source.length, "--hop") ?? usual
        // Of a network that is asked of one moment a window there are no ends to leave out.
        let edge = isLike || source.isPoint ? likes.blind : source.length / 12
        settings.blind = try samples(blind, of: source.length, "--blind") ?? edge
        settings.separate = separate
        settings.needsAllComponents = needsAllComponents
        settings.resamples = resamples
        if isLike {
            settings.bridge = 0
            settings.fillsWithZeros = true
            settings.leastShare = 0
        }
        guard let hop = settings.hop, hop > 0, hop <= source.length else {
            throw RunError(.refused, "--hop must lie between one sample and the window of \(source.length)")
        }
        if 2 * (settings.blind ?? 0) + hop > source.length {
            throw RunError(
                .request, "--blind \(settings.blind ?? 0) and --hop \(hop) leave samples that no window answers for",
                help: "twice --blind and --hop together may not exceed the window of \(source.length) samples")
        }
        return settings
    }

    private func samples(_ value: Double?, of length: Int, _ option: String) throws -> Int? {
        guard let value else { return nil }
        guard value >= 0, value <= Double(length) else {
            throw RunError(.request, "\(option) takes samples, or a share of the window below 1, not \(value)")
        }
        return value < 1 ? Int((value * Double(length)).rounded()) : Int(value)
    }

    /// Given thresholds go over those that stand; a phase that the network does not have is refused.
    private func merged(
        _ given: PickThresholds, into standing: PickThresholds, _ source: NetworkCurves
    ) throws -> PickThresholds {
        var merged = standing
        merged.detection = given.detection
        for phase in given.phases {
            guard source.phases.contains(phase.name) else {
                throw RunError(
                    .request, "the network has no curve of '\(phase.name)'",
                    help: "it has \(source.phases.joined(separator: ", "))")
            }
            merged.phases.removeAll { $0.name == phase.name }
            merged.phases.append(phase)
        }
        return merged
    }
}
