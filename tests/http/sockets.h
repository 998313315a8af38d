#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace cxctl {

/// A connected loopback socket for tests that need to say, byte by byte, what goes over the wire.
class RawSocket {
 public:
  /// `stop`: a descriptor that becomes readable when waiting must end; -1 for none.
  explicit RawSocket(int descriptor, int stop = -1) : descriptor_(descriptor), stop_(stop) {}
  RawSocket(RawSocket&& other) noexcept;
  RawSocket& operator=(RawSocket&&) = delete;
  ~RawSocket() { Close(); }

  static RawSocket Connect(std::uint16_t port);

  /// False if the other side is gone.
  bool Send(std::string_view bytes);
  /// Everything until the other side closes.
  std::string ReadAll();
  /// A head with the body that its Content-Length announces (a chunked one up to its last chunk), or what came of it
  /// before the other side closed.
  std::string ReadMessage(bool has_body = true);
  /// Waits for the other side to close without another byte. Whether it did so by a reset.
  bool EndsByReset();
  /// Closes only the direction from here.
  void FinishSending();
  void Close();

 private:
  bool ReadMore();

  int descriptor_;
  int stop_;
  std::string buffer_;
};

/// A server in a thread of its own that does to its n-th connection what the n-th script says, one after another.
/// Further connections are read from and closed. Every complete request is remembered.
class RawServer {
 public:
  class Peer {
   public:
    Peer(RawSocket& socket, std::vector<std::string>& requests) : socket_(socket), requests_(requests) {}
    /// Reads and remembers a request; "" if the client closed before one was complete.
    std::string ReadRequest();
    void Send(std::string_view bytes) { socket_.Send(bytes); }
    /// Until the client closes.
    void AwaitClose() { socket_.ReadAll(); }
    void Close() { socket_.Close(); }

   private:
    RawSocket& socket_;
    std::vector<std::string>& requests_;
  };
  using Script = std::function<void(Peer&)>;

  explicit RawServer(std::vector<Script> scripts);
  ~RawServer() { Stop(); }

  std::string Url(std::string_view path = "/", std::string_view scheme = "http") const;
  /// Looks at the connections that are waiting still, ends and returns the requests of all connections.
  const std::vector<std::string>& Stop();

 private:
  void Serve();

  std::vector<Script> scripts_;
  int listener_ = -1;
  int stop_[2] = {-1, -1};
  std::uint16_t port_ = 0;
  std::vector<std::string> requests_;
  std::thread thread_;
};

/// A script that answers one request with the bytes and closes.
RawServer::Script AnswerAndClose(std::string answer);

/// A loopback port on which nobody listens, as long as this lives.
class ClosedPort {
 public:
  ClosedPort();
  ~ClosedPort();
  std::uint16_t port() const { return port_; }

 private:
  std::uint16_t port_ = 0;  // Before the descriptor, whose initialisation sets it.
  int descriptor_;
};

}  // namespace cxctl
