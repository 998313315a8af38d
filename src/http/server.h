#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/http.h"

namespace cxctl {

struct ServerLimits {
  std::size_t header_bytes = 8192;
  std::size_t body_bytes = 65536;
  std::chrono::milliseconds receive_timeout{10000};  ///< absolute, for a whole request
  std::chrono::milliseconds idle_timeout{30000};     ///< between requests of one connection
  int max_connections = 4096;
};

/// An HTTP/1.1 server on Boost.Beast: asynchronous, one thread, absolute deadlines, and a strict policy before any
/// handler sees a request (exactly one Host, one all-digit Content-Length at most, Transfer-Encoding only `chunked` and
/// never beside Content-Length or in HTTP/1.0, a visible-ASCII target): what breaks it gets a 4xx and the connection is
/// closed. The body of such an answer is fixed:
/// `{"error":"PAYLOAD_TOO_LARGE","code":"PAYLOAD_TOO_LARGE","message":"…"}` (413; 431 HEADERS_TOO_LARGE, 417
/// EXPECTATION_FAILED, 400 BAD_REQUEST). A request that is not complete in time is closed without an answer. Answers
/// get Content-Length, Connection and, unless the handler set one, Date; the handler's other headers are sent as they
/// are. One that cannot be written (a status outside 200..599, a line end in a header) becomes a 500 INTERNAL_ERROR.
class HttpServer {
 public:
  virtual ~HttpServer() = default;
  /// The port it listens on (useful after asking for port 0).
  virtual std::uint16_t port() const = 0;
  /// Serves until Stop is called (from any thread, or a signal's handler thread). Answers that are under way are
  /// finished.
  virtual void Run() = 0;
  virtual void Stop() = 0;
};

/// Binds and listens. kIo when the address is not to be had, naming it.
Result<std::unique_ptr<HttpServer>> ListenHttp(const std::string& address, std::uint16_t port, HttpHandler& handler,
                                               const ServerLimits& limits);

}  // namespace cxctl
