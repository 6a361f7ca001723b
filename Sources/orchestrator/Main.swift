import OrchestratorCommands

@main
struct Main {
  static func main() async {
    await OrchestratorMain.run()
  }
}
