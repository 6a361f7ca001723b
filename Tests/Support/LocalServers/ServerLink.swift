/// Something between clients and a server on this machine; clients connect to its port on 127.0.0.1.
package protocol ServerLink: AnyObject, Sendable {
  var port: Int { get }
}
