import Foundation
import GraphIR
import Ranks

/// The processes that do one training together. Alone it is a team of one, and nothing is different.
public final class Team {
    public let world: any Collective
    /// By rank.
    public let hosts: [String]
    /// What carries the messages, for people.
    public let carrier: String
    /// Whether what went wrong is known to everybody: then all end by themselves, and the first speaks for all.
    public private(set) var isAgreed = false
    /// Looks after those who wait.
    public var watch: StallWatch?

    public var rank: Int { world.rank }
    public var size: Int { world.size }
    /// Rank 0 alone writes and speaks.
    public var isFirst: Bool { rank == 0 }

    public init(_ world: any Collective, carrier: String = "") throws(RanksError) {
        self.world = world
        self.carrier = carrier
        hosts = try world.gather(text: ProcessInfo.processInfo.hostName)
    }

    /// A team of one.
    public init() {
        world = Alone()
        hosts = [ProcessInfo.processInfo.hostName]
        carrier = ""
    }

    public func name(_ rank: Int) -> String { "rank \(rank) on \(hosts[rank])" }

    /// Waits for the others; where they do not come, somebody is told in which step.
    func waiting<T>(_ what: @autoclosure () -> String, _ work: () throws -> T) rethrows -> T {
        watch?.wait(in: what())
        defer { watch?.goOn() }
        return try work()
    }

    /// Does what every process does for itself and any may fail at; all go on, or all stop with what the lowest rank
    /// that failed has to say.
    public func agree<T>(_ what: String = "the beginning", _ work: () throws -> T) throws -> T {
        guard size > 1 else { return try work() }
        let outcome = Result { try work() }
        var mine: [UInt8] = []
        if case .failure(let error) = outcome { mine = Array(Complaint.Said(error).json.text().utf8) }
        let all = try waiting(what) { try world.gather(bytes: mine) }
        guard let culprit = all.firstIndex(where: { !$0.isEmpty }) else { return try outcome.get() }
        isAgreed = true
        if culprit == rank { return try outcome.get() }
        let said = (try? JSON(parsing: all[culprit])).map(Complaint.Said.init(json:))
        throw RunError(
            said?.cause ?? .refused, "\(name(culprit)): \(said?.message ?? "it failed")", help: said?.help)
    }

    /// Everybody's facts must be the first's; the first that differs is named.
    func checkEqual(_ facts: [Checkpoint.Fact]) throws {
        guard size > 1 else { return }
        let mine = facts.map { fact in SHA256.hex(of: Array(fact.value.utf8)) }
        let all = try waiting("the beginning") { try world.gather(text: mine.joined(separator: " ")) }
            .map { $0.split(separator: " ").map(String.init) }
        for (rank, theirs) in all.enumerated() where theirs != all[0] {
            isAgreed = true
            let index = zip(theirs, all[0]).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? 0
            let fact = facts.indices.contains(index) ? facts[index].name : "recipe"
            let ids = [theirs, all[0]].map { $0.indices.contains(index) ? String($0[index].prefix(8)) : "-" }
            throw RunError(
                .refused, "\(name(rank)) has another \(fact) (\(ids[0]), \(name(0)) has \(ids[1]))",
                help: "every process needs the same program, network, settings and data")
        }
    }
}

extension Complaint {
    /// What one process tells the others of its failure.
    fileprivate struct Said {
        var cause: RunError.Cause
        var message: String
        var help: String?

        init(_ error: any Error) {
            if let error = error as? RunError {
                (cause, message, help) = (error.cause, error.message, error.help)
            } else {
                let said = error as? any PlainError
                (cause, message, help) = (.badData, said?.message ?? "\(error)", said?.help)
            }
        }
        init(json: JSON) {
            cause = Self.causes.first { $0.key == json["cause"]?.string }?.value ?? .refused
            message = json["message"]?.string ?? ""
            help = json["help"]?.string
        }
        private static let causes: KeyValuePairs<String, RunError.Cause> = [
            "refused": .refused, "data": .badData, "access": .access, "notFinite": .notFinite,
        ]
        var json: JSON {
            [
                "cause": .string(Self.causes.first { $0.value == cause }?.key ?? "refused"),
                "message": .string(message), "help": help.map { .string($0) } ?? .null,
            ]
        }
    }
}
