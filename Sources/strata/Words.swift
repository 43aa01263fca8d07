import Foundation

/// The words that the program was called with.
enum Words {
    /// The first that is no text, with its bytes to see. Swift would put another sign in the place of such bytes, and a
    /// file of another name would be looked for, or made.
    static var notText: String? {
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let word = CommandLine.unsafeArgv[index] else { continue }
            if String(validatingCString: word) != nil { continue }
            let shown = UnsafeBufferPointer(start: word, count: strlen(word)).map { byte in
                let byte = UInt8(bitPattern: byte)
                return (0x20..<0x7F).contains(byte)
                    ? String(UnicodeScalar(byte)) : "\\x" + String(byte, radix: 16, uppercase: true)
            }
            return "'" + shown.joined() + "'"
        }
        return nil
    }
}
