import Dispatch
import Foundation
import GraphIR

/// What is wrong with a dataset before anything is trained on it: sides that share what they must not, and traces that
/// teach nothing or nonsense.
public struct Audit: Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        case sharedName = "shared_name"
        case sharedEvent = "shared_event"
        case sharedWaveform = "shared_waveform"
        case unreadable, notNumbers = "not_numbers"
        case pickOutside = "pick_outside"
        case sBeforeP = "s_before_p"
        case dead
        case deadChannel = "dead_channel"
        case clipped

        /// Whether it makes a study's result doubtful; the others are worth knowing.
        public var isError: Bool {
            switch self {
            case .dead, .deadChannel, .clipped: false
            default: true
            }
        }

        public var meaning: String {
            switch self {
            case .sharedName: "traces of one name on two sides"
            case .sharedEvent: "earthquakes with recordings on two sides"
            case .sharedWaveform: "equal samples on two sides"
            case .unreadable: "traces that cannot be read"
            case .notNumbers: "traces with samples that are no numbers"
            case .pickOutside: "picks outside their trace"
            case .sBeforeP: "S at or before its P"
            case .dead: "traces that do not move at all"
            case .deadChannel: "traces with a channel that does not move"
            case .clipped: "traces that were clipped"
            }
        }
    }

    public struct Finding: Hashable, Sendable {
        public var kind: Kind
        /// The traces' names, or the event's.
        public var subject: String
        public var detail: String
    }

    public let findings: [Finding]
    public let count: Int

    public var hasErrors: Bool { findings.contains { $0.kind.isError } }
    public func findings(_ kind: Kind) -> [Finding] { findings.filter { $0.kind == kind } }

    /// Reads every trace of a dataset.
    public init(_ dataset: any Dataset, threads: Int) {
        count = dataset.count
        let facts = TraceFacts(columns: dataset.columns)
        let looks = inParallel(dataset.count, threads: threads) { Look($0, in: dataset, facts: facts) }
        let found = looks.flatMap(\.findings) + Audit.sharedSubjects(of: dataset, looks)
        let places = Dictionary(uniqueKeysWithValues: Kind.allCases.enumerated().map { ($0.element, $0.offset) })
        findings = found.enumerated().sorted {
            (places[$0.element.kind] ?? 0, $0.offset) < (places[$1.element.kind] ?? 0, $1.offset)
        }.map(\.element)
    }

    /// What is wrong with traces by themselves.
    static func findings(of traces: [Int], in dataset: any Dataset, threads: Int) -> [Finding] {
        let facts = TraceFacts(columns: dataset.columns)
        return inParallel(traces.count, threads: threads) { place in
            Look(traces[place], in: dataset, facts: facts).findings
        }.flatMap { $0 }
    }

    /// Names, events and waveforms that stand on two sides.
    private static func sharedSubjects(of dataset: any Dataset, _ looks: [Look]) -> [Finding] {
        func shared<Key: Hashable>(
            _ kind: Kind, _ key: (Int) -> Key?, says: (Int, Int) -> (subject: String, detail: String)
        )
            -> [Finding]
        {
            var first: [Key: Int] = [:]
            var told: Set<Key> = []
            var findings: [Finding] = []
            for index in 0..<dataset.count {
                guard let side = dataset.split(index), let key = key(index) else { continue }
                guard let other = first[key] else {
                    first[key] = index
                    continue
                }
                guard dataset.split(other) != side, told.insert(key).inserted else { continue }
                let (subject, detail) = says(other, index)
                findings.append(Finding(kind: kind, subject: subject, detail: detail))
            }
            return findings
        }
        func sides(_ a: Int, _ b: Int) -> String {
            "\(dataset.split(a)?.rawValue ?? "") and \(dataset.split(b)?.rawValue ?? "")"
        }
        // In two chunks one name is two traces; in one chunk it is the same samples.
        let names = shared(.sharedName, { [dataset.identity($0).chunk, dataset.identity($0).name] }) {
            ("\(dataset.identity($0))", sides($0, $1))
        }
        let events = shared(.sharedEvent, { dataset.metadata($0)["source_id"] }) {
            (dataset.metadata($0)["source_id"] ?? "", "\(sides($0, $1)): \(dataset.title($0)), \(dataset.title($1))")
        }
        let waveforms = shared(.sharedWaveform, { looks[$0].fingerprint }) {
            (dataset.title($0), "\(sides($0, $1)): also \(dataset.title($1))")
        }
        return names + events + waveforms
    }

    /// What one trace shows by itself.
    private struct Look: Sendable {
        var findings: [Finding] = []
        /// Of the samples; `nil` of a trace that does not move, which many share by right.
        var fingerprint: String?

        init(_ index: Int, in dataset: any Dataset, facts: TraceFacts) {
            let name = dataset.title(index)
            let trace: Trace
            do { trace = try dataset.trace(index) } catch {
                findings.append(Finding(kind: .unreadable, subject: name, detail: "\(error)"))
                return
            }
            let window = facts.window(trace)
            findings += Look.picks(window, name: name)
            let bad = trace.samples.count { !$0.isFinite }
            if bad > 0 {
                findings.append(Finding(kind: .notNumbers, subject: name, detail: "\(bad) of \(trace.samples.count)"))
            }
            findings += Look.channels(window, name: name)
            if !findings.contains(where: { $0.kind == .dead }) {
                var hash = SHA256()
                trace.samples.withUnsafeBytes { hash.update($0) }
                fingerprint = hash.hex
            }
        }

        private static func picks(_ window: Window, name: String) -> [Finding] {
            var findings: [Finding] = []
            for pick in window.picks where !(pick.sample >= 0 && pick.sample < Double(window.length)) {
                findings.append(
                    Finding(
                        kind: .pickOutside, subject: name,
                        detail: "\(pick.phase.rawValue) at \(pick.sample) of \(window.length) samples"))
            }
            for event in window.events {
                if let p = window.first(.P, event: event), let s = window.first(.S, event: event), s <= p {
                    findings.append(Finding(kind: .sBeforeP, subject: name, detail: "P at \(p), S at \(s)"))
                }
            }
            return findings
        }

        private static func channels(_ window: Window, name: String) -> [Finding] {
            let components = Array(window.components)
            func title(_ channel: Int) -> String {
                channel < components.count ? String(components[channel]) : "\(channel)"
            }
            let dead = window.samples.indices.filter { channel in
                window.samples[channel].allSatisfy { $0 == window.samples[channel].first }
            }
            if dead.count == window.samples.count { return [Finding(kind: .dead, subject: name, detail: "")] }
            var findings: [Finding] = []
            if !dead.isEmpty {
                let titles = dead.map(title).joined(separator: ", ")
                findings.append(Finding(kind: .deadChannel, subject: name, detail: titles))
            }
            // White paper and a black sky are no fault of a picture.
            guard window.plane == nil else { return findings }
            let clipped = window.samples.indices.filter { !dead.contains($0) && isClipped(window.samples[$0]) }
            if !clipped.isEmpty {
                findings.append(
                    Finding(kind: .clipped, subject: name, detail: clipped.map(title).joined(separator: ", ")))
            }
            return findings
        }

        /// Whether a channel stays at its highest or lowest value for three samples in a row, three times or more.
        static func isClipped(_ samples: [Float]) -> Bool {
            let finite = samples.filter(\.isFinite)
            guard let high = finite.max(), let low = finite.min(), high > low else { return false }
            return [high, low].contains { limit in
                var runs = 0
                var length = 0
                for sample in samples {
                    length = sample == limit ? length + 1 : 0
                    if length == 3 { runs += 1 }
                }
                return runs >= 3
            }
        }
    }
}

/// Results of independent work in the order of their numbers, made by as many threads as allowed.
package func inParallel<Result: Sendable>(
    _ count: Int, threads: Int, _ work: @escaping @Sendable (Int) -> Result
) -> [Result] {
    let shares = max(1, min(threads, count))
    let parts = Parts<Result>()
    DispatchQueue.concurrentPerform(iterations: shares) { share in
        parts.set(share, (count * share / shares..<count * (share + 1) / shares).map(work))
    }
    return (0..<shares).flatMap { parts.get($0) }
}

/// What each thread made.
private final class Parts<Result: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var parts: [Int: [Result]] = [:]
    func set(_ number: Int, _ part: [Result]) { lock.withLock { parts[number] = part } }
    func get(_ number: Int) -> [Result] { lock.withLock { parts[number] ?? [] } }
}
