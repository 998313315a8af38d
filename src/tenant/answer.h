#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/http.h"

namespace cxctl {

/// Makes text from outside fit for messages: known secrets are replaced, control characters escaped, phone numbers
/// masked, and what is long is cut.
class Cleanser {
 public:
  /// From now on the text (and its form-encoded and base 64 forms) is replaced by `***`. Texts under 4 bytes are not
  /// secrets worth the name and would garble messages. The newest 64 are kept.
  void AddSecret(std::string_view secret);
  /// At most `limit` code points; what was cut ends in `...`.
  std::string Clean(std::string_view text, std::size_t limit = 300) const;

 private:
  std::vector<std::string> secrets_;
};

/// What an answer that is no success says, fit for messages.
struct TenantError {
  std::string code;        ///< The body's `code` (or OAuth's `error`), "" where there is none.
  std::string message;     ///< The body's `message` and details, or what kind of body it was, "" for an empty one.
  std::string request_id;  ///< The answer's X-Request-Id, else the body's requestId, "" where there is neither.
};

/// Reads the Error body of the API, an OAuth error (RFC 6749 section 5.2), or whatever a gateway made of it.
TenantError ReadTenantError(const HttpResponse& response, const Cleanser& cleanser);

/// `GET /api/v2/callcodes answered 503 (UNAVAILABLE: please wait; request id r-17)`. `request_id` is the one that was
/// sent, for answers without one.
std::string DescribeAnswer(std::string_view method, std::string_view path, int status, const TenantError& error,
                           std::string_view request_id);

/// A parameter of a WWW-Authenticate header (RFC 6750 section 3), such as `error` or `scope`; "" if it is not there.
std::string AuthenticateParameter(const HttpResponse& response, std::string_view name);

}  // namespace cxctl
