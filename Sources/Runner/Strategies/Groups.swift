import GraphIR

/// Together within groups of fixed size, averaged between them.
struct Groups: Strategy {
    static let of = Setting<Int>("of", "How many neighbouring parts of the batch make a group.", in: 1...65_536)
    static let every = Setting<Int>(
        "every", "After how many steps the groups' weights become their mean.", standard: 10, in: 1...1_000_000)
    static let memory = Setting<Crew.Memory>(
        "memory", "What becomes of the optimizer's memory then: mean, or fresh.", standard: .mean)

    static let signature = Signature(
        .strategy, "groups",
        """
        Parts in groups of fixed size: within a group they move one set of weights together at every step; every so \
        many steps, and at the end of an epoch, the groups' weights become their mean.

        A large batch costs accuracy and one that is averaged rarely costs less talk: this stands in between. (Groups \
        that do not wait for each other at all, as in Kurth et al. 2017, never give the same result twice.)
        """, [of, every, memory], example: "strategy: groups(of: 8, every: 10)")

    private let of: Int
    private let every: Int
    private let memory: Crew.Memory

    init(_ arguments: Arguments) {
        of = arguments[Self.of]
        every = arguments[Self.every]
        memory = arguments[Self.memory]
    }

    func crew(parts: Int) throws(Complaint) -> Crew {
        guard parts % of == 0 else {
            throw Complaint(
                .argument("of"),
                "a batch of \(parts) part\(parts == 1 ? "" : "s") makes no groups of \(of)",
                help: "--set train.part=N so that batch / N is a multiple of \(of)")
        }
        return Crew(parts / of, of: parts, every: every, memory: memory)
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Groups.self, $0) }
