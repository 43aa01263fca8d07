// swift-tools-version: 6.2
// Strata has no package dependencies: the toolchain is all that a build needs.
import Foundation
import PackageDescription

/// The instruction set to compile for: the building machine's own unless `STRATA_CPU` names one
/// (`x86-64-v2`, `x86-64-v3`, `x86-64-v4`) or says `baseline` for a binary that runs on any processor of the platform.
let cpu = Context.environment["STRATA_CPU"] ?? "native"
let cpuFlags: [String] = cpu == "baseline" ? [] : ["-Xcc", "-march=\(cpu)"]

/// What the arithmetic is compiled for, as far as register tiles and the check at start need to know it.
let features: [String] = {
    let levels = [
        "baseline": [], "x86-64-v2": [], "x86-64-v3": ["avx2", "fma"], "x86-64-v4": ["avx2", "fma", "avx512f"],
    ]
    guard cpu == "native" else {
        guard let known = levels[cpu] else { fatalError("STRATA_CPU: native, \(levels.keys.sorted())") }
        return known
    }
    let processor = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let flags = processor.split(separator: "\n").first { $0.hasPrefix("flags") }?.split(separator: " ") ?? []
    return ["avx2", "fma", "avx512f"].filter { flags.contains(Substring($0)) }
}()
let defines = features.map { SwiftSetting.define("STRATA_" + $0.uppercased()) }

let common: [SwiftSetting] = [.unsafeFlags(cpuFlags)]
/// Arithmetic is optimised in debug builds too, or the tests would crawl. A square root that might have to set `errno`
/// is a call of its own for each number; without, it is an instruction for sixteen.
let arithmetic: [SwiftSetting] =
    [
        .unsafeFlags(
            cpuFlags + ["-Xcc", "-fno-math-errno", "-O", "-whole-module-optimization", "-num-threads", "2"])
    ] + defines
/// What tests spend their time in, file by file, so that a change is still built quickly.
let quick: [SwiftSetting] = [.unsafeFlags(cpuFlags + ["-O"])]
/// Plugins find the workbench's own types in the executable that loads them, and are made for one build of it, which
/// its build id names.
let exportsSymbols: [LinkerSetting] = [.unsafeFlags(["-Xlinker", "-export-dynamic", "-Xlinker", "--build-id"])]

/// Tests find their fixtures by the path of their own source (`#filePath`); the build leaves the folder alone.
func tests(
    _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = [], _ settings: [SwiftSetting] = common
) -> Target {
    let fixtures = Context.packageDirectory + "/Tests/\(name)Tests/Fixtures"
    return .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name)] + dependencies,
        exclude: FileManager.default.fileExists(atPath: fixtures) ? ["Fixtures"] : [], resources: resources,
        swiftSettings: settings)
}

let package = Package(
    name: "strata",
    products: [.executable(name: "strata", targets: ["strata"])],
    targets: [
        .target(name: "Kernels", swiftSettings: arithmetic),
        .target(name: "Ranks", swiftSettings: arithmetic),
        .target(name: "GraphIR", swiftSettings: [.enableExperimentalFeature("Extern")] + quick),
        .target(name: "Files", dependencies: ["GraphIR"], swiftSettings: arithmetic),
        .target(name: "Layers", dependencies: ["GraphIR", "Kernels"], swiftSettings: arithmetic),
        .target(name: "Compiler", dependencies: ["GraphIR"], swiftSettings: quick),
        .target(
            name: "Interpreter", dependencies: ["Layers", "GraphIR", "Kernels", "Files"], swiftSettings: arithmetic),
        .target(
            name: "Plugins", dependencies: ["Interpreter", "Layers", "Files", "GraphIR", "Kernels"],
            swiftSettings: common),
        .target(name: "Datasets", dependencies: ["Files", "GraphIR", "Kernels"], swiftSettings: arithmetic),
        .target(
            name: "Seismic", dependencies: ["Datasets", "Files", "GraphIR", "Kernels"], swiftSettings: arithmetic),
        .target(name: "Images", dependencies: ["Datasets", "Files", "GraphIR", "Kernels"], swiftSettings: arithmetic),
        .target(name: "Views", dependencies: ["Compiler", "GraphIR"], swiftSettings: common),
        .target(name: "Editor", dependencies: ["Views", "Compiler", "GraphIR"], swiftSettings: common),
        .target(
            name: "LanguageServer", dependencies: ["Editor", "Compiler", "GraphIR"], swiftSettings: common),
        .target(name: "Zoo", dependencies: ["Views", "Compiler", "GraphIR"], swiftSettings: common),
        .target(
            name: "Foreign", dependencies: ["Zoo", "Interpreter", "Compiler", "Files", "GraphIR"],
            swiftSettings: common),
        .target(
            name: "Runner",
            dependencies: [
                "Foreign", "Zoo", "Views", "Images", "Seismic", "Datasets", "Plugins", "Interpreter", "Compiler",
                "Layers", "Files",
                "GraphIR",
                "Kernels", "Ranks",
            ],
            resources: [.embedInCode("Report/report.css"), .embedInCode("Report/report.js")],
            swiftSettings: quick),
        .executableTarget(
            name: "strata",
            dependencies: [
                "LanguageServer", "Editor", "Runner", "Foreign", "Zoo", "Views", "Images", "Seismic", "Datasets",
                "Plugins",
                "Interpreter", "Compiler", "Layers", "Files", "GraphIR", "Kernels", "Ranks",
            ],
            // Runs on any processor of the platform, to say so where the arithmetic would not.
            swiftSettings: defines, linkerSettings: exportsSymbols, plugins: ["BuildFacts"]),
        .plugin(name: "BuildFacts", capability: .buildTool()),
        .executableTarget(
            name: "LoadingBenchmark", dependencies: ["Seismic", "Files", "GraphIR", "Kernels"],
            path: "Benchmarks/Loading",
            swiftSettings: common),
        .executableTarget(
            name: "ReadingBenchmark", dependencies: ["Seismic", "Files", "Kernels"], path: "Benchmarks/Reading",
            exclude: ["run", "h5py_reading.py"], swiftSettings: common),
        .testTarget(name: "HouseTests"),
        // Runs the program, which is built with it.
        .testTarget(
            name: "ProgramTests", dependencies: ["strata", "Seismic", "Datasets", "Files", "GraphIR"],
            exclude: ["Fixtures"], swiftSettings: common),
        tests("Kernels", []),
        tests("Ranks", []),
        tests("GraphIR", []),
        tests("Layers", ["Interpreter", "Files", "GraphIR", "Kernels"], arithmetic),
        tests("Compiler", ["Layers", "GraphIR"]),
        tests("Editor", ["Runner", "Compiler", "Layers", "GraphIR"]),
        tests("LanguageServer", ["Editor", "Runner", "Compiler", "Layers", "GraphIR"]),
        tests("Interpreter", ["Runner", "Compiler", "Layers", "Files", "GraphIR", "Kernels"], arithmetic),
        tests("Plugins", ["Interpreter", "Layers", "Files", "GraphIR", "Kernels"]),
        tests("Seismic", ["Datasets", "Files", "GraphIR", "Kernels"], arithmetic),
        tests("Images", ["Runner", "Seismic", "Datasets", "Compiler", "Files", "GraphIR"]),
        tests("Foreign", ["Zoo", "Interpreter", "Compiler", "Files", "GraphIR"]),
        tests("Zoo", ["Runner", "Views", "Seismic", "Datasets", "Compiler", "Layers", "Files", "GraphIR"]),
        tests(
            "Runner",
            [
                "Zoo", "Views", "Seismic", "Datasets", "Interpreter", "Compiler", "Layers", "Files", "GraphIR",
                "Kernels", "Ranks",
            ],
            resources: [.copy("Fixtures")], quick),
    ]
)

/// With `FUZZ=1`, each folder in `Tests/Fuzz` is a program that a fuzzer drives; `Tests/Fuzz/run NAME` builds and runs it.
if Context.environment["FUZZ"] != nil {
    let folder = Context.packageDirectory + "/Tests/Fuzz"
    let modules = Set(package.targets.map(\.name))
    for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() where name.hasPrefix("Fuzz") {
        // Who reads pictures waits for no network: each is built with what it imports, and no more.
        let files = try FileManager.default.contentsOfDirectory(atPath: folder + "/" + name)
        let lines = try files.filter { $0.hasSuffix(".swift") }.flatMap { file in
            try String(contentsOfFile: "\(folder)/\(name)/\(file)", encoding: .utf8).split(separator: "\n")
        }
        let imports = lines.filter { $0.contains("import ") }
        let words = imports.compactMap { $0.split(separator: " ").last.map(String.init) }
        package.targets.append(
            .executableTarget(
                name: name,
                dependencies: modules.intersection(words).sorted().map { .byName(name: $0) },
                path: "Tests/Fuzz/" + name,
                swiftSettings: common + [.unsafeFlags(["-parse-as-library"])]))
    }
}
