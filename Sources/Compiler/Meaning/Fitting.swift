import GraphIR

/// What a value is wanted for, in the words of messages.
struct Purpose {
    /// The layer, block, network or plugin.
    var owner: String
    /// Its parameter.
    var name: String
    /// Samples a second of what flows in, for durations.
    var rate: Double?
    /// What flows in could not be made: that nobody said its rate is no mistake of its own.
    var isRateLost = false
}

/// Values into the types that parameters have.
extension Elaborator {
    /// The purpose of an argument, with the rate of what flows into its owner, or of what is prepared and learned.
    func purpose(_ owner: String, _ name: String, of inputs: [Piped]) -> Purpose {
        let flowing = inputs.first?.item
        return Purpose(
            owner: owner, name: name, rate: flowing?.node.flatMap { nodes[$0].type.rate } ?? ambientRate,
            isRateLost: flowing.map(containsPoison) ?? isIncomplete)
    }

    /// The value as this type; `nil` after saying why it is none.
    mutating func fit(
        _ item: Item, _ type: ValueType, range: ClosedRange<Double>? = nil, _ purpose: Purpose, at place: Place
    ) -> Value? {
        if case .list(let items) = item.main, !spend(items.count, at: place) { return nil }
        if containsPoison(item) { return nil }
        do throws(Misfit) {
            let value = try plain(item, at: place, budget: Elaborator.mostTurns)
            let fitting = try converted(value, to: type, purpose)
            if let range { try check(fitting, range) }
            return fitting
        } catch {
            if case .noRate = error, purpose.isRateLost { return nil }
            report(.misfit(error, purpose, type, describe(item), range: range, at: place))
            return nil
        }
    }

    /// Why a value is not of the type that is wanted.
    enum Misfit: Error {
        case type
        case range
        case unit(GraphIR.Unit)
        case noUnit(String)
        case noRate
        case notWhole(Double)
        case unknown(Dimension)
        case word(String)
    }

    /// A list of values as one value.
    private func plain(_ item: Item, at place: Place, budget: Int) throws(Misfit) -> Value {
        var left = budget
        return try plain(item, &left)
    }
    private func plain(_ item: Item, _ left: inout Int) throws(Misfit) -> Value {
        left -= 1
        guard left > 0 else { throw .type }
        switch item.main {
        case .value(let value): return value
        case .list(let items):
            var values: [Value] = []
            for item in items { values.append(try plain(item, &left)) }
            return .list(values)
        default: throw .type
        }
    }

    func converted(_ value: Value, to type: ValueType, _ purpose: Purpose) throws(Misfit) -> Value {
        switch (type, value) {
        case (.int, .int), (.float, .float), (.bool, .bool), (.string, .string), (.size, .int), (.size, .size),
            (.samples, .int):
            return value
        case (.int, .size(let size)): throw .unknown(size)
        case (.int, .float(let number)) where number == number.rounded(): throw .notWhole(number)
        case (.float, .int(let number)), (.share, .int(let number)): return .float(Double(number))
        case (.share, .float): return value
        case (.share, .quantity(let number, .percent)): return .float(number / 100)
        case (.string, .word(let text)): return .string(text)
        case (.word(let words), .word(let text)), (.word(let words), .string(let text)):
            guard words.isEmpty || words.contains(text) else { throw .word(text) }
            return .word(text)
        case (.samples, .quantity(let number, let unit)): return try samples(number, unit, purpose.rate)
        case (.seconds, .quantity(let number, let unit)): return try seconds(number, unit, purpose.rate)
        case (.seconds, .int(let number)), (.hertz, .int(let number)):
            throw .noUnit(type == .hertz ? "\(number) Hz" : "\(number) s")
        case (.seconds, .float(let number)), (.hertz, .float(let number)):
            throw .noUnit("\(Value.float(number)) " + (type == .hertz ? "Hz" : "s"))
        case (.hertz, .quantity(_, .hertz)): return value
        case (.list(let element), .list(let values)):
            var fitting: [Value] = []
            for value in values { fitting.append(try converted(value, to: element, purpose)) }
            return .list(fitting)
        case (.either(let types), _): return try either(value, types, purpose)
        case (.plugin(let kind), .call(let call)) where call.kind == kind: return value
        case (_, .quantity(_, let unit)): throw .unit(unit)
        default: throw .type
        }
    }

    /// The first type that takes the value; otherwise the most telling of the refusals.
    private func either(_ value: Value, _ types: [ValueType], _ purpose: Purpose) throws(Misfit) -> Value {
        var telling: Misfit?
        for type in types {
            do throws(Misfit) {
                return try converted(value, to: type, purpose)
            } catch {
                if case .type = error { continue }
                telling = telling ?? error
            }
        }
        throw telling ?? .type
    }

    private func samples(_ number: Double, _ unit: GraphIR.Unit, _ rate: Double?) throws(Misfit) -> Value {
        switch unit.measure {
        case .samples: return try whole(number)
        case .time:
            guard let rate else { throw .noRate }
            return try whole(number * unit.scale * rate)
        default: throw .unit(unit)
        }
    }

    private func seconds(_ number: Double, _ unit: GraphIR.Unit, _ rate: Double?) throws(Misfit) -> Value {
        switch unit.measure {
        case .time: return .quantity(number * unit.scale, .s)
        case .samples:
            guard let rate else { throw .noRate }
            return .quantity(number / rate, .s)
        default: throw .unit(unit)
        }
    }

    /// A count of samples; what is off by less than a thousandth of one is rounding.
    private func whole(_ number: Double) throws(Misfit) -> Value {
        guard abs(number - number.rounded()) < 1e-3, let count = Int(exactly: number.rounded()) else {
            throw .notWhole(number)
        }
        return .int(count)
    }

    private func check(_ value: Value, _ range: ClosedRange<Double>) throws(Misfit) {
        switch value {
        case .list(let values): for value in values { try check(value, range) }
        default: if let number = Double(value), !range.contains(number) { throw .range }
        }
    }
}
