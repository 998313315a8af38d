#include "sim/request_log.h"

#include "base/strings.h"
#include "sim/token_office.h"
#include "value/json.h"

namespace cxctl::sim {

namespace {

/// A request in the wrong form, sent anywhere, may carry the secret too: then nothing of it is kept.
std::string RedactedBody(const HttpRequest& request) {
  if (HasMediaType(request, "application/x-www-form-urlencoded")) return RedactForm(request.body);
  return request.body.find("client_secret") == std::string::npos ? request.body : "(secret)";
}

}  // namespace

std::string RedactForm(std::string_view body) {
  std::string out;
  for (std::string_view pair : Split(body, '&')) {
    if (!out.empty()) out += '&';
    const bool secret = PercentDecode(pair.substr(0, pair.find('=')), true) == "client_secret";
    out += secret ? "client_secret=(secret)" : std::string(pair);
  }
  return out;
}

void RequestLog::Add(const Call& call, int status, Instant time, const std::optional<Fault>& fault) {
  constexpr std::size_t kLimit = 1'000'000;
  Entry entry{++last_seq_, time, call.request.method, call.path, RedactForm(call.query_text), status, {}, {}, ""};
  if (fault) entry.fault = FaultName(fault->kind);
  for (const char* name : {"If-Match", "Idempotency-Key", "Content-Type", "X-Request-Id"}) {
    if (const std::string* value = call.request.header(name)) entry.headers.push_back({name, *value});
  }
  entry.body = RedactedBody(call.request);
  // Text that is not UTF-8 has no place in JSON.
  if (!IsUtf8(entry.body)) entry.body = EscapeControls(entry.body);
  entries_.push_back(std::move(entry));
  if (entries_.size() > kLimit) entries_.pop_front();
}

std::string RequestLog::ToJsonText(std::uint64_t after) const {
  Arena arena;
  ArrayBuilder requests(arena);
  for (const Entry& entry : entries_) {
    if (entry.seq <= after) continue;
    ObjectBuilder headers(arena);
    for (const HttpHeader& header : entry.headers) headers.Set(header.name, EscapeControls(header.value));
    ObjectBuilder item(arena);
    item.Set("seq", static_cast<std::int64_t>(entry.seq)).Set("time", FormatUtc(entry.time, true));
    item.Set("method", entry.method).Set("path", EscapeControls(entry.path)).Set("query", EscapeControls(entry.query));
    item.Set("status", entry.status);
    if (!entry.fault.empty()) item.Set("fault", entry.fault);
    item.Set("headers", headers.Build()).Set("body", entry.body);
    requests.Add(item.Build());
  }
  return ToJson(ObjectBuilder(arena).Set("requests", requests.Build()).Build());
}

}  // namespace cxctl::sim
