import Foundation
import PackagePlugin

/// Embeds a target's `.sql` files (its folders `SQL` and `BuiltInPack`) as Swift string constants.
@main
struct EmbedTextPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    guard let target = target as? SourceModuleTarget else { return [] }
    let tool = try context.tool(named: "embed-text")
    return ["SQL", "BuiltInPack"].compactMap { folder in
      let root = target.directoryURL.appending(path: folder)
      guard let paths = try? FileManager.default.subpathsOfDirectory(atPath: root.path) else {
        return nil
      }
      let files = paths.sorted().map { root.appending(path: $0) }.filter { !$0.hasDirectoryPath }
      let output = context.pluginWorkDirectoryURL.appending(path: "\(folder).swift")
      return .buildCommand(
        displayName: "Embedding \(target.name)/\(folder)", executable: tool.url,
        arguments: [folder, root.path, output.path], inputFiles: files, outputFiles: [output])
    }
  }
}
