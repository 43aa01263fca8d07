import GraphIR

/// What every strategy keeps: all parts are shared out in order, each worker has some, asked again it says the same.
/// That any number of processes gives the same bits follows: they carry workers and parts, and add up along trees of
/// these numbers.
enum StrategyLaws {
    static func violations(of type: any Strategy.Type) -> [String] {
        guard let strategy = LawArguments.first(type.signature, { try type.init($0) }),
            let again = LawArguments.first(type.signature, { try type.init($0) })
        else { return ["it refuses everything that was tried; its laws cannot be checked"] }
        var found: [String] = []
        var accepted = 0
        for parts in [1, 2, 3, 4, 5, 7, 8, 12, 16, 64, 1000] {
            // A number of parts that does not suit may be refused, in words.
            guard let crew = try? strategy.crew(parts: parts) else { continue }
            accepted += 1
            if let fault = crew.fault(parts: parts) { found.append("with \(parts) parts, \(fault)") }
            if (try? strategy.crew(parts: parts)) != crew || (try? again.crew(parts: parts)) != crew {
                found.append("with \(parts) parts it says something else when asked again")
            }
            for size in [1, 2, 3, 5] where size <= parts {
                guard let positions = try? Positions(crew, size: size) else { continue }
                let shared = positions.parts.flatMap { Array($0) }
                if shared != Array(0..<parts) {
                    found.append("\(size) processes do not carry all of \(parts) parts once")
                }
            }
        }
        if accepted == 0 { found.append("it refuses every number of parts from 1 to 1000") }
        return Array(found.prefix(4))
    }
}
