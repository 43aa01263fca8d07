/// What an architecture file says beside the network: what its outputs learn from, how its input is prepared, how it is
/// trained. Everything in it was checked against the registered plugins.
public struct Recipe: Hashable, Sendable {
    /// One `learn` line.
    public struct Lesson: Hashable, Sendable {
        public var output: String
        public var labeler: PluginCall
        public var loss: PluginCall
        public var weight: Double
        public var place: Place
        public init(output: String, labeler: PluginCall, loss: PluginCall, weight: Double, place: Place) {
            self.output = output
            self.labeler = labeler
            self.loss = loss
            self.weight = weight
            self.place = place
        }
        public static func == (a: Lesson, b: Lesson) -> Bool {
            a.output == b.output && a.labeler == b.labeler && a.loss == b.loss && a.weight == b.weight
        }
        public func hash(into hasher: inout Hasher) {
            hasher.combine(output)
            hasher.combine(labeler)
            hasher.combine(loss)
            hasher.combine(weight)
        }
    }

    public var lessons: [Lesson]
    public var preparations: [PluginCall]
    public var augmentations: [PluginCall]
    /// The settings of the `train` section, checked against the section plugin `train`, defaults filled in.
    public var training: Arguments

    public init(
        lessons: [Lesson] = [], preparations: [PluginCall] = [], augmentations: [PluginCall] = [],
        training: Arguments = Arguments()
    ) {
        self.lessons = lessons
        self.preparations = preparations
        self.augmentations = augmentations
        self.training = training
    }
}

/// What one architecture file declares, whole: the network and how it learns.
public struct Network: Sendable {
    public var graph: Graph
    /// `nil` where the file has no `learn` section: the network can run and be compared, not trained.
    public var recipe: Recipe?
    /// The values of the network's own parameters (`filters`, `drop`), after variants and overrides.
    public var parameters: Arguments
    /// Of a variant, the path of the file that it edits.
    public var parent: String?

    public init(
        graph: Graph, recipe: Recipe? = nil, parameters: Arguments = Arguments(), parent: String? = nil
    ) {
        self.graph = graph
        self.recipe = recipe
        self.parameters = parameters
        self.parent = parent
    }
}
