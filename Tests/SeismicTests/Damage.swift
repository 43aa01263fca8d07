import Testing

@testable import Files
@testable import Datasets
@testable import Seismic

/// Files as a broken disk would give them back. A reader may read them or say what is wrong; it may not do anything
/// else.
enum Damage {
    /// Hands every beginning of the bytes to a reader.
    static func everyTruncation(of bytes: [UInt8], _ read: ([UInt8]) throws -> Void) {
        for length in 0..<bytes.count { attempt("the first \(length) bytes") { try read(Array(bytes[..<length])) } }
    }

    /// Hands the bytes with each single bit of the first so many flipped to a reader.
    static func everyFlippedBit(of bytes: [UInt8], first: Int, _ read: ([UInt8]) throws -> Void) {
        var bytes = bytes
        for index in 0..<min(first, bytes.count) {
            for bit in 0..<8 {
                bytes[index] ^= 1 << UInt8(bit)
                attempt("bit \(bit) of byte \(index) flipped") { try read(bytes) }
                bytes[index] ^= 1 << UInt8(bit)
            }
        }
    }

    private static func attempt(_ what: @autoclosure () -> String, _ read: () throws -> Void) {
        do { try read() } catch let error as DataError {
            if error.expected.isEmpty || error.found.isEmpty { Issue.record("\(what()): \(error) says nothing") }
        } catch {
            Issue.record("\(what()): \(error) is not a DataError")
        }
    }
}
