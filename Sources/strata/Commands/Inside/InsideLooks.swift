import GraphIR
import Runner

/// `strata inside kernels`: what the first filters do.
struct InsideKernelsCommand: Command {
    static let name = "inside kernels"
    static let summary = "The kernels of a convolution, along time and along frequency."
    static let operands = "MODEL"
    static let operandCount = 1...1
    struct Options: OptionGroup {
        let layer = Option<String?>.layer
        let html = Option<String?>.html
        let npz = Option<String?>.npz
        let inside = InsideOptions()
    }
    static let examples: [(line: String, says: String)] = [
        ("strata inside kernels runs/first --html kernels.html", "Of the first convolution, as a page.")
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let subject = try call.inside.subject()
        let finding = try subject.kernels(call.layer)
        try InsideLook(
            name: InsideLook.name("kernels", call.layer), text: finding.text,
            json: finding.json, page: { finding.page(subject.note, command: InsideLook.line) }
        ).finish(call.inside, html: call.html, npz: call.npz)
        return .done
    }
}

/// `strata inside maps`: what each layer makes of traces.
struct InsideMapsCommand: Command {
    static let name = "inside maps"
    static let summary = "What each layer makes of some traces, channel by channel; what is dead."
    static let operands = "MODEL"
    static let operandCount = 1...1
    struct Options: OptionGroup {
        let trace = Option<[String]>.trace
        let layer = Option<String?>.layer
        let most = Option<Int?>.most
        let html = Option<String?>.html
        let npz = Option<String?>.npz
        let inside = InsideOptions()
    }
    static let examples: [(line: String, says: String)] = [
        ("strata inside maps runs/first --trace 0 --trace 5 --html maps.html", "Of two traces, on one scale a layer.")
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let subject = try call.inside.subject()
        let traces = try call.inside.traces(of: subject, named: call.trace, most: call.most ?? 2)
        let finding = try subject.maps(traces, layer: call.layer)
        try InsideLook(
            name: InsideLook.name("maps", call.layer, InsideLook.named(call.trace)),
            text: finding.text, json: finding.json, page: { finding.page(command: InsideLook.line) },
            arrays: finding.arrays
        ).finish(call.inside, html: call.html, npz: call.npz)
        return .done
    }
}

/// `strata inside attention`: where a network looks.
struct InsideAttentionCommand: Command {
    static let name = "inside attention"
    static let summary = "Where the attention layers of a network look in a trace."
    static let operands = "MODEL"
    static let operandCount = 1...1
    struct Options: OptionGroup {
        let trace = Option<[String]>.trace
        let html = Option<String?>.html
        let npz = Option<String?>.npz
        let inside = InsideOptions()
    }
    static let examples: [(line: String, says: String)] = [
        ("strata inside attention runs/eqt --trace 3 --html attention.html", "EQTransformer's own figure.")
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let subject = try call.inside.subject()
        let trace = try call.inside.traces(of: subject, named: call.trace, most: 1)[0]
        let seen = try subject.look(trace)
        let finding = try subject.attention(seen)
        try InsideLook(
            name: InsideLook.name("attention", seen.name), text: finding.text, json: finding.json,
            page: { finding.page(command: InsideLook.line) }, arrays: finding.arrays
        ).finish(call.inside, html: call.html, npz: call.npz)
        return .done
    }
}

/// `strata inside features`: whether classes lie apart in the last hidden layer.
struct InsideFeaturesCommand: Command {
    static let name = "inside features"
    static let summary = "The last hidden vector of every test window in its two largest directions."
    static let operands = "MODEL"
    static let operandCount = 1...1
    struct Options: OptionGroup {
        let trace = Option<[String]>.trace
        let layer = Option<String?>.layer
        let most = Option<Int?>.most
        let npz = Option<String?>.npz
        let csv = Option<String?>.csv
        let by = Option<String?>(
            "--by", "COLUMN", "Group by this column of the metadata (default: earthquake or noise).")
        let html = Option<String?>.html
        let inside = InsideOptions()
    }
    static let examples: [(line: String, says: String)] = [
        ("strata inside features runs/first --html features.html", "Test windows, coloured by what they are.")
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        let subject = try call.inside.subject()
        let traces = try call.inside.traces(of: subject, named: call.trace, most: call.most ?? 1000)
        let finding = try subject.features(
            traces, layer: call.layer, by: call.by)
        try InsideLook(
            name: "features", text: finding.text, json: finding.json,
            page: { finding.page(command: InsideLook.line) }, arrays: finding.arrays, csv: finding.csv
        ).finish(call.inside, html: call.html, npz: call.npz, csv: call.csv)
        return .done
    }
}
