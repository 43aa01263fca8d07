import Files
import Foundation

/// How the networks of the 1970s and 1980s stored samples: a mantissa and a gain in 16 bits (SEED manual, 2012,
/// appendix B; Incorporated Research Institutions for Seismology).
enum OldEncodings {
    /// The China Digital Seismograph Network: two bits of gain over fourteen of mantissa about 8191.
    static func cdsn(word: UInt16) -> Int32 {
        let shifts: [Int32] = [0, 2, 4, 7]
        return (Int32(word & 0x3FFF) - 8191) << shifts[Int(word >> 14)]
    }

    /// GEOSCOPE: an exponent over twelve bits of mantissa about 2048, which the gain divides.
    static func geoscope(word: UInt16, exponentBits: Int) -> Float {
        let exponent = Int(word >> 12) & ((1 << exponentBits) - 1)
        return scalbn(Float(Int(word & 0x0FFF) - 2048), -exponent)
    }

    /// GEOSCOPE's whole numbers of three bytes.
    static func geoscope24(_ body: ByteReader, _ count: Int) throws(DataError) -> [Float] {
        var reader = body
        guard count <= body.remaining / 3 else {
            throw body.file.error(
                at: body.offset, expected: "\(count) samples of 3 bytes", found: "\(body.remaining) bytes")
        }
        var samples: [Float] = []
        samples.reserveCapacity(count)
        for _ in 0..<count {
            let bytes = try reader.bytes(3)
            let (high, low) = body.bigEndian ? (bytes[0], bytes[2]) : (bytes[2], bytes[0])
            let bits = UInt32(high) << 24 | UInt32(bytes[1]) << 16 | UInt32(low) << 8
            samples.append(Float(Int32(bitPattern: bits) >> 8))
        }
        return samples
    }

    /// The Seismic Research Observatories: four bits of gain over twelve of mantissa, two to the power of ten less the
    /// gain.
    static func sro(_ body: ByteReader, _ words: [UInt16]) throws(DataError) -> [Int32] {
        var samples: [Int32] = []
        samples.reserveCapacity(words.count)
        for (place, word) in words.enumerated() {
            let gain = Int32(word >> 12)
            guard gain <= 10 else {
                throw body.file.error(at: body.offset + 2 * place, expected: "a gain of 0 to 10", found: "\(gain)")
            }
            let mantissa = Int32(Int16(bitPattern: word << 4) >> 4)
            samples.append(mantissa << (10 - gain))
        }
        return samples
    }
}
