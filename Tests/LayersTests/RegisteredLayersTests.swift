import GraphIR
import Testing

@testable import Layers

@Suite("What every registered layer says of itself")
struct RegisteredLayersTests {
    static let names = Registry.builtIn.names(.layer)

    @Test("The language has all layers that the networks need")
    func all() {
        #expect(
            Self.names == [
                "add", "attention", "average_pool", "batch_norm", "concat", "conv", "conv_transpose", "crop",
                "deltas", "dense", "dropout", "elu", "feed_forward", "flatten", "gelu", "global_average_pool",
                "global_max_pool", "group_norm", "gru", "hard_sigmoid", "instance_norm", "layer_norm", "leaky_relu",
                "local_response_norm", "log_filter_bank", "log_softmax", "lstm", "max_pool", "mish", "multiply",
                "pad", "positional_encoding", "relu", "reshape", "rnn", "self_attention", "sigmoid", "silu",
                "softmax", "subtract", "tanh", "transpose", "upsample",
            ])
    }

    @Test("Each has a sentence, documented parameters and an example that names it", arguments: names)
    func documented(name: String) throws {
        let signature = try #require(Registry.builtIn.signature(.layer, name))
        let sentence = signature.documentation.prefix { $0 != "\n" }
        #expect(sentence.hasSuffix(".") && sentence.count > 20)
        #expect(signature.example.contains(name))
        for parameter in signature.parameters {
            #expect(parameter.documentation.count > 10 || parameter.documentation.hasSuffix("."), "\(parameter.name)")
            #expect(Set(signature.parameters.map { $0.name }).count == signature.parameters.count)
        }
    }
}
