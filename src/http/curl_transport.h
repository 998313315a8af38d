#pragma once

#include <memory>
#include <string>

#include "async/loop.h"
#include "base/result.h"
#include "http/http.h"

namespace cxctl {

struct CurlOptions {
  std::string ca_file;  ///< PEM; "" for the system's
  std::size_t max_body_bytes = 64u << 20;
  std::string user_agent;
};

/// The real transport: libcurl (loaded when the first one is made: it costs 4 ms of start-up), HTTP/1.1, TLS 1.2 or
/// later and verified, no redirects, no proxies or netrc from the environment, only http and https. It is also what the
/// loop waits with.
///
/// It sends every request at most once: libcurl's silent replay on a reused connection that died (curl 7.88 repeats
/// POST, PUT, PATCH and DELETE and reports success) is refused by CURLOPT_PREREQFUNCTION and comes out as a
/// TransportError with maybe_received. Answers that libcurl takes for complete though they are not (headers cut before
/// their empty line; in HTTP/1.1 a 2xx body delimited by the end of the connection; two Content-Length; Content-Length
/// beside Transfer-Encoding) are TransportErrors as well: see AnswerReader.
///
/// HttpRequest::refuse_address is asked about the real address, each time: what a name resolved to when it was looked
/// at before does not count, and of several addresses the first that is not refused is taken. With all of them refused
/// the TransportError says why, and nothing was received.
///
/// Destroyed with requests under way, it gives each of them a TransportError. A coroutine that is destroyed while it
/// waits for an answer gives up its request.
class CurlTransport : public HttpTransport, public Waiter {
 public:
  /// The loop whose coroutines it resumes. REQUIRES: called once, before the first Send; the loop outlives the
  /// requests.
  virtual void Attach(Loop& loop) = 0;
};

/// Fails with kIo, saying which package to install, if libcurl is not there.
Result<std::unique_ptr<CurlTransport>> MakeCurlTransport(const CurlOptions& options);

}  // namespace cxctl
