import GraphIR

/// What layers, arguments and values of other libraries are called here, where no near name tells it.
enum OtherWords {
    /// How something is said here that has another name, or another form, elsewhere.
    static func layer(_ name: String) -> String? { layers[plainName(name)] }

    private static let layers = [
        "bilstm": "'lstm(units, bidirectional: true)' walks both ways",
        "bigru": "'gru(units, bidirectional: true)' walks both ways",
        "bidirectional": "'lstm(units, bidirectional: true)' walks both ways",
        "interpolate": "'upsample(2)' repeats every sample; 'conv_transpose' learns what lies between",
        "prelu": "'leaky_relu(0.1)' has its slope in the text; a learned one is not there",
        "glu": "'multiply(a, b)' of two convolutions, one of them through 'sigmoid', is a gated unit",
        "residual": "name what flows on, and add it: 'conv(8, 3) as kept -> conv(8, 3) -> add(kept)'",
        "skip": "name what flows on, and add it: 'conv(8, 3) as kept -> conv(8, 3) -> add(kept)'",
        "unet": "a network is its stages; 'strata show phasenet' is a U-Net of them",
        "squeeze": "arrays have no axis for the batch; 'flatten' makes a vector, 'reshape' any other shape",
        "unsqueeze": "arrays have no axis for the batch; 'reshape' makes any other shape",
        "expanddims": "arrays have no axis for the batch; 'reshape' makes any other shape",
        "permute": "'transpose' exchanges channels and time; no axis for the batch is counted",
        "view": "'reshape([…])' reads the same numbers with other sizes",
        "sequential": "stages stand one behind the other: 'conv(8, 3) -> relu -> max_pool(2)'",
        "activation": "an activation is a stage of its own: '-> relu'",
        "identity": "leave it out: what flows in flows on",
        "timedistributed": "'conv(units, 1)' treats each sample alone",
        "zeropadding": "'pad(4, 4)' adds four samples at either end",
        "cropping": "'crop(4, 4)' cuts four samples from either end",
    ]

    /// Where a word belongs that is no layer, but stands in a section of its own.
    static func section(_ name: String, _ registry: Registry) -> String? {
        let sections: [(kind: PluginKind, name: String)] = [(.preparation, "prepare"), (.augmentation, "augment")]
        for section in sections where registry.signature(section.kind, name) != nil {
            return "'\(name)' is no layer but a step of '\(section.name) { … }', before the network sees the data"
        }
        return nil
    }

    /// What an argument is called here, if it is another word for one of `known`.
    static func argument(_ name: String, among known: [String]) -> String? {
        let words: [String: [String]] = [
            "lr": ["rate"], "learning_rate": ["rate"], "p": ["rate"], "kernel_size": ["kernel", "size"],
            "ksize": ["kernel"], "kernel": ["size"], "size": ["kernel"], "strides": ["stride"],
            "pool_size": ["size"], "dilation_rate": ["dilation"], "out_channels": ["filters"],
            "channels": ["filters"], "nb_filters": ["filters"], "hidden_size": ["units"], "num_units": ["units"],
            "out_features": ["units"], "num_heads": ["heads"], "scale_factor": ["factor"], "use_bias": ["bias"],
            "eps": ["epsilon"], "weight_decay": ["decay"], "negative_slope": ["slope"], "alpha": ["slope"],
        ]
        return words[name.lowercased()]?.first(where: known.contains)
    }

    /// What to do about an argument that is said elsewhere and needs no word here.
    static func needless(_ name: String, of owner: String) -> String? {
        let name = name.lowercased()
        if owner == "train", ["lr", "learning_rate", "rate"].contains(name) {
            return "the optimizer has it: 'optimizer: adam(rate: 0.001)'"
        }
        return switch name {
        case "dim", "axis": "the axes of an array are fixed: channels come first, and there is none for the batch"
        case "return_sequences": "every step comes out; a global pool or 'flatten' behind makes a vector"
        case "inplace", "name", "dtype", "device": "leave it out"
        case "in_channels", "input_size", "in_features", "num_features", "input_shape", "input_dim":
            "leave it out: what flows in says it"
        default: nil
        }
    }

    /// `True` and what else is a constant elsewhere.
    static func constant(_ name: String) -> String? {
        ["True": "true", "TRUE": "true", "False": "false", "FALSE": "false", "None": "none"][name]
    }
}
