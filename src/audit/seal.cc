#include <string>

#include "audit/audit.h"
#include "base/digest.h"
#include "base/strings.h"
#include "value/json.h"

namespace cxctl {
namespace {

std::string Quoted(std::string_view text) {
  if (IsUtf8(text)) return ToCanonicalJson(Value::String(text));
  const std::string escaped = EscapeControls(text);
  return ToCanonicalJson(Value::String(escaped));
}

std::string QuotedOrNull(std::string_view text) {
  return text.empty() ? "null" : Quoted(text);
}

/// The canonical form of a JSON text. One that is not JSON is kept as a string: a record is written in any case.
std::string Embedded(const std::string& text) {
  if (text.empty() || text == "null") return "null";
  Arena arena;
  // Within a list it stands as deep as in the record, so that the depth limit applies to the record.
  const auto list = ParseJson(arena, "[" + text + "]");
  if (!list || list->items().size() != 1) return Quoted(text);
  return ToCanonicalJson(list->items()[0]);
}

std::string Git(const AuditEntry& entry) {
  if (entry.git_commit.empty() && entry.git_pr.empty()) return "null";
  return "{\"commit\":" + QuotedOrNull(entry.git_commit) + ",\"pr\":" + QuotedOrNull(entry.git_pr) + "}";
}

std::string Compliance(const AuditEntry& entry) {
  return "{\"blackouts\":" + Quoted(entry.compliance_blackouts) + ",\"capacity\":" + Quoted(entry.compliance_capacity) +
         ",\"hold\":" + Quoted(entry.compliance_hold) + ",\"windows\":" + Quoted(entry.compliance_windows) + "}";
}

/// The members that sort before `hash`, with the opening brace.
std::string MembersBeforeHash(const AuditEntry& entry) {
  std::string out;
  out += "{\"action\":" + Quoted(entry.action);
  out += ",\"actor\":" + Quoted(entry.actor);
  out += ",\"address\":" + Quoted(entry.address);
  out += ",\"after\":" + Embedded(entry.after);
  out += ",\"attempts\":" + std::to_string(entry.attempts);
  out += ",\"before\":" + Embedded(entry.before);
  out += ",\"compliance\":" + Compliance(entry);
  out += ",\"etagAfter\":" + QuotedOrNull(entry.etag_after);
  out += ",\"etagBefore\":" + QuotedOrNull(entry.etag_before);
  out += ",\"git\":" + Git(entry);
  return out;
}

/// The members that sort after `hash`, with the closing brace.
std::string MembersAfterHash(const AuditEntry& entry, std::int64_t seq, std::string_view prev) {
  std::string out;
  out += ",\"latencyMs\":" + ToCanonicalJson(Value::Int(entry.latency_ms));
  out += ",\"liveId\":" + QuotedOrNull(entry.live_id);
  out += ",\"outcome\":" + Quoted(entry.outcome);
  out += ",\"payloadSha256\":" + QuotedOrNull(entry.payload_sha256);
  out += ",\"prev\":" + Quoted(prev);
  if (!entry.reason.empty()) out += ",\"reason\":" + Quoted(entry.reason);
  out += ",\"requestId\":" + QuotedOrNull(entry.request_id);
  out += ",\"run\":" + Quoted(entry.run);
  if (!entry.scope.empty()) out += ",\"scope\":" + Quoted(entry.scope);
  out += ",\"seq\":" + ToCanonicalJson(Value::Int(seq));
  out += ",\"tenant\":" + Quoted(entry.tenant);
  out += ",\"time\":" + Quoted(FormatUtc(entry.time, true));
  out += "}";
  return out;
}

}  // namespace

SealedRecord SealRecord(const AuditEntry& entry, std::int64_t seq, std::string_view prev) {
  const std::string front = MembersBeforeHash(entry);
  const std::string back = MembersAfterHash(entry, seq, prev);
  SealedRecord record;
  record.hash = Sha256Hex(front + back);
  record.line = front + ",\"hash\":\"" + record.hash + "\"" + back;
  return record;
}

}  // namespace cxctl
