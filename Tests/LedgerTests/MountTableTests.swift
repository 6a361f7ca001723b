import Foundation
import Testing

@testable import Ledger

@Suite struct MountTableTests {
  let mounts = MountTable(
    text: #"""
      22 1 252:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
      23 22 0:21 / /proc rw,nosuid - proc proc rw
      40 22 0:40 / /home rw,relatime shared:9 master:2 - nfs4 server:/home rw,vers=4.2
      41 40 0:41 / /home/local rw - xfs /dev/vdb rw
      42 22 0:42 / /mnt/with\040space rw - fuse.sshfs me@host:/ rw
      43 22 0:43 / /twice rw - ext4 /dev/vdc rw
      44 43 0:44 / /twice rw - cifs //server/share rw
      45 22 0:45 /a / rw - overlay overlay rw
      broken line
      """#)

  @Test(arguments: [
    ("/", "overlay"), ("/var/lib", "overlay"), ("/proc/1", "proc"), ("/home", "nfs4"),
    ("/home/me", "nfs4"), ("/homestead", "overlay"), ("/home/local/x", "xfs"),
    ("/mnt/with space/x", "fuse.sshfs"), ("/twice/x", "cifs"),
  ])
  func deepestAndLastMountCounts(path: String, type: String) {
    #expect(mounts.fileSystemType(of: path) == type)
  }

  @Test(arguments: ["nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "fuse.sshfs", "fuse.s3fs", "fuse"])
  func networkIsRefused(type: String) { #expect(MountTable.isNetwork(type)) }

  @Test(arguments: [
    "ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "fuseblk", "fuse.fuse-overlayfs", "virtiofs",
  ])
  func localIsAccepted(type: String) { #expect(!MountTable.isNetwork(type)) }

  @Test func ledgerOnANetworkIsRefusedWithTheReason() async throws {
    let error = await expectError(.networkFileSystem) {
      try LedgerFile.refuseNetwork("/home/me/run.ledger", mounts: mounts)
    }
    #expect(error?.message.contains("nfs4") == true)
    #expect(error?.fate == .refuse)
    try LedgerFile.refuseNetwork("/var/run.ledger", mounts: mounts)
    try LedgerFile.refuseNetwork("/var/run.ledger", mounts: MountTable(text: ""))
  }

  @Test func aLinkToALedgerOnANetworkIsRefused() async throws {
    let scratch = try Scratch()
    let mounts = MountTable(
      text: """
        22 1 252:1 / / rw - ext4 /dev/vda1 rw
        40 22 0:40 / \(scratch.folder.path)/share rw - nfs4 server:/home rw
        """)
    let files = FileManager.default
    try files.createDirectory(
      atPath: scratch.folder.path + "/share", withIntermediateDirectories: false)
    try files.createSymbolicLink(atPath: scratch.path, withDestinationPath: "share/run.ledger")
    await expectError(.networkFileSystem) {
      try LedgerFile.refuseNetwork(scratch.path, mounts: mounts)
    }
  }

  @Test func thisSystemHasARoot() {
    #expect(MountTable.ofThisProcess().fileSystemType(of: "/") != nil)
  }
}
