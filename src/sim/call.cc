#include "sim/call.h"

#include <algorithm>

#include "base/strings.h"
#include "value/json.h"

namespace cxctl::sim {

std::unexpected<Refusal> RefuseInvalid(std::vector<Detail> details) {
  std::string message = "The request is not valid: " + details.front().field + " " + details.front().message + ".";
  return Refuse(400, "INVALID_REQUEST", std::move(message), std::move(details));
}

Checked<std::optional<std::string>> Call::Parameter(std::string_view name) const {
  std::optional<std::string> found;
  for (const HttpHeader& parameter : query) {
    if (parameter.name != name) continue;
    if (found) return RefuseInvalid({{std::string(name), "is given more than once"}});
    found = parameter.value;
  }
  return found;
}

Checked<std::optional<std::string>> Call::ChoiceParameter(std::string_view name,
                                                          std::span<const std::string_view> choices) const {
  TRY_ASSIGN(std::optional<std::string> value, Parameter(name));
  if (!value || std::ranges::find(choices, *value) != choices.end()) return value;
  std::vector<std::string> known(choices.begin(), choices.end());
  return RefuseInvalid({{std::string(name), "must be one of " + Join(known, ", ")}});
}

void ParseTarget(Call& call) {
  std::string_view target = call.request.url;
  // The absolute form of RFC 9112 section 3.2.2 is for proxies, but a server has to take it.
  if (const std::size_t scheme = target.find("://"); scheme != target.npos && target.front() != '/') {
    const std::size_t slash = target.find('/', scheme + 3);
    target = slash == target.npos ? std::string_view("/") : target.substr(slash);
  }
  target = target.substr(0, target.find('#'));
  const std::size_t mark = target.find('?');
  call.path = target.substr(0, mark);
  if (mark == target.npos) return;
  call.query_text = target.substr(mark + 1);
  for (std::string_view pair : Split(call.query_text, '&')) {
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    const std::string_view value = equals == pair.npos ? std::string_view() : pair.substr(equals + 1);
    call.query.push_back({PercentDecode(pair.substr(0, equals), true), PercentDecode(value, true)});
  }
}

HttpResponse JsonResponse(int status, std::string body) {
  return {status, {{"Content-Type", "application/json"}}, std::move(body)};
}

HttpResponse RefusalResponse(const Refusal& refusal, std::string_view request_id) {
  Arena arena;
  ObjectBuilder body(arena);
  body.Set("code", refusal.code).Set("message", refusal.message);
  if (!refusal.details.empty()) {
    ArrayBuilder details(arena);
    for (const Detail& detail : refusal.details) {
      details.Add(ObjectBuilder(arena).Set("field", detail.field).Set("message", detail.message).Build());
    }
    body.Set("details", details.Build());
  }
  body.Set("requestId", request_id);
  HttpResponse response = JsonResponse(refusal.status, ToJson(body.Build()));
  response.headers.insert(response.headers.end(), refusal.headers.begin(), refusal.headers.end());
  return response;
}

std::string JsonString(std::string_view text) {
  return ToJson(Value::String(text));
}

}  // namespace cxctl::sim
