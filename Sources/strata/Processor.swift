import Foundation

/// Whether this processor has what the arithmetic was compiled for. Asked before anything is computed: without it the
/// first long vector would end the program with an illegal instruction.
enum Processor {
    /// What was asked of the compiler (see `STRATA_CPU` in Package.swift), in the system's words.
    private static var needed: [String] {
        var needed: [String] = []
        #if STRATA_AVX2
            needed.append("avx2")
        #endif
        #if STRATA_FMA
            needed.append("fma")
        #endif
        #if STRATA_AVX512F
            needed.append("avx512f")
        #endif
        return needed
    }

    /// What is needed and not there; nothing where the system does not say what it has.
    static func missing(from description: String, needed: [String] = needed) -> [String] {
        guard let line = description.split(separator: "\n").first(where: { $0.hasPrefix("flags") }) else { return [] }
        let flags = Set(line.split(whereSeparator: \.isWhitespace))
        return needed.filter { !flags.contains(Substring($0)) }
    }

    /// Ends the program with one clear line where something is missing.
    static func check() throws {
        guard !needed.isEmpty, let description = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else {
            return
        }
        let missing = missing(from: description)
        guard !missing.isEmpty else { return }
        throw Exit(
            .fault,
            "this program was built for a processor with \(missing.joined(separator: ", ")), which this one lacks",
            help: "build it here, or for any processor: STRATA_CPU=x86-64-v3 (or baseline) swift build -c release")
    }
}
