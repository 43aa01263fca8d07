import Foundation

/// What a plugin's file says about the Strata it was built for. It lies in a section of its own and is read before any
/// of the plugin's code runs: a plugin built against other types would crash, not complain.
struct Stamp: Equatable {
    /// Raised by hand when plugins must be rewritten, not only rebuilt.
    static let interface: UInt64 = 2
    static let magic: UInt64 = 0x5354_5241_5441_3031  // "STRATA01", read as a number
    static let section = "strata_stamp"

    var interface: UInt64
    /// The first 16 bytes of the executable's build id, as two words.
    var build: [UInt64]

    /// As the words that a plugin carries.
    var words: [UInt64] { [Stamp.magic, interface] + build }

    init(interface: UInt64 = Stamp.interface, buildID: [UInt8]) {
        self.interface = interface
        build = [Stamp.word(buildID, at: 0), Stamp.word(buildID, at: 8)]
    }

    /// From the bytes of a plugin's section; `nil` if they are no stamp.
    init?(section bytes: [UInt8]) {
        let words = (0..<bytes.count / 8).map { Stamp.word(bytes, at: $0 * 8) }
        guard words.count >= 4, words[0] == Stamp.magic else { return nil }
        interface = words[1]
        build = Array(words[2...3])
    }

    private static func word(_ bytes: [UInt8], at offset: Int) -> UInt64 {
        (0..<8).reduce(0) { word, index in
            let position = offset + index
            return word | UInt64(position < bytes.count ? bytes[position] : 0) << UInt64(8 * index)
        }
    }

    /// This very program's stamp.
    static let own: Stamp? = {
        guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: Executable.path)),
            let id = (try? ELF([UInt8](bytes), isProgram: true))?.buildID
        else { return nil }
        return Stamp(buildID: id)
    }()
}

/// Where this program is.
public enum Executable {
    public static let path: String = {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    }()
    public static var folder: String { (path as NSString).deletingLastPathComponent }
}
