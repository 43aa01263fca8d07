import Foundation
import PackagePlugin

/// Tells the program, before each build, from which commit and by which compiler it is made: what a run records.
@main struct BuildFacts: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
        let package = context.package.directoryURL
        let folder = context.pluginWorkDirectoryURL
        return [
            .prebuildCommand(
                displayName: "Facts of this build", executable: package.appending(path: "scripts/build-facts"),
                arguments: [package.path(), folder.path()], outputFilesDirectory: folder)
        ]
    }
}
