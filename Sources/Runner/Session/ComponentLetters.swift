import GraphIR
import Seismic

extension Recipe {
    /// The letters that `order` puts the components into; `nil` where `prepare` has none.
    var orderedComponents: String? {
        // How many channels there are is for the input to say.
        let any = TensorType(Shape(.symbol("C"), 1))
        return preparations.first { $0.name == ComponentOrder.signature.name }
            .flatMap { try? ComponentOrder($0.arguments, window: any) }?.letters
    }

    /// The letters that a network's channels stand for: what `order` says, else Z, N and E, or Z alone.
    func components(channels: Int) -> String {
        if let ordered = orderedComponents, ordered.count == channels { return ordered }
        return channels == 1 ? "Z" : String("ZNE".prefix(channels))
    }

    /// The same for one trace, a name each. Where `order` is not said and it lacks one of them, it came as it was.
    ///
    /// - Parameter trace: the letters of the trace as recorded, where they are known.
    func componentNames(channels: Int, of trace: String?) -> [String] {
        let usual = components(channels: channels)
        let isOrdered = orderedComponents != nil || channels == 1 || channels == 3
        if isOrdered, usual.count == channels,
            orderedComponents != nil || trace.map({ usual.allSatisfy($0.contains) }) ?? true
        {
            return usual.map(String.init)
        }
        if let trace, trace.count == channels { return trace.map(String.init) }
        return (0..<channels).map { "\($0 + 1)" }
    }
}
