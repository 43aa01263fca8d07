import GraphIR
import Layers
import Testing

@testable import Interpreter

/// Multiplies by a factor, adds a constant, and on the way back of a relevance pass does one thing wrong.
private protocol Wrong: Layer, Arithmetic {
    static var added: Float { get }
    func backward(_ c: Float, _ x: Float) -> Float
}

extension Wrong {
    static func says(_ name: String) -> Signature {
        Signature(.layer, name, "Doubles and adds, and is wrong about it.", example: "x -> \(name)")
    }
    var backwardReads: BackwardReads { .inputs }
    func forward(_ pass: Pass) {
        for sample in pass.samples {
            for row in 0..<pass.output.rows {
                for t in 0..<pass.output.length(of: sample) {
                    pass.output.row(row, of: sample)[t] =
                        2 * pass.input().row(row, of: sample)[t] + Self.added
                }
            }
        }
    }
    func backward(_ pass: Pass) { each(pass) { c, _ in 2 * c } }
    func relevance(_ pass: Pass) { each(pass, backward) }
    private func each(_ pass: Pass, _ body: (Float, Float) -> Float) {
        guard let dx = pass.inputGradient() else { return }
        for sample in pass.samples {
            for row in 0..<dx.rows {
                for t in 0..<dx.length(of: sample) {
                    let c = pass.outputGradient.row(row, of: sample)[t]
                    dx.row(row, of: sample)[t] = body(c, pass.input().row(row, of: sample)[t])
                }
            }
        }
    }
}

private struct ForgetsItsConstant: Wrong {
    static let signature = says("forgets")
    static let added: Float = 0.5
    let output: TensorType
    init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) { output = inputs[0] }
    func backward(_ c: Float, _ x: Float) -> Float { 2 * c }
}

private struct GivesTooMuch: Wrong {
    static let signature = says("gives")
    static let added: Float = 0
    let output: TensorType
    init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) { output = inputs[0] }
    func backward(_ c: Float, _ x: Float) -> Float { 2.1 * c }
}

private struct IsNotLinear: Wrong {
    static let signature = says("squares")
    static let added: Float = 0
    let output: TensorType
    init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) { output = inputs[0] }
    func backward(_ c: Float, _ x: Float) -> Float { c * c }
}

private struct MakesSomethingOfNothing: Wrong {
    static let signature = says("makes")
    static let added: Float = 0
    let output: TensorType
    init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) { output = inputs[0] }
    func backward(_ c: Float, _ x: Float) -> Float { 2 * c + 0.1 }
}

private struct DividesBySilence: Wrong {
    static let signature = says("divides")
    static let added: Float = 0
    let output: TensorType
    init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) { output = inputs[0] }
    func backward(_ c: Float, _ x: Float) -> Float { 2 * c * x / x }
}

/// Laws that everything keeps would be no laws: each finds who breaks it.
@Suite struct RelevanceLawTests {
    private func violations(_ type: any Layer.Type, mustClose: Bool = true) throws -> String {
        var registry = Registry.builtIn
        try registry.add(type, from: "a stranger")
        return RelevanceLaws.violations(of: type, in: registry, mustClose: mustClose).joined(
            separator: "\n")
    }

    @Test func eachFindsWhoBreaksIt() throws {
        #expect(try violations(ForgetsItsConstant.self).contains("nobody's account"))
        #expect(try violations(GivesTooMuch.self).contains("nobody's account"))
        #expect(try violations(IsNotLinear.self, mustClose: false).contains("not linear"))
        #expect(
            try violations(MakesSomethingOfNothing.self, mustClose: false).contains("nothing comes back"))
        #expect(try violations(DividesBySilence.self).contains("not finite"))
    }

    /// A stranger's layer is not refused for what it leaves open; how much that is, is said.
    @Test func whatIsLeftOpenIsSaid() throws {
        #expect(try violations(ForgetsItsConstant.self, mustClose: false).isEmpty)
        var registry = Registry.builtIn
        try registry.add(ForgetsItsConstant.self, from: "a stranger")
        #expect(RelevanceLaws.openShare(of: ForgetsItsConstant.self, in: registry) > 0.01)
    }

    @Test(arguments: Registry.builtIn.names(.layer)) func everyBuiltInLayerCloses(name: String) throws {
        let type = try #require(Registry.builtIn[.layer, name] as? any Layer.Type)
        #expect(RelevanceLaws.openShare(of: type, in: .builtIn) <= RelevanceLaws.mostOpen)
    }
}
