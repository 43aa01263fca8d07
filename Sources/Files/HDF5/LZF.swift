/// Unpacks LZF, the quick compression that h5py offers (Lehmann's liblzf): runs of bytes as they are, and copies of
/// what came before.
enum LZF {
    static func unpack(_ packed: [UInt8], limit: Int, _ file: FileBytes, at start: Int) throws(DataError) -> [UInt8] {
        var out: [UInt8] = []
        var index = 0
        func failure(_ expected: String, _ found: String) -> DataError {
            file.error(at: start + min(index, packed.count), expected: expected, found: found)
        }
        while index < packed.count {
            let control = Int(packed[index])
            index += 1
            if control < 32 {
                guard control + 1 <= packed.count - index else { throw failure("\(control + 1) more bytes", "the end") }
                guard control + 1 <= limit - out.count else { throw failure("at most \(limit) bytes", "more") }
                out += packed[index...index + control]
                index += control + 1
                continue
            }
            var length = control >> 5
            guard packed.count - index >= (length == 7 ? 2 : 1) else { throw failure("a copy's place", "the end") }
            if length == 7 {
                length += Int(packed[index])
                index += 1
            }
            let distance = (control & 31) << 8 + Int(packed[index]) + 1
            index += 1
            length += 2
            guard distance <= out.count else {
                throw failure("a copy of what came before", "one from before the start")
            }
            guard length <= limit - out.count else { throw failure("at most \(limit) bytes", "more") }
            // A copy may reach into itself.
            for _ in 0..<length { out.append(out[out.count - distance]) }
        }
        return out
    }
}
