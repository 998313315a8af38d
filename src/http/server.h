#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/http.h"

namespace cxctl {

struct ServerLimits {
  std::size_t header_bytes = 8192;
  std::size_t body_bytes = 65536;
  std::chrono::milliseconds receive_timeout{10000};  ///< absolute: for a whole request, and for a TLS handshake
  std::chrono::milliseconds send_timeout{30000};     ///< absolute, for a whole answer, or a piece of a stream
  std::chrono::milliseconds idle_timeout{30000};     ///< between requests of one connection
  /// How long a handler may take. Then the client gets a 503, and what the handler sends later is dropped.
  std::chrono::milliseconds answer_timeout{60000};
  std::chrono::milliseconds drain_timeout{10000};  ///< How long Stop lets answers that are under way take.
  int max_connections = 4096;                      ///< The others wait in the kernel's queue.
  /// So many more are answered 503 and closed instead of waiting, for a service that rather says no than nothing. With
  /// TLS they are closed.
  int refused_connections = 0;
  std::size_t max_in_flight = SIZE_MAX;                ///< Requests with handlers; over it 503 with Retry-After.
  std::size_t max_streams = 64;                        ///< Answers without an end; over it 503 with Retry-After.
  std::size_t max_requests_per_connection = SIZE_MAX;  ///< The last one is answered with `Connection: close`.
  bool answers_timeouts = false;  ///< A request that began and is not complete in time gets a 408, else nothing.
  std::size_t stream_buffer_bytes = 256u << 10;  ///< A reader of a stream that is further behind is cut.
};

/// An answer without an end: server-sent events. Any thread may use it; all copies are the same stream. It ends with
/// its last copy, or when the server stops.
class AnswerStream {
 public:
  class Channel;
  explicit AnswerStream(std::shared_ptr<Channel> channel) : channel_(std::move(channel)) {}
  /// Sends the bytes behind those before. False once the client is gone, was cut off as too slow, or the server stops.
  bool Write(std::string bytes);
  /// Whether Write would say no.
  bool is_closed() const;

 private:
  std::shared_ptr<Channel> channel_;
};

/// Where the answer to one request goes: once, whenever, from any thread. All copies speak for the same request; when
/// the last one is gone without an answer the client gets a 503. It may outlive the server: then it does nothing.
class Responder {
 public:
  class Channel;
  explicit Responder(std::shared_ptr<Channel> channel) : channel_(std::move(channel)) {}
  /// What comes after the first is dropped.
  void Send(HttpResponse response);
  void Send(ServerReply reply);
  /// Sends the head of an answer without an end (its body too, if it has one). Where there are too many streams the
  /// client gets a 503 instead, and the stream is a closed one.
  AnswerStream Stream(HttpResponse head);

 private:
  std::shared_ptr<Channel> channel_;
};

/// Gets requests in the server's thread and must return soon: it answers later.
class AsyncHttpHandler {
 public:
  virtual ~AsyncHttpHandler() = default;
  virtual void Handle(HttpRequest request, Responder responder) = 0;
};

struct ServerOptions {
  ServerLimits limits;
  /// PEM texts of a certificate chain, the server's own first, and of its private key. "" for plain HTTP.
  std::string certificate, private_key;
  /// The answer to a request that is refused; called in the server's thread. Without one:
  /// `{"error":"PAYLOAD_TOO_LARGE","code":"PAYLOAD_TOO_LARGE","message":"…"}`.
  std::function<HttpResponse(const ServerRefusal&)> refuse;
};

/// An HTTP/1.1 server on Boost.Beast: asynchronous, one thread, absolute deadlines, and a strict policy before any
/// handler sees a request (http/request_policy.h): what breaks it gets a 4xx and the connection is closed (413
/// PAYLOAD_TOO_LARGE, 431 HEADERS_TOO_LARGE, 417 EXPECTATION_FAILED, 400 BAD_REQUEST, 408 REQUEST_TIMEOUT, 503
/// UNAVAILABLE). Answers get Content-Length, Connection and, unless the handler set one, Date; the handler's other
/// headers are sent as they are. One that cannot be written (a status outside 200..599, a line end in a header) becomes
/// a 500 INTERNAL_ERROR. TLS is 1.2 or 1.3, by OpenSSL.
class HttpServer {
 public:
  virtual ~HttpServer() = default;
  /// The port it listens on (useful after asking for port 0).
  virtual std::uint16_t port() const = 0;
  /// Whether the address that it listens on is of this machine alone.
  virtual bool is_loopback() const = 0;
  /// Serves until Stop is called. Answers that are under way are finished, for as long as drain_timeout.
  virtual void Run() = 0;
  /// From any thread, or a signal's handler thread.
  virtual void Stop() = 0;
  /// Takes another certificate and key for connections from now on. From any thread. kInvalid, changing nothing, if
  /// they do not belong together or cannot be read. REQUIRES: a server with TLS.
  virtual Result<void> ChangeCertificate(const std::string& certificate, const std::string& private_key) = 0;
};

/// Binds and listens. kIo when the address is not to be had, naming it; kInvalid for a certificate or key that is none.
/// For more connections than the process may have open files its limit is raised as far as the system lets it.
Result<std::unique_ptr<HttpServer>> ListenHttp(const std::string& address, std::uint16_t port,
                                               AsyncHttpHandler& handler, ServerOptions options);
/// The same for a handler that answers at once, in the server's thread.
Result<std::unique_ptr<HttpServer>> ListenHttp(const std::string& address, std::uint16_t port, HttpHandler& handler,
                                               const ServerLimits& limits);

/// Whether the address (numeric, or `localhost`) is of this machine alone.
bool IsLoopbackAddress(const std::string& address);

/// Runs a server in a thread of its own; stops it and waits for its end at the latest when it is destroyed.
class ServerThread {
 public:
  /// `on_end` is called in that thread once the server has stopped.
  ServerThread(HttpServer& server, std::function<void()> on_end);
  ServerThread(const ServerThread&) = delete;
  ServerThread& operator=(const ServerThread&) = delete;
  ~ServerThread();

 private:
  struct State;
  HttpServer& server_;
  std::unique_ptr<State> state_;
};

}  // namespace cxctl
