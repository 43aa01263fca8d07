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

    /// What explains a run's numbers and times: the program's making and the processor, for its record.
    static var facts: [(key: String, value: String)] {
        let description = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let model = description.split(separator: "\n").first { $0.hasPrefix("model name") }
        let name = model?.split(separator: ":", maxSplits: 1).last.map { $0.trimmingCharacters(in: .whitespaces) }
        let all = [
            ("commit", BuildFacts.commit), ("compiler", BuildFacts.compiler),
            ("instruction set", needed.isEmpty ? "baseline" : needed.joined(separator: " ")),
            ("processor", name ?? ""),
        ]
        return all.filter { !$0.1.isEmpty }.map { (key: $0.0, value: $0.1) }
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
