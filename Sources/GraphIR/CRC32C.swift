/// The checksum of miniSEED 3 and of TensorBoard's event files: CRC-32 with Castagnoli's polynomial.
public enum CRC32C {
    public static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var state = ~UInt32(0)
        for byte in bytes { state = table[Int((state ^ UInt32(byte)) & 0xFF)] ^ (state >> 8) }
        return ~state
    }

    /// What each byte does to the state: the polynomial 0x1EDC6F41, bits reversed, eight steps at once.
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { state, _ in (state >> 1) ^ (state & 1 == 1 ? 0x82F6_3B78 : 0) }
    }
}
