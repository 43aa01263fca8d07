import GraphIR

@testable import Foreign

/// Any bytes as the configuration of a Keras model: layers in words of ours that go together, or an error. To compile them
/// takes much longer than to read them, so one in thirty-two is compiled: more is found by reading more.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let json = try? JSON(parsing: bytes), let config = try? KerasConfig(json),
        let builder = try? KerasBuilder(config, arrays: [:], isThree: count % 2 == 0)
    else { return 0 }
    guard bytes.reduce(0, ^) & 31 == 0 else { return 0 }
    let source = ForeignModel.Source(path: "fuzz", sha256: "", format: .kerasArchive, framework: "Keras", name: "")
    let model = ForeignModel(source: source, graph: builder.graph, arrays: [], notes: builder.notes)
    _ = try? ImportedNetwork(model, name: "Fuzz", story: [])
    return 0
}
