import GraphIR

/// The `train` section of an architecture file: how the network learns.
public struct TrainSection: Plugin {
    public enum Balance: String, Word {
        /// Every trace once an epoch.
        case none
        /// As many earthquakes as noise in every batch; the rarer take more turns (ConvNetQuake).
        case batches
        /// As many of the commoner as there are of the rarer, others every epoch (UPC-UCV).
        case undersample
    }

    static let optimizer = Setting<PluginCall>(
        "optimizer", "How the weights follow their gradients.", type: .plugin(.optimizer),
        standard: PluginCall(.optimizer, "adam", Arguments()))
    static let schedule = Setting<PluginCall>(
        "schedule", "How the learning rate changes.", type: .plugin(.schedule),
        standard: PluginCall(.schedule, "constant", Arguments()))
    static let batch = Setting<Int>("batch", "Windows a step.", standard: 32, in: 1...1_000_000)
    static let part = Setting<Int?>(
        "part",
        "Windows of a part: a batch is cut into parts whose gradients are added up, one part after the other or on "
            + "several machines. Batch norm looks at parts. Without it the batch is one.", standard: Int?.none,
        in: 1...1_000_000)
    static let strategy = Setting<PluginCall>(
        "strategy", "How the parts of a batch move the weights.", type: .plugin(.strategy),
        standard: PluginCall(.strategy, "together", Arguments()))
    static let rateFor = Setting<Int?>(
        "rate_for",
        "The batch that the rate was found for: for another one it is multiplied by batch / rate_for.",
        standard: Int?.none, in: 1...1_000_000)
    static let steps = Setting<Int?>(
        "steps", "Ends after so many steps, if the epochs are not over before.", standard: Int?.none,
        in: 1...1_000_000_000)
    static let epochs = Setting<Int>(
        "epochs", "How many times through the training set.", standard: 50, in: 1...1_000_000)
    static let stopAfter = Setting<Int?>(
        "stop_after", "Ends after so many epochs in a row without a better loss.", standard: Int?.none,
        in: 1...1_000_000)
    static let watch = Setting<WatchedLoss>(
        "watch", "The loss that says which epoch is best and when to stop.", standard: .dev)
    static let clipNorm = Setting<Double?>(
        "clip_norm", "Scales the whole gradient down to this length if it is longer.", standard: Double?.none,
        in: 1e-30...1e30)
    static let clipValue = Setting<Double?>(
        "clip_value", "Holds each entry of the gradient within plus and minus this.", standard: Double?.none,
        in: 1e-30...1e30)
    static let balance = Setting<Balance>("balance", "How the classes take turns.", standard: Balance.none)
    static let grow = Setting<[Share]>(
        "grow", "The share of the training set to begin with, and then to grow to at the epochs in grow_at.",
        standard: [Share(1)], in: 0.000001...1)
    static let growAt = Setting<[Int]>(
        "grow_at", "The epochs, counted from 0, at which the training set grows to the next share.", standard: [],
        in: 1...1_000_000)
    static let weights = Setting<String>(
        "weights", "Weights to begin with, by name: a run's folder or a safetensors file.", standard: "")
    static let take = Setting<[String]>(
        "take", "Which weights are taken from there: names in which * stands for anything.", standard: ["*"])
    static let freeze = Setting<[String]>(
        "freeze", "Layers that keep their weights: label paths in which * stands for anything.", standard: [])
    static let cache = Setting<Bool>(
        "cache",
        "Whether frozen layers at the network's beginning look at each window once, and what they make of it is kept "
            + "on disk, where every epoch has the same windows.", standard: true)
    static let checkpoint = Setting<Seconds>(
        "checkpoint", "How often, beside the end of every epoch, the whole state is saved.", standard: Seconds(60),
        in: 0...1_000_000)

    /// The settings in which a run that goes on may differ: they do not change what it comes to.
    static let free = [epochs.name, cache.name, checkpoint.name]

    public static let signature = Signature(
        .section, "train", "How a network is trained.",
        [
            optimizer, schedule, batch, part, strategy, rateFor, epochs, steps, stopAfter, watch, clipNorm, clipValue,
            balance, grow, growAt, weights,
            take, freeze, cache, checkpoint,
        ], example: "train { optimizer: adam(rate: 1e-3), batch: 32, epochs: 10 }")
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(TrainSection.self, $0) }
