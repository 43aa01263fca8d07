import Foundation
import Testing

/// The rules of the house, as ARCHITECTURE.md states them, read off the sources themselves.
@Suite struct HouseTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// What each room may import of the house: only what stands below it.
    static let mayImport: [String: Set<String>] = [
        "Kernels": [],
        "Ranks": [],
        "GraphIR": [],
        "Files": ["GraphIR"],
        "Layers": ["GraphIR", "Kernels"],
        "Compiler": ["GraphIR"],
        "Interpreter": ["Layers", "Files", "GraphIR", "Kernels"],
        "Plugins": ["Interpreter", "Layers", "Files", "GraphIR", "Kernels"],
        "Datasets": ["Files", "GraphIR", "Kernels"],
        "Seismic": ["Datasets", "Files", "GraphIR", "Kernels"],
        "Images": ["Datasets", "Files", "GraphIR", "Kernels"],
        "Views": ["Compiler", "GraphIR"],
        "Editor": ["Views", "Compiler", "GraphIR"],
        "LanguageServer": ["Editor", "Compiler", "GraphIR"],
        "Zoo": ["Views", "Compiler", "GraphIR"],
        "Runner": [
            "Foreign", "Zoo", "Views", "Images", "Seismic", "Datasets", "Plugins", "Interpreter", "Compiler", "Layers",
            "Files",
            "GraphIR", "Kernels", "Ranks",
        ],
        "Foreign": ["Zoo", "Interpreter", "Compiler", "Files", "GraphIR"],
        "strata": [
            "LanguageServer", "Editor", "Runner", "Foreign", "Zoo", "Views", "Images", "Seismic", "Datasets", "Plugins",
            "Interpreter", "Compiler", "Layers", "Files", "GraphIR", "Kernels", "Ranks",
        ],
    ]
    /// The rooms where a text or a file becomes a value without touching the world.
    static let pureRooms = ["GraphIR", "Compiler", "Editor"]

    struct Source: CustomTestStringConvertible {
        var room: String
        var path: String
        var lines: [Substring]
        var testDescription: String { path }
    }

    static let sources: [Source] = {
        let folder = root.appendingPathComponent("Sources")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        var sources: [Source] = []
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift", let text = try? String(contentsOf: file, encoding: .utf8) else {
                continue
            }
            let path = String(file.path.dropFirst(folder.path.count + 1))
            let room = String(path.prefix { $0 != "/" })
            sources.append(
                Source(room: room, path: path, lines: text.split(separator: "\n", omittingEmptySubsequences: false)))
        }
        return sources.sorted { $0.path < $1.path }
    }()

    @Test func everyRoomIsKnown() {
        #expect(Set(Self.sources.map(\.room)) == Set(Self.mayImport.keys))
    }

    /// Whoever opens a layer's file finds where its arithmetic is, said in the same way in all of them.
    @Test func everyLayerSaysWhereItsArithmeticIs() throws {
        let layers = Self.sources.filter { source in
            source.room == "Layers" && source.lines.contains { $0.hasPrefix("    public static let signature = ") }
                && source.lines.contains { $0.hasPrefix("        .layer,") }
        }
        #expect(layers.count == 43)
        for layer in layers {
            let isActivation = layer.lines.contains { $0.hasPrefix("public struct") && $0.hasSuffix(": Activation {") }
            let said = layer.lines.filter {
                $0.hasPrefix("    public var arithmetic: any Arithmetic {")
                    || $0 == "    public let arithmetic: any Arithmetic"
            }
            #expect(said.count == (isActivation ? 0 : 1), "\(layer.path)")
            let name = layer.path.split(separator: "/").last?.dropLast(".swift".count) ?? ""
            let kind = isActivation ? "Activation" : "Layer"
            #expect(layer.lines.contains { $0 == "public struct \(name): \(kind) {" }, "\(layer.path)")
        }
    }

    @Test func roomsImportOnlyWhatStandsBelow() {
        for source in Self.sources {
            for imported in Self.imports(of: source) where Self.mayImport[imported] != nil {
                #expect(
                    Self.mayImport[source.room]?.contains(imported) == true,
                    "\(source.path) imports \(imported), which does not stand below \(source.room)")
            }
        }
    }

    @Test func pureRoomsTouchNothing() {
        for source in Self.sources where Self.pureRooms.contains(source.room) {
            let outside = Self.imports(of: source).filter { Self.mayImport[$0] == nil }
            #expect(outside.isEmpty, "\(source.path) imports \(outside)")
        }
    }

    /// Which MPI there is, and how it is called, is one room's matter.
    @Test func onlyRanksKnowsMPI() {
        for source in Self.sources where source.room != "Ranks" {
            for (index, line) in source.lines.enumerated() where line.contains("MPI_") && !line.contains("STRATA_MPI") {
                Issue.record("\(source.path):\(index + 1) speaks of MPI's calls")
            }
        }
    }

    @Test func filesFitOnAFewScreens() {
        for source in Self.sources {
            #expect(source.lines.count <= 401, "\(source.path) has \(source.lines.count) lines")
        }
    }

    @Test func linesFitAScreen() {
        for source in Self.sources {
            for (index, line) in source.lines.enumerated() where line.count > 120 {
                Issue.record("\(source.path):\(index + 1) has \(line.count) columns")
            }
        }
    }

    /// What a user wrote never stops the process.
    @Test func nothingStopsTheProcess() {
        let stops = ["fatalError(", "try!", "preconditionFailure(", "assertionFailure("]
        for source in Self.sources where source.room != "Kernels" {
            for (index, line) in source.lines.enumerated() where stops.contains(where: { line.contains($0) }) {
                Issue.record("\(source.path):\(index + 1) can stop the process")
            }
        }
    }

    /// Who is refused a look inside a network is told what would be possible.
    @Test func everyRefusalInsideSaysWhatToDo() {
        for source in Self.sources where source.path.contains("Runner/Inside/") {
            let text = source.lines.joined(separator: "\n")
            for part in text.components(separatedBy: "throw RunError(").dropFirst() {
                var depth = 1
                let call = part.prefix { character in
                    depth += character == "(" ? 1 : character == ")" ? -1 : 0
                    return depth > 0
                }
                if !call.contains("help:") { Issue.record("\(source.path): \(call.prefix(80)) says no way out") }
            }
        }
    }

    /// An error that can leave its room has a status, a message and a help, whoever catches it.
    @Test func errorsForPeopleArePlain() {
        // These are turned into others where they are caught, and Ranks, which imports nothing, has its words in Runner.
        // What a compiler finds has a place in a text and is drawn with it.
        let inner: Set<Substring> = [
            "Absence", "Diagnostic", "Malformed", "NameTaken", "OwnFolderError", "Parting", "RanksError",
            "RenameRefusal",
        ]
        for source in Self.sources {
            for line in source.lines {
                guard let match = line.firstMatch(of: /public (?:struct|enum) (\w+):.*\bError\b/) else { continue }
                #expect(inner.contains(match.1), "\(source.path): \(match.1) is no PlainError")
            }
        }
    }

    /// What goes wrong in a command is said where the program ends; who catches it before does so to go on.
    @Test func errorsAreCaughtInOnePlace() {
        let sayers = Self.sources.filter { source in
            source.room == "strata" && source.lines.contains { $0.contains("Exit(error)") }
        }
        #expect(sayers.map(\.path) == ["strata/Strata.swift", "strata/Teaming.swift"])
        for source in Self.sources where source.room == "strata" {
            for line in source.lines where line.contains("catch let") {
                let goesOn = line.contains("as any PlainError") || line.contains("as PluginProblem")
                #expect(goesOn, "\(source.path): \(line)")
            }
        }
    }

    @Test func thePackageDependsOnNothing() throws {
        let manifest = try String(contentsOf: Self.root.appendingPathComponent("Package.swift"), encoding: .utf8)
        #expect(!manifest.contains(".package("))
    }

    /// Whoever meets a variable in a script finds it in docs/debugging.md; what is said there exists.
    @Test func everyVariableIsDocumented() throws {
        let page = try String(contentsOf: Self.root.appendingPathComponent("docs/debugging.md"), encoding: .utf8)
        // Names that the C door and the manifest use among themselves are no variables.
        let inner: Set<String> = ["STRATA_AVX2", "STRATA_AVX512F", "STRATA_FMA", "STRATA_PROBE_CORE"]
        let name = /"(STRATA_[A-Z0-9_]*[A-Z0-9])"/
        var known: Set<String> = ["STRATA_CPU"]
        for source in Self.sources {
            for line in source.lines { for match in line.matches(of: name) { known.insert(String(match.1)) } }
        }
        known.formUnion(try Self.variablesOfTests())
        for variable in known.subtracting(inner).sorted() {
            #expect(page.contains("`\(variable)"), "docs/debugging.md does not tell of \(variable)")
        }
        for match in page.matches(of: /STRATA_[A-Z0-9_]*[A-Z0-9]/) {
            #expect(known.contains(String(match.0)), "nothing reads \(match.0)")
        }
    }

    /// A document that names a test which is not there promises what nobody looks at.
    @Test func testsThatDocumentsNameExist() throws {
        let folder = Self.root.appendingPathComponent("Tests")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        var suites: Set<String> = []
        var functions: Set<String> = []
        while let file = files?.nextObject() as? URL {
            if file.hasDirectoryPath { suites.insert(file.lastPathComponent) }
            guard file.pathExtension == "swift" else { continue }
            let text = try String(contentsOf: file, encoding: .utf8)
            suites.formUnion(text.matches(of: /(?:struct|class|enum) ([A-Za-z0-9_]+Tests)\b/).map { String($0.1) })
            functions.formUnion(text.matches(of: /func ([A-Za-z0-9_]+)/).map { String($0.1) })
        }
        let pages = try FileManager.default.contentsOfDirectory(atPath: Self.root.path + "/docs")
            .filter { $0.hasSuffix(".md") }.map { "docs/" + $0 }
        var named = 0
        for page in pages + ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"] {
            let text = try String(contentsOf: Self.root.appendingPathComponent(page), encoding: .utf8)
            for match in text.matches(of: /`([A-Z][A-Za-z0-9]*Tests)(?:\.([A-Za-z0-9_]+))?`/) {
                named += 1
                #expect(suites.contains(String(match.1)), "\(page) names \(match.1)")
                guard let function = match.2 else { continue }
                #expect(functions.contains(String(function)), "\(page) names \(match.1).\(function)")
            }
        }
        #expect(named > 100)
    }

    /// What the tests read of their own environment.
    private static func variablesOfTests() throws -> Set<String> {
        let folder = root.appendingPathComponent("Tests")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        var known: Set<String> = []
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /environment\["(STRATA_[A-Z0-9_]*)"\]/) { known.insert(String(match.1)) }
        }
        return known
    }

    private static func imports(of source: Source) -> [String] {
        source.lines.compactMap { line in
            let words = line.split(separator: " ").filter { !$0.hasPrefix("@") }
            return words.count >= 2 && words[0] == "import" ? String(words[words.count - 1]) : nil
        }
    }

    /// Whoever opens a descriptor owns it and closes it once: a second time closes somebody else's. These few do;
    /// who comes new shows it first (`WorkshopTests.aRefusedClaimClosesOnce`, `AtomicFileTests`, `ConnectionTests`).
    @Test func descriptorsHaveFewOwners() {
        let owners = Self.sources.filter { source in
            source.lines.contains { line in
                ["O_CLOEXEC", "O_RDONLY", "O_WRONLY", "O_RDWR", " dup(", " dup2(", " socket(", " mkstemp("].contains {
                    line.contains($0)
                }
            }
        }
        let names = Set(owners.map { ($0.path as NSString).lastPathComponent })
        #expect(
            names == [
                "Aside.swift", "Claim.swift", "Connection.swift", "Disk.swift", "FileBytes.swift", "FileLock.swift",
                "LSPCommand.swift",
            ])
    }
}
