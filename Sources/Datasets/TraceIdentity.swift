import GraphIR

/// Which trace of a dataset is meant. A name alone does not say it: SeisBench's own writer calls a trace
/// `bucket0$0,:3,:6000` in every chunk, and a table may give one name to two rows.
public struct TraceIdentity: Hashable, Sendable {
    /// The chunk that the trace stands in, as SeisBench's column `trace_chunk` says it; empty where there is but one.
    public var chunk: String
    /// Its place in the chunk's own table, from 0.
    public var row: Int
    /// What the table calls it.
    public var name: String

    public init(chunk: String = "", row: Int, name: String) {
        self.chunk = chunk
        self.row = row
        self.name = name
    }
}

extension TraceIdentity: CustomStringConvertible {
    /// For people: the name, and the chunk where there are several.
    public var description: String { chunk.isEmpty ? name : "\(name) of chunk \(chunk)" }
}

extension SHA256 {
    /// Adds a text with its length before it, so that no two lists of texts give the same bytes.
    public mutating func update(field text: String?) {
        let bytes = Array((text ?? "").utf8)
        var length = UInt64(text == nil ? UInt64.max : UInt64(bytes.count)).littleEndian
        withUnsafeBytes(of: &length) { update($0) }
        update(bytes)
    }

    public mutating func update(_ identity: TraceIdentity) {
        update(field: identity.chunk)
        update(field: "\(identity.row)")
        update(field: identity.name)
    }
}
