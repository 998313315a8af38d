#include "agent/api.h"

#include "value/json.h"

namespace cxctl {

HttpResponse JsonAnswer(int status, std::string body, std::vector<HttpHeader> headers) {
  headers.insert(headers.begin(), {"Content-Type", "application/json"});
  return {status, std::move(headers), std::move(body)};
}

HttpResponse ErrorAnswer(const ApiError& error, std::string_view request_id) {
  Arena arena;
  ObjectBuilder body(arena);
  body.Set("error", error.code).Set("message", error.message);
  if (!error.field.empty()) body.Set("field", error.field);
  for (const auto& [name, text] : error.members) {
    if (const auto value = ParseJson(arena, text)) body.Set(name, *value);
  }
  body.Set("requestId", request_id);
  return JsonAnswer(error.status, ToJson(body.Build()), error.headers);
}

}  // namespace cxctl
