#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/http.h"
#include "value/value.h"

namespace cxctl::sim {

/// A member of a body, or a parameter, that is wrong: "dialerSettings.callRate" "must be at most 30".
struct Detail {
  std::string field, message;
};

/// Why a request is not served. Becomes the API's Error body.
struct Refusal {
  int status = 400;
  std::string code;
  std::string message;
  std::vector<Detail> details;
  std::vector<HttpHeader> headers;
};

template <class T>
using Checked = std::expected<T, Refusal>;

/// What an operation gives back.
using Answer = Checked<HttpResponse>;

inline std::unexpected<Refusal> Refuse(int status, std::string code, std::string message,
                                       std::vector<Detail> details = {}) {
  return std::unexpected(Refusal{status, std::move(code), std::move(message), std::move(details), {}});
}

/// 400 INVALID_REQUEST. REQUIRES: at least one detail.
std::unexpected<Refusal> RefuseInvalid(std::vector<Detail> details);

/// A request on its way through the tenant: taken apart, authenticated, its body read.
struct Call {
  explicit Call(const HttpRequest& http) : request(http) {}

  const HttpRequest& request;
  std::string path;                    ///< Of the target, as sent: still percent-encoded.
  std::string query_text;              ///< As sent, without the '?'.
  std::vector<HttpHeader> query;       ///< Decoded names and values, in order.
  std::vector<std::string> arguments;  ///< The path's parameters, decoded, in the template's order.
  std::string request_id;
  std::string client_id;  ///< Of the token; "" before it was checked.
  Arena arena;            ///< Lives as long as the call.
  Value body;             ///< The JSON body of operations that have one.

  /// The parameter, or nothing. 400 if it is given twice.
  Checked<std::optional<std::string>> Parameter(std::string_view name) const;
  /// As Parameter, 400 if the value is none of the choices.
  Checked<std::optional<std::string>> ChoiceParameter(std::string_view name,
                                                      std::span<const std::string_view> choices) const;
};

/// Splits the request target into path and query.
void ParseTarget(Call& call);

HttpResponse JsonResponse(int status, std::string body);
/// The Error body of the API.
HttpResponse RefusalResponse(const Refusal& refusal, std::string_view request_id);

/// The text as a JSON string with its quotes.
std::string JsonString(std::string_view text);

}  // namespace cxctl::sim
