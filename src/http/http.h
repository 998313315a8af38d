#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "async/task.h"

namespace cxctl {

struct HttpHeader {
  std::string name, value;
};

/// The first header of that name, whatever its case, or null.
const std::string* FindHeader(const std::vector<HttpHeader>& headers, std::string_view name);

struct HttpRequest {
  std::string method;  ///< "GET"
  std::string url;     ///< For a client the absolute URL, for a server the request target: "/api/v2/x?y=z".
  std::vector<HttpHeader> headers;
  std::string body;
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds timeout{30000};  ///< For the whole exchange, connecting included.
  std::size_t max_answer_bytes = SIZE_MAX;   ///< A body that is longer is a TransportError; see also CurlOptions.
  /// For a client: asked with each IP address ("203.0.113.7", "2001:db8::1") that the URL's host turned out to have,
  /// before a connection to it is made or used again. Why it must not be, or "". Empty: any address will do.
  std::function<std::string(std::string_view address)> refuse_address;

  const std::string* header(std::string_view name) const { return FindHeader(headers, name); }
};

/// A complete, well-framed answer. What its status means is the caller's business: a 404 is a successful exchange.
struct HttpResponse {
  int status = 0;
  std::vector<HttpHeader> headers;
  std::string body;

  const std::string* header(std::string_view name) const { return FindHeader(headers, name); }
};

/// There was no complete answer.
struct TransportError {
  /// Whether a byte of the request may have reached the server: if so, its effect is unknown and a write must be
  /// looked up before it is repeated.
  bool maybe_received = false;
  bool timeout = false;
  std::string message;  ///< Without the URL's query, credentials or bodies.
};

using HttpOutcome = std::expected<HttpResponse, TransportError>;

/// Sends requests. Abstract so that the client and the engine run without a network; previews get one that refuses
/// writes. An implementation sends each request at most once: it never repeats one by itself.
class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  virtual Task<HttpOutcome> Send(HttpRequest request) = 0;
};

/// A request that a server refuses by itself: no handler saw or answered it. The texts are fixed: nothing of the
/// request is in them.
struct ServerRefusal {
  int status = 400;
  std::string_view code;     ///< "PAYLOAD_TOO_LARGE"
  std::string_view message;  ///< One sentence.
};

/// What a server does with a request: an answer, and for a simulated tenant with faults how it is spoilt.
struct ServerReply {
  HttpResponse response;
  const ServerRefusal* refusal = nullptr;  ///< Instead of the response, in the form that the server gives refusals.
  std::chrono::milliseconds delay{0};
  bool drop = false;                   ///< Close the connection without a byte of an answer.
  bool reset = false;                  ///< Dropped connections end with RST instead of FIN.
  std::size_t cut_head_at = SIZE_MAX;  ///< Send so many bytes of the head (its last CRLF at most left out), then close.
  std::size_t truncate_at = SIZE_MAX;  ///< Send so many bytes of the body under the full Content-Length, then close.
};

/// Answers requests, one at a time, from one thread.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  virtual ServerReply Handle(const HttpRequest& request) = 0;
};

}  // namespace cxctl
