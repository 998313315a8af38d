// Interaction exports: the metadata of schedules as CSV, ready after a while.

#include <chrono>

#include <fmt/format.h>

#include "sim/operations.h"
#include "sim/query_language.h"
#include "sim/shapes.h"
#include "value/json.h"
#include "value/pointer.h"

namespace cxctl::sim {
namespace {

/// An export runs after one poll or a second, and is completed after two polls or two seconds, whichever is first.
constexpr std::chrono::seconds kStep{1};

std::string_view StateOf(const Value& stored, Instant now) {
  const std::int64_t polls = stored.Find("polls")->as_int();
  const Duration age = now - ParseDateTime(stored.GetString("createdAt"))->instant;
  if (polls >= 2 || age >= 2 * kStep) return "completed";
  return polls >= 1 || age >= kStep ? "running" : "queued";
}

std::string ShownExport(const StoredObject& stored_export, Instant now) {
  Arena arena;
  const Value stored = stored_export.Read(arena);
  const std::string_view state = StateOf(stored, now);
  std::string text = fmt::format("{{\"id\":{},\"state\":\"{}\"", JsonString(stored_export.id), state);
  if (state == "completed") text += fmt::format(",\"rows\":{}", stored.Find("rows")->as_int());
  return text + "}";
}

/// RFC 4180: quoted where it has to be.
std::string CsvField(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == text.npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

std::string TextOf(const Value* value) {
  if (!value || value->is_null()) return "";
  return value->is_string() ? std::string(value->as_string()) : ToJson(*value);
}

/// A column is a member of the schedule by its path (`name`, `schedule.name`, `dialerSettings.callRate`), or one of its
/// campaign (`campaign.id`, `campaign.name`, `campaignId`). A column that is not there is empty in every row.
std::string ColumnText(std::string_view column, const Value& schedule, const Value& campaign) {
  if (column == "campaignId") column = "campaign.id";
  if (column == "scheduleId") column = "schedule.id";
  const bool of_campaign = column.starts_with("campaign.");
  if (of_campaign || column.starts_with("schedule.")) column.remove_prefix(9);
  const Value* value = of_campaign ? &campaign : &schedule;
  while (value && !column.empty()) {
    const std::size_t dot = column.find('.');
    value = value->Find(column.substr(0, dot));
    column = dot == column.npos ? std::string_view() : column.substr(dot + 1);
  }
  return TextOf(value);
}

struct Csv {
  std::string text;
  std::int64_t rows = 0;
};

Csv MakeCsv(Tenant& tenant, const Value& payload) {
  Csv csv;
  const auto line = [&](auto field_of) {
    bool first = true;
    for (const Value& column : payload.Find("columns")->items()) {
      if (!std::exchange(first, false)) csv.text += ',';
      csv.text += CsvField(field_of(column.as_string()));
    }
    csv.text += "\r\n";
  };
  line([](std::string_view column) { return std::string(column); });
  const auto filter = ParseHistoryFilter(payload.GetString("filter"));
  for (const auto& [id, stored] : tenant.state.schedules.objects()) {
    if (filter && (filter->campaign_id != stored.keys.scope || filter->schedule_id.value_or(id) != id)) continue;
    Arena arena;
    const Value schedule = stored.Read(arena);
    const StoredObject* owner = tenant.state.campaigns.Find(stored.keys.scope);
    const Value campaign = owner ? owner->Read(arena) : Value();
    line([&](std::string_view column) { return ColumnText(column, schedule, campaign); });
    ++csv.rows;
  }
  return csv;
}

}  // namespace

Answer CreateExport(Tenant& tenant, Call& call) {
  TRY(CheckBody(call, kExportPayload, false));
  const Csv csv = MakeCsv(tenant, call.body);
  const Instant now = tenant.clock.Now();
  ObjectBuilder stored(call.arena);
  stored.Set("id", tenant.state.NewId()).Set("createdAt", FormatUtc(now)).Set("polls", 0);
  stored.Set("rows", csv.rows).Set("content", csv.text);
  return JsonResponse(202, ShownExport(tenant.state.Put(tenant.state.exports, stored.Build(), {}), now));
}

Answer GetExport(Tenant& tenant, Call& call) {
  TRY_ASSIGN(const StoredObject* found, FindObject(tenant.state.exports, call.arguments[0], "export"));
  const Value stored = found->Read(call.arena);
  const Value polled = ObjectBuilder(call.arena, stored).Set("polls", stored.Find("polls")->as_int() + 1).Build();
  return JsonResponse(200, ShownExport(tenant.state.Put(tenant.state.exports, polled, {}), tenant.clock.Now()));
}

Answer GetExportContent(Tenant& tenant, Call& call) {
  TRY_ASSIGN(const StoredObject* found, FindObject(tenant.state.exports, call.arguments[0], "export"));
  const Value stored = found->Read(call.arena);
  if (StateOf(stored, tenant.clock.Now()) != "completed") {
    return Refuse(409, "EXPORT_NOT_COMPLETED", "The export is not completed yet.");
  }
  return HttpResponse{200, {{"Content-Type", "text/csv; charset=utf-8"}}, std::string(stored.GetString("content"))};
}

}  // namespace cxctl::sim
