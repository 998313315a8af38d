#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/http.h"

namespace cxctl {

/// A request to the agent after routing, authentication and the limits of runtime.md.
struct ApiCall {
  const HttpRequest& request;
  std::vector<std::string> parameters;  ///< What stands for the {…} of the path, percent-decoded.
  std::string request_id;               ///< X-Request-Id, taken or made.
  std::string token;                    ///< Name of the token, "" where none was asked for.
};

/// What went wrong, in the one shape that all errors have: `{"error", "message", "field"?, "requestId"}`.
struct ApiError {
  int status = 500;
  std::string code;                                          ///< "INVALID_REQUEST"
  std::string message;                                       ///< For people. No secret, no phone number.
  std::string field;                                         ///< The member's name, or "".
  std::vector<HttpHeader> headers;                           ///< Retry-After, WWW-Authenticate, Allow.
  std::vector<std::pair<std::string, std::string>> members;  ///< More members: name, JSON text.
};

using ApiAnswer = std::expected<HttpResponse, ApiError>;

HttpResponse JsonAnswer(int status, std::string body, std::vector<HttpHeader> headers = {});
/// The body of an error.
HttpResponse ErrorAnswer(const ApiError& error, std::string_view request_id);

}  // namespace cxctl
