import Foundation
import Testing

@testable import Compiler

/// The smallest texts that together reach most of what the fuzzer reached, and real ones, keep the properties.
@Suite struct CorpusTests {
    static let corpus: [Texts.Named] = {
        let folder = Golden.folder.appendingPathComponent("corpus")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().compactMap { name in
            FileManager.default.contents(atPath: folder.appendingPathComponent(name).path).map {
                Texts.Named(name: name, bytes: Array($0))
            }
        }
    }()

    @Test(arguments: corpus + Texts.sample) func propertiesHold(_ text: Texts.Named) {
        #expect(ArchitectureProperties.broken(by: text.bytes, registry: .forTests) == nil)
    }
}
