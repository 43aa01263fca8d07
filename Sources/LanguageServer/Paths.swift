import Editor

/// URIs of editors and paths of the house.
enum Paths {
    /// The path of a `file:` URI; anything else stands for itself.
    static func path(of uri: String) -> String {
        guard uri.lowercased().hasPrefix("file://") else { return uri }
        let rest = uri.dropFirst(7)
        // A host may stand there; only this machine's files are meant.
        let path = rest.hasPrefix("/") ? rest : rest.drop { $0 != "/" }
        return decoded(String(path))
    }

    static func uri(of path: String) -> String {
        guard path.hasPrefix("/") else { return path }
        var text = "file://"
        for byte in path.utf8 {
            let isPlain =
                (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || (byte >= 0x30 && byte <= 0x39)
                || "-._~/".utf8.contains(byte)
            if isPlain {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                text += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return text
    }

    private static func decoded(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let byte = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
            {
                result.append(byte)
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
