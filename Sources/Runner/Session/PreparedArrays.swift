import GraphIR
import Interpreter
import Seismic

/// Arrays of whole windows as the network sees them: made by the file's `prepare`, step by step as training, judging
/// and picking make theirs. The channels stand in the network's order and at its rate. Arrays that do not fit the
/// inputs come back as they were, for the network to refuse.
public func prepared(
    _ arrays: [NamedArray], for graph: Graph, recipe: Recipe, registry: Registry
) throws -> [NamedArray] {
    let inputs = graph.inputs
    let isOnly = inputs.count == 1 && arrays.count == 1
    let ordered = inputs.compactMap { input in arrays.first { isOnly || $0.name == input.path } }
    guard ordered.count == inputs.count, let count = ordered.first?.shape.first,
        zip(inputs, ordered).allSatisfy({ $1.fits($0.type.shape, windows: count) })
    else { return arrays }
    let type = Recipe.window(of: graph)
    let pipeline = try Pipeline(recipe, window: type, registry: registry)
    var made = ordered.map { NamedArray($0.name, shape: $0.shape, values: []) }
    for number in 0..<count {
        let channels = zip(inputs, ordered).map { $1.channels(of: number, input: $0.type.shape) }
        let samples = channels.flatMap { $0 }
        let plane = type.shape.rank == 3 ? Plane(height: ordered[0].shape[2], width: ordered[0].shape[3]) : nil
        let letters =
            plane == nil
            ? recipe.components(channels: samples.count) : ["", "G", "GA", "RGB", "RGBA"][min(4, samples.count)]
        var window = Window(samples: samples, components: letters, rate: type.rate ?? 100, plane: plane)
        try pipeline.prepare(&window)
        var first = 0
        for place in made.indices {
            let own = window.samples[first..<first + channels[place].count]
            for channel in own { made[place].values += channel }
            first += channels[place].count
            made[place].setSizes(of: window, input: inputs[place].type.shape)
        }
    }
    return made
}

extension NamedArray {
    /// Whether it holds so many windows with as many channels as an input takes.
    fileprivate func fits(_ input: Shape, windows: Int) -> Bool {
        guard shape.count == input.rank + 1, shape.first == windows, windows > 0,
            values.count == shape.reduce(1, *), !values.isEmpty
        else { return false }
        return input.rank == 1 || input.channels.number == shape[1]
    }

    /// One window, channel by channel.
    fileprivate func channels(of window: Int, input: Shape) -> [[Float]] {
        let count = input.rank == 1 ? 1 : shape[1]
        let length = shape.dropFirst(input.rank == 1 ? 1 : 2).reduce(1, *)
        return (0..<count).map { channel in
            let first = (window * count + channel) * length
            return Array(values[first..<first + length])
        }
    }

    /// A step may have changed how many samples there are, or the size of a picture.
    fileprivate mutating func setSizes(of window: Window, input: Shape) {
        if let plane = window.plane {
            shape[2] = plane.height
            shape[3] = plane.width
        } else {
            shape[shape.count - 1] = window.length
        }
    }
}
