import GraphIR

/// The functions that the language has of its own: on numbers, lists and shapes.
enum Function: String, CaseIterable {
    case zip, reversed, enumerate, len, sum, product, min, max, abs, floor, ceil, round
    case channels, length, height, width, rate

    /// What it takes and gives, for messages and documentation.
    var usage: String {
        switch self {
        case .zip: "zip(a, b, …): a list of tuples, as long as the lists, which must be equally long"
        case .reversed: "reversed(list)"
        case .enumerate: "enumerate(list): tuples that begin with the position, from 0"
        case .len: "len(list)"
        case .sum: "sum(list): of numbers, or of arrays"
        case .product: "product(list)"
        case .min: "min(a, b, …), min(list)"
        case .max: "max(a, b, …), max(list)"
        case .abs: "abs(number)"
        case .floor: "floor(number): rounded down; also of a size, as in floor(T/2)"
        case .ceil: "ceil(number): rounded up; also of a size, as in ceil(T/2)"
        case .round: "round(number): to the nearest whole number"
        case .channels: "channels(array): how many channels it has"
        case .length: "length(array): its size along time"
        case .height: "height(image)"
        case .width: "width(image)"
        case .rate: "rate(array): samples or frames a second"
        }
    }
}

extension Elaborator {
    /// A call of one of the language's own functions.
    mutating func call(_ function: Function, _ call: Call) -> Item {
        for argument in call.arguments {
            if let name = argument.name {
                return fail(.unknownArgument(name, of: function.rawValue, known: [], usage: function.usage))
            }
        }
        let items = call.arguments.map { evaluate($0.value).main }
        if items.contains(where: containsPoison) { return .poison }
        guard let result = result(of: function, items, call) else {
            return fail(.functionDoesNotFit(function, items.map(describe), at: call.place))
        }
        return result
    }

    private mutating func result(of function: Function, _ items: [Item], _ call: Call) -> Item? {
        switch function {
        case .zip: return zip(items, at: call.place)
        case .reversed, .enumerate, .len, .sum, .product:
            guard items.count == 1, case .list(let list) = items[0] else { return nil }
            return self.list(function, list, call)
        case .min, .max: return extreme(items, isLargest: function == .max)
        case .abs, .floor, .ceil, .round:
            guard items.count == 1, case .value(let value) = items[0] else { return nil }
            return Elaborator.rounded(function, value).map { .value($0) }
        case .channels, .length, .height, .width, .rate:
            guard items.count == 1, let node = items[0].node else { return nil }
            return size(function, of: node, at: call.place)
        }
    }

    private mutating func zip(_ items: [Item], at place: Place) -> Item? {
        var lists: [[Item]] = []
        for item in items {
            guard case .list(let list) = item else { return nil }
            lists.append(list)
        }
        guard let first = lists.first else { return nil }
        guard lists.allSatisfy({ $0.count == first.count }) else {
            return fail(.lengthsDiffer(lists.map(\.count), at: place), because: .lengths(lists.map(\.count)))
        }
        guard spend(first.count * lists.count, at: place) else { return .poison }
        return .list(first.indices.map { index in .list(lists.map { $0[index] }) })
    }

    private mutating func list(_ function: Function, _ list: [Item], _ call: Call) -> Item? {
        guard spend(list.count, at: call.place) else { return .poison }
        switch function {
        case .reversed: return .list(list.reversed())
        case .enumerate:
            return .list(list.enumerated().map { .list([.value(.int($0)), $1]) })
        case .len: return .value(.int(list.count))
        default:
            if list.first?.holdsArrays == true {
                let parts = list.map { ($0.main, call.place) }
                return operate(function == .sum ? .plus : .times, parts, at: call.callee.place)
            }
            return total(list, function == .sum ? .plus : .times)
        }
    }

    private func total(_ list: [Item], _ sign: Token.Kind) -> Item? {
        var total = Value.int(sign == .plus ? 0 : 1)
        for (position, item) in list.enumerated() {
            guard case .value(let value) = item.main else { return nil }
            if position == 0 {
                total = value
            } else if let next = try? Arithmetic.combine(sign, total, value) {
                total = next
            } else {
                return nil
            }
        }
        return .value(total)
    }

    private func extreme(_ items: [Item], isLargest: Bool) -> Item? {
        var candidates = items
        if items.count == 1, case .list(let list) = items[0] { candidates = list.map(\.main) }
        var best: Value?
        for item in candidates {
            guard case .value(let value) = item else { return nil }
            guard let current = best else {
                best = value
                continue
            }
            guard let isBetter = try? Arithmetic.compare(isLargest ? .greater : .less, value, current) else {
                return nil
            }
            if isBetter { best = value }
        }
        return best.map { .value($0) }
    }

    private static func rounded(_ function: Function, _ value: Value) -> Value? {
        switch value {
        case .int(let number):
            return .int(function == .abs ? Swift.max(number, number == .min ? .max : -number) : number)
        case .float(let number):
            if function == .abs { return .float(Swift.abs(number)) }
            let rule: FloatingPointRoundingRule =
                function == .floor ? .down : function == .ceil ? .up : .toNearestOrAwayFromZero
            return Int(exactly: number.rounded(rule)).map { .int($0) }
        case .size(let size):
            switch function {
            case .floor: return Dimension(Polynomial.floor(size.polynomial)).value
            case .ceil: return (Dimension(0) - Dimension(Polynomial.floor((Dimension(0) - size).polynomial))).value
            default: return nil
            }
        default: return nil
        }
    }

    private mutating func size(_ function: Function, of node: Int, at place: Place) -> Item? {
        let type = nodes[node].type
        let shape = type.shape
        switch function {
        case .channels: return .value(shape.channels.value)
        case .length where shape.rank == 2: return .value(shape[1].value)
        case .height where shape.rank == 3: return .value(shape[1].value)
        case .width where shape.rank == 3: return .value(shape[2].value)
        case .rate:
            guard let rate = type.rate else { return fail(.noRate(at: place)) }
            return .value(.quantity(rate, .hertz))
        default: return nil
        }
    }
}

/// How a function of the language is used; `nil` for what is none.
package func usage(ofFunction name: String) -> String? { Function(rawValue: name)?.usage }
/// The language's own functions.
package var functionNames: [String] { Function.allCases.map(\.rawValue) }
