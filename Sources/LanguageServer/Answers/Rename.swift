import Editor
import GraphIR

extension Session {
    mutating func prepareRename(_ parameters: JSON) throws(Failure) -> JSON {
        let (analysis, offset) = try place(parameters)
        guard let (range, name) = analysis.renamable(at: offset) else { return .null }
        return ["range": Positions(file: analysis.file).json(range), "placeholder": .string(name)]
    }

    mutating func rename(_ parameters: JSON) throws(Failure) -> JSON {
        let (analysis, offset) = try place(parameters)
        guard let name = parameters["newName"]?.string else { throw .invalid("there is no new name") }
        let others = analysis.declaration(at: offset).map { relatives(of: $0.path) } ?? []
        do throws(RenameRefusal) {
            let renaming = try analysis.rename(at: offset, to: name, others: others, in: workspace)
            return json(renaming.changes, analysis, warning: renaming.warning)
        } catch {
            throw .failed(error.message)
        }
    }
}
