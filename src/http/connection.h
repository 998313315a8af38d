#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <unordered_set>

#include "http/server.h"

namespace boost::asio {
class io_context;
namespace ssl {
class context;
}
}  // namespace boost::asio

namespace cxctl {

/// The way into the server's thread; closed when the server is gone.
class ServerGate {
 public:
  explicit ServerGate(boost::asio::io_context& io) : io_(&io) {}
  /// Has the server's thread call `action`; drops it if there is none any more. From any thread.
  void Post(std::function<void()> action);
  void Close();

 private:
  std::mutex mutex_;
  boost::asio::io_context* io_;
};

class Connection;

/// What the connections of one server share. For the server's thread.
class ServerSide {
 public:
  ServerSide(AsyncHttpHandler& its_handler, ServerOptions its_options)
      : handler(its_handler), options(std::move(its_options)) {}
  ServerSide(const ServerSide&) = delete;
  ServerSide& operator=(const ServerSide&) = delete;
  virtual ~ServerSide() = default;

  const ServerLimits& limits() const { return options.limits; }
  HttpResponse AnswerOf(const ServerRefusal& refusal) const;
  /// Called by a connection at its end.
  virtual void Remove(Connection* connection) = 0;

  AsyncHttpHandler& handler;
  const ServerOptions options;
  std::shared_ptr<ServerGate> gate;
  std::shared_ptr<boost::asio::ssl::context> tls;  ///< Null for plain HTTP.
  bool stopping = false;
  std::size_t in_flight = 0, streams = 0;
  std::unordered_set<Connection*> connections;
  /// Those that wait for an answer and have no operation of their own that keeps them.
  std::unordered_map<Connection*, std::shared_ptr<Connection>> waiting;
};

/// One client. Its pending operation owns it: when there is none any more, it is gone and the socket closed.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual void Start() = 0;
  /// Says that there are too many, and closes.
  virtual void StartRefused() = 0;
  /// Finishes the request that is under way, if there is one, and closes.
  virtual void BeginStop() = 0;
  /// Closes at once.
  virtual void Abort() = 0;

  // What channels ask for, in the server's thread.
  virtual void OnReply(std::size_t serial, ServerReply reply) = 0;
  virtual void OnStream(std::size_t serial, HttpResponse head, std::shared_ptr<AnswerStream::Channel> channel) = 0;
  virtual void OnStreamBytes(std::string bytes) = 0;
  virtual void OnStreamEnd() = 0;
};

/// Takes over an accepted socket, by its descriptor. TLS if the server has it.
std::shared_ptr<Connection> MakeConnection(ServerSide& server, boost::asio::io_context& io, int descriptor, bool is_v6);

}  // namespace cxctl
