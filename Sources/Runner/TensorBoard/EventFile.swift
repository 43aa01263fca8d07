import Foundation
import GraphIR

/// A TensorBoard event file: one record a row of scalars, each with the checksums that TensorBoard looks for.
///
/// A record is its length, the masked CRC-32C of the length, an `Event` message in Protocol Buffers' wire format, and
/// the masked CRC-32C of the message.
public struct EventFile: Sendable {
    /// One moment of a training: when it was, and what was measured.
    public struct Event: Sendable {
        /// Seconds since 1970.
        public var time: Double
        public var step: Int
        public var scalars: [(tag: String, value: Double)]
        public init(time: Double, step: Int, scalars: [(tag: String, value: Double)]) {
            self.time = time
            self.step = step
            self.scalars = scalars
        }
    }

    /// What every file begins with.
    public static func header(time: Double) -> [UInt8] {
        var message = ProtocolBuffer()
        message.double(1, time)
        message.text(3, "brain.Event:2")
        return record(message.bytes)
    }

    public static func record(_ event: Event) -> [UInt8] {
        var summary = ProtocolBuffer()
        for scalar in event.scalars {
            var value = ProtocolBuffer()
            value.text(1, scalar.tag)
            value.float(2, Float(scalar.value))
            summary.message(1, value)
        }
        var message = ProtocolBuffer()
        message.double(1, event.time)
        message.integer(2, event.step)
        message.message(5, summary)
        return record(message.bytes)
    }

    static func record(_ message: [UInt8]) -> [UInt8] {
        let length = littleEndian(UInt64(message.count))
        return length + littleEndian(masked(CRC32C.checksum(length))) + message
            + littleEndian(masked(CRC32C.checksum(message)))
    }

    /// Checksums of data that holds checksums are poor; so TensorBoard turns and shifts them.
    static func masked(_ checksum: UInt32) -> UInt32 { ((checksum >> 15) | (checksum << 17)) &+ 0xa282_ead8 }
}

func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

/// The few field types of Protocol Buffers that an event needs.
struct ProtocolBuffer {
    private(set) var bytes: [UInt8] = []

    private enum Wire: UInt64 { case varint = 0, eightBytes = 1, lengthDelimited = 2, fourBytes = 5 }

    mutating func double(_ field: Int, _ value: Double) {
        key(field, .eightBytes)
        bytes += littleEndian(value.bitPattern)
    }
    mutating func float(_ field: Int, _ value: Float) {
        key(field, .fourBytes)
        bytes += littleEndian(value.bitPattern)
    }
    mutating func integer(_ field: Int, _ value: Int) {
        key(field, .varint)
        varint(UInt64(bitPattern: Int64(value)))
    }
    mutating func text(_ field: Int, _ value: String) { chunk(field, Array(value.utf8)) }
    mutating func message(_ field: Int, _ value: ProtocolBuffer) { chunk(field, value.bytes) }

    private mutating func chunk(_ field: Int, _ value: [UInt8]) {
        key(field, .lengthDelimited)
        varint(UInt64(value.count))
        bytes += value
    }
    private mutating func key(_ field: Int, _ wire: Wire) { varint(UInt64(field) << 3 | wire.rawValue) }
    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
