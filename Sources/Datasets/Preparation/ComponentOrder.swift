import GraphIR

/// `order`: which components a network sees, and in what order.
public struct ComponentOrder: Preparation {
    enum Missing: String, Word { case zero, copy, refuse }

    static let components = Setting<String>("components", "One letter a channel, as ZNE or Z.")
    static let missing = Setting<Missing>(
        "missing",
        "What stands for a component that the trace lacks: zeros, a copy of one it has, or nothing: the trace is bad.",
        standard: .zero)

    public static let signature = Signature(
        .preparation, "order",
        """
        Puts the components in this order, whatever the file's.
        1 and 2 stand for N and E where a station names them so. A copy is of the first horizontal the trace has, \
        else of its first component.
        """, [components, missing], example: "prepare { order(ZNE) -> demean -> normalize(std) }")

    private let components: [Character]
    private let missing: Missing
    public init(_ arguments: Arguments, window: TensorType) throws(Complaint) {
        components = Array(arguments[Self.components])
        missing = arguments[Self.missing]
        guard !components.isEmpty, Set(components).count == components.count,
            components.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
        else {
            throw Complaint(
                .argument("components"), "'\(String(components))' does not name components one by one",
                help: "write one letter a channel, as ZNE")
        }
        let capitals = String(components).uppercased()
        guard capitals == String(components) else {
            throw Complaint(
                .argument("components"), "components have capital letters, and '\(String(components))' has small ones",
                help: "write \(capitals)", instead: capitals)
        }
        if let channels = window.shape.channels.number, window.shape.rank == 2, channels != components.count {
            throw Complaint(
                .argument("components"),
                "\(String(components)) names \(components.count) components, but the input has \(channels) channels")
        }
    }
    /// The letters, in order.
    public var letters: String { String(components) }
    public var statement: String {
        let rest =
            switch missing {
            case .zero: "zeros where one is missing"
            case .copy: "a copy of another where one is missing"
            case .refuse: "traces that lack one refused"
            }
        return "order: \(String(components)), \(rest)"
    }

    public func apply(to window: inout Window) throws {
        let present = Array(window.components)
        if present == components { return }
        let alias: [Character: Character] = ["N": "1", "E": "2", "1": "N", "2": "E"]
        func place(_ component: Character) -> Int? {
            let place = present.firstIndex(of: component) ?? alias[component].flatMap { present.firstIndex(of: $0) }
            return place.flatMap { $0 < window.samples.count ? $0 : nil }
        }
        let silence = [Float](repeating: 0, count: window.length)
        let substitute = place("N") ?? place("E") ?? 0
        window.samples = try components.map { component in
            if let place = place(component) { return window.samples[place] }
            switch missing {
            case .zero: return silence
            case .copy: return window.samples.indices.contains(substitute) ? window.samples[substitute] : silence
            case .refuse:
                throw PreparationError(
                    "component \(component) is missing among '\(window.components)'",
                    help: "order(\(String(components)), missing: zero) fills it with zeros")
            }
        }
        window.components = String(components)
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = {
        Registry.enter(ComponentOrder.self, $0)
    }
}
