import GraphIR

/// Where sizes come from: for every message about a shape, the layers that made it so.
extension Elaborator {
    /// A layer that changed the size of an axis, and the size it made.
    struct Birth {
        var node: Int
        var size: Dimension
    }

    /// The layers that made an axis of a node what it is, the last one first, ending at an input.
    func births(ofAxis axis: Int, at start: Int) -> [Birth] {
        var births: [Birth] = []
        var node = start
        // Counted from the end, so that an axis keeps its number when another one comes or goes before it.
        let fromEnd = nodes[start].type.shape.rank - axis
        while births.count < 16 {
            let size = self.size(fromEnd, of: node)
            let same = nodes[node].inputs.first { input in
                nodes[input].type.shape.rank == nodes[node].type.shape.rank && self.size(fromEnd, of: input) == size
            }
            if let same {
                node = same
                continue
            }
            if let size { births.append(Birth(node: node, size: size)) }
            guard let next = nodes[node].inputs.first, nodes[next].type.shape.rank == nodes[node].type.shape.rank
            else { break }
            node = next
        }
        return births
    }

    private func size(_ fromEnd: Int, of node: Int) -> Dimension? {
        let shape = nodes[node].type.shape
        let axis = shape.rank - fromEnd
        return axis >= 0 && axis < shape.rank ? shape[axis] : nil
    }

    /// The label at the layer that made the size.
    func label(ofAxis axis: Int, at node: Int) -> Diagnostic.Label? {
        guard let birth = births(ofAxis: axis, at: node).first else { return nil }
        let name = Shape.axisName(axis, rank: nodes[node].type.shape.rank)
        let verb = nodes[birth.node].isInput ? "is" : "becomes"
        return Diagnostic.Label(nodes[birth.node].place, "\(name) \(verb) \(birth.size) here")
    }

    /// The whole chain in a line, if there is more to it than one layer.
    func chain(ofAxis axis: Int, at node: Int) -> String? {
        let births = Array(births(ofAxis: axis, at: node).reversed())
        guard births.count > 2 else { return nil }
        let name = Shape.axisName(axis, rank: nodes[node].type.shape.rank)
        var text = "\(name) \(births[0].size) (\(nodes[births[0].node].path))"
        for (index, birth) in births.enumerated().dropFirst() {
            text += " -> \(birth.size)"
            let isLastOfItsPlace =
                index + 1 == births.count || nodes[births[index + 1].node].place != nodes[birth.node].place
            if isLastOfItsPlace { text += " (\(nodes[birth.node].kind), \(line(of: nodes[birth.node].place)))" }
        }
        return text
    }

    func line(of place: Place) -> String {
        guard library.files.indices.contains(place.file) else { return "" }
        return "line \(library.files[place.file].position(of: place.start).line)"
    }

    // MARK: - Messages about shapes

    func wrongSize(_ name: String, said: Dimension, axis: Int, of node: Int, at place: Place) -> Diagnostic {
        let shape = nodes[node].type.shape
        let axisName = Shape.axisName(axis, rank: shape.rank)
        let fixes = shape[axis].number.map { [Diagnostic.Fix("say \($0)", [.init(place, "\($0)")])] } ?? []
        return Diagnostic(
            .shapeIsNotAsSaid, at: place, "\(axisName) of '\(name)' is \(shape[axis]), not \(said)",
            remark: "the shape is \(shape)", labels: label(ofAxis: axis, at: node).map { [$0] } ?? [],
            notes: chain(ofAxis: axis, at: node).map { [$0] } ?? [],
            help: axis == shape.rank - 1 ? advice(said, axis: axis, of: node) : [], fixes: fixes)
    }

    /// A layer's own complaint, with the places that matter.
    mutating func refuse(
        _ complaint: Complaint, _ reading: Reading, _ inputs: [Int], name: String, at place: Place, edits mask: UInt64
    ) -> Item {
        var diagnostic: Diagnostic
        let help = complaint.help.map { [$0] } ?? []
        switch complaint.cause {
        case .inputsDiffer(let axis):
            diagnostic = inputsDiffer(axis, complaint, reading, inputs, name: name, at: place)
        case .argument(let argument):
            let index = reading.entry.signature.parameters.firstIndex { $0.name == argument }
            let said = index.flatMap { reading.places[$0] }
            diagnostic = Diagnostic(
                .argumentDoesNotFit, at: said ?? place, complaint.sentence(of: name), labels: shapes(of: inputs),
                help: help)
        case .input(let input, let axis):
            diagnostic = Diagnostic(.inputDoesNotFit, at: place, complaint.sentence(of: name), help: help)
            if inputs.indices.contains(input) { explain(&diagnostic, inputs[input], axis) }
        case .unknownSize(let input, let axis):
            diagnostic = Diagnostic(.unknownSize, at: place, complaint.sentence(of: name), help: help)
            if inputs.indices.contains(input) { explain(&diagnostic, inputs[input], axis) }
        }
        let seen = inputs.reduce(mask) { $0 | touched[$1] }
        return fail(blame(diagnostic, on: seen))
    }

    /// Adds where the shape of an input comes from.
    private func explain(_ diagnostic: inout Diagnostic, _ node: Int, _ axis: Int?) {
        guard let axis, axis >= 0, axis < nodes[node].type.shape.rank else {
            diagnostic.labels += shapes(of: [node])
            return
        }
        if let label = label(ofAxis: axis, at: node) { diagnostic.labels.append(label) }
        if let chain = chain(ofAxis: axis, at: node) { diagnostic.notes.append(chain) }
    }

    private func shapes(of inputs: [Int]) -> [Diagnostic.Label] {
        inputs.prefix(4).map { Diagnostic.Label(nodes[$0].place, "\(nodes[$0].type.shape) flows in from here") }
    }

    private func inputsDiffer(
        _ axis: Int?, _ complaint: Complaint, _ reading: Reading, _ inputs: [Int], name: String, at place: Place
    ) -> Diagnostic {
        let isOperator = name.hasPrefix("'")
        let rank = inputs.first.map { nodes[$0].type.shape.rank } ?? 0
        let axisName = axis.map { Shape.axisName($0, rank: rank) }
        let message =
            isOperator
            ? "\(name) needs equal shapes, but these differ" + (axisName.map { " in \($0)" } ?? "")
            : complaint.sentence(of: name)
        var diagnostic = Diagnostic(.inputsDiffer, at: place, message, help: complaint.help.map { [$0] } ?? [])
        for (item, operand) in reading.inputs where operand != place {
            if let node = item.node { diagnostic.labels.append(.init(operand, "\(nodes[node].type.shape)")) }
        }
        guard let axis, let first = inputs.first else {
            diagnostic.labels += shapes(of: inputs)
            return diagnostic
        }
        var keeping: [String] = []
        let sizes = inputs.map { nodes[$0].type.shape.rank > axis ? nodes[$0].type.shape[axis] : 1 }
        for (node, size) in Swift.zip(inputs, sizes) where node == first || size != sizes[0] {
            if let label = label(ofAxis: axis, at: node), !diagnostic.labels.contains(label) {
                diagnostic.labels.append(label)
            }
            keeping += keepingHelp(axis, axisName ?? "the size", node, others: sizes.filter { $0 != size })
        }
        // What mends this very case says more than what mends any.
        if keeping.isEmpty, axis == rank - 1 { keeping = lengthening(sizes) }
        if !keeping.isEmpty { diagnostic.help = keeping }
        return diagnostic
    }

    /// If the layer that changed the size has a word `same` that it was not given: that would have kept it.
    private func keepingHelp(_ axis: Int, _ axisName: String, _ node: Int, others: [Dimension]) -> [String] {
        guard let birth = births(ofAxis: axis, at: node).first, let source = nodes[birth.node].inputs.first,
            let signature = catalog.registry.signature(.layer, nodes[birth.node].kind),
            let parameter = signature.parameters.first(where: { $0.type.words.contains("same") }),
            nodes[birth.node].arguments[parameter.name] != .word("same"),
            nodes[source].type.shape.rank > axis, let wanted = others.first, nodes[source].type.shape[axis] == wanted
        else { return [] }
        return ["\(parameter.name): same keeps \(axisName) at \(wanted)"]
    }

    // MARK: - Blame

    /// In a variant: lays a mistake at the door of the edit that led to it.
    func blame(_ diagnostic: Diagnostic, on node: Int) -> Diagnostic { blame(diagnostic, on: touched[node]) }

    func blame(_ diagnostic: Diagnostic, on mask: UInt64) -> Diagnostic {
        guard let edit = editing.culprit(mask) else { return diagnostic }
        return editing.blame(diagnostic, on: edit)
    }
}

extension Complaint {
    /// What it says, with who says it unless it names itself.
    func sentence(of name: String) -> String { message.hasPrefix(name + " ") ? message : "\(name): \(message)" }
}
