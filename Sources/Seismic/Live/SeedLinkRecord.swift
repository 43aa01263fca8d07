import Files

extension SeedLink.Packet {
    /// The record within; `nil` where it holds no samples, as logs do. A damaged one is an error that names station and
    /// packet.
    public func segment() throws(DataError) -> Segment? {
        let file = FileBytes(payload, name: "\(station), packet \(sequence)")
        guard let segment = try MiniSEED.record(file, at: 0).0, segment.samples.count > 0,
            RecordingIndex.rates.contains(segment.rate)
        else { return nil }
        return segment
    }
}
