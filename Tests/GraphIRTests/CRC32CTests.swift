import Testing

@testable import GraphIR

@Suite struct CRC32CTests {
    /// The check values of RFC 3720, appendix B.4, and of the catalogue of CRCs.
    @Test(
        arguments: [
            (Array("123456789".utf8), 0xE306_9283 as UInt32),
            ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
            ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
            ([UInt8](0..<32), 0x46DD_794E),
            ([UInt8](), 0),
        ] as [([UInt8], UInt32)])
    func knownValues(bytes: [UInt8], checksum: UInt32) {
        #expect(CRC32C.checksum(bytes) == checksum)
    }
}
