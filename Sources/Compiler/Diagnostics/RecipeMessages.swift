import GraphIR

/// What can be wrong with what is learned and how, and with parameters and edits.
extension Diagnostic {
    static func learntTwice(_ output: Identifier, first: Place) -> Diagnostic {
        Diagnostic(
            .learntTwice, at: output.place, "'\(output.text)' learns from two things", remark: "again here",
            labels: [Label(first, "first here")], help: ["an output has one 'learn'; give the network a second output"])
    }

    static func sectionTwice(_ section: String, at place: Place, first: Place) -> Diagnostic {
        let head = Place(file: place.file, start: place.start, end: min(place.end, place.start + section.utf8.count))
        let start = Place(file: first.file, start: first.start, end: min(first.end, first.start + section.utf8.count))
        return Diagnostic(
            .learntTwice, at: head, "there is a '\(section)' already", remark: "again here",
            labels: [Label(start, "first here")],
            help: [section == "train" ? "join their settings" : "join their steps with '->'"])
    }

    /// Shares of one channel alone are all of it, always.
    static func loneSoftmax(_ loss: PluginCall, _ lesson: LearnStatement, _ last: Node, fixes: [Fix]) -> Diagnostic {
        Diagnostic(
            .activationDoesNotFit, at: loss.place,
            "softmax of the one channel of '\(lesson.output.text)' is always 1, so that it learns nothing",
            labels: [Label(last.place, "it ends here")],
            help: ["sigmoid asks one question; softmax shares among several channels"], fixes: fixes)
    }

    static func unknownOutput(_ name: Identifier, known: [String]) -> Diagnostic {
        let (remark, fixes) = suggestion(name, among: known)
        return Diagnostic(
            .unknownOutput, at: name.place, "there is no output '\(name.text)'", remark: remark,
            notes: known.count > 1
                ? ["outputs are \(known.joined(separator: ", "))"] : known.map { "the only output is '\($0)'" },
            fixes: fixes)
    }

    static func lossMissing(_ lesson: LearnStatement, known: [String]) -> Diagnostic {
        Diagnostic(
            .lossMissing, at: lesson.place,
            "'\(lesson.output.text)' learns, but nothing says how a mistake is measured",
            remark: "'loss …' is missing", notes: known.isEmpty ? [] : ["losses are \(known.joined(separator: ", "))"])
    }

    /// A labeler's or a loss's own complaint about the output that is to learn.
    static func doesNotFit(_ code: Code, _ plugin: PluginCall, _ complaint: Complaint, _ output: Label) -> Diagnostic {
        Diagnostic(
            code, at: plugin.place, complaint.sentence(of: plugin.name), labels: [output],
            help: complaint.help.map { [$0] } ?? [])
    }

    static func unexpectedActivation(
        _ loss: PluginCall, _ fitting: [String], _ lesson: LearnStatement, _ last: Node
    ) -> Diagnostic {
        Diagnostic(
            .unexpectedActivation, at: loss.place,
            "\(loss.name) expects '\(lesson.output.text)' to end in \(fitting.joined(separator: " or "))",
            labels: [Label(last.place, "it ends in \(last.kind)")])
    }

    static func preparationDoesNotFit(
        _ plugin: PluginCall, _ complaint: Complaint, at place: Place, whole: Place
    ) -> Diagnostic {
        let fixes = complaint.instead.map { instead in
            place == whole ? [] : [Fix("say '\(instead)'", [Fix.Edit(place, instead)])]
        }
        return Diagnostic(
            .preparationDoesNotFit, at: place, complaint.sentence(of: plugin.name),
            help: complaint.help.map { [$0] } ?? [], fixes: fixes ?? [])
    }

    static func noPluginOfKind(_ kind: PluginKind, at place: Place) -> Diagnostic {
        Diagnostic(
            .noPluginOfKind, at: place,
            kind == .section
                ? "no 'train' section is registered in this program, so this is not checked"
                : "no \(kind.rawValue) is registered in this program, so this is not checked")
    }

    static func noSuchSetting(_ names: [Identifier], known: [String]) -> Diagnostic {
        let path = names.map(\.text).joined(separator: ".")
        let place = names.dropFirst().reduce(names[0].place) { $0.joined(with: $1.place) }
        return Diagnostic(
            .editMatchesNothing, at: place, "there is no '\(path)' to set",
            notes: known.isEmpty ? [] : ["there is train.*, \(known.joined(separator: ", "))"])
    }

    static func nothingLearnsFrom(_ output: Graph.Output) -> Diagnostic {
        Diagnostic(
            .nothingLearnsFrom, at: output.place, "output '\(output.name)' learns from nothing",
            help: ["say 'learn \(output.name) from … loss …', or take the output out"])
    }

    static func parameterWithoutValue(_ name: Identifier) -> Diagnostic {
        Diagnostic(
            .missingArgument, at: name.place, "parameter '\(name.text)' has no value",
            help: ["give it a default, '\(name.text): … = …', or set it: --set \(name.text)=…"])
    }

    static func unknownParameter(_ name: Identifier, of network: NetworkDeclaration) -> Diagnostic {
        let names = network.parameters.map { $0.name.text }
        let (remark, fixes) = suggestion(name, among: names)
        return Diagnostic(
            .unknownParameter, at: name.place, "network '\(network.name.text)' has no parameter '\(name.text)'",
            remark: remark,
            notes: [names.isEmpty ? "it has none" : "it has \(names.joined(separator: ", "))"],
            help: ["an argument of a layer is set by its path: 'set context.lstm.units = 8'"],
            fixes: fixes)
    }

    static func nothingToRestate(_ name: Identifier, at place: Place) -> Diagnostic {
        Diagnostic(
            .editMatchesNothing, at: place, "the parent says no shape of '\(name.text)' that this could change")
    }

    // MARK: - Files

    static func nothingDeclared(at place: Place) -> Diagnostic {
        Diagnostic(
            .nothingDeclared, at: place, "the file declares nothing",
            help: ["'strata new' writes a first network"])
    }

    static func severalNetworks(_ name: Identifier, first: Place) -> Diagnostic {
        Diagnostic(
            .severalNetworks, at: name.place, "a file declares one network or variant, and '\(name.text)' is another",
            labels: [Label(first, "the first one")], help: ["give '\(name.text)' a file of its own"])
    }

    static func notAParent(_ path: String, at place: Place) -> Diagnostic {
        Diagnostic(.notAParent, at: place, "'\(path)' declares no network that could be varied")
    }

    static func pluginNotAllowed(_ request: PluginRequest) -> Diagnostic {
        Diagnostic(
            .pluginNotAllowed, at: request.place, "the plugin '\(request.path)' is not allowed to run",
            notes: ["a plugin is a program that can do whatever you can do"],
            help: [
                "if you trust it: 'strata plugin allow \(request.path)', or '--plugin \(request.path)' for one command"
            ])
    }
}
