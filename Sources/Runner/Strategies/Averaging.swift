import GraphIR

/// Parameter averaging, as Spark's and DL4J's trainings of many nodes did it.
struct Averaging: Strategy {
    static let workers = Setting<Int>("workers", "How many sets of weights there are.", in: 1...65_536)
    static let every = Setting<Int>(
        "every", "After how many steps the weights become their mean.", standard: 1, in: 1...1_000_000)
    static let memory = Setting<Crew.Memory>(
        "memory", "What becomes of the optimizer's memory then: mean, or fresh.", standard: .mean)

    static let signature = Signature(
        .strategy, "averaging",
        """
        Each worker moves weights of its own along the gradient of its share of the batch; every so many steps, and at \
        the end of an epoch, all weights become their mean.

        The workers are the recipe's and not the machine's: 64 of them can be studied on a laptop. With one worker, \
        this is no different from together.
        """, [workers, every, memory], example: "strategy: averaging(workers: 8, every: 3)")

    private let workers: Int
    private let every: Int
    private let memory: Crew.Memory

    init(_ arguments: Arguments) {
        workers = arguments[Self.workers]
        every = arguments[Self.every]
        memory = arguments[Self.memory]
    }

    func crew(parts: Int) throws(Complaint) -> Crew {
        guard workers <= parts else {
            throw Complaint(
                .argument("workers"),
                "\(workers) workers share a batch of \(parts) part\(parts == 1 ? "" : "s"): some would have none",
                help: "--set train.part=N with batch / N at least \(workers)")
        }
        return Crew(workers, of: parts, every: every, memory: memory)
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Averaging.self, $0) }
