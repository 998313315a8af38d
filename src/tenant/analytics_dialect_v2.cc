#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "tenant/analytics_dialect.h"
#include "tenant/encoding.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr const char* kHistory = "/api/v2/analytics/campaigns/details/query";
constexpr const char* kExports = "/api/v2/interaction/exports";
constexpr std::size_t kLongestPageToken = 4096;
constexpr std::int64_t kMostContacts = 1'000'000'000'000;  // In one hour: sums of such counts stay far from overflow.
constexpr std::string_view kStates[] = {"queued", "running", "completed", "failed"};

std::unexpected<Error> NotAnAnswer(std::string what) {
  return Fail(ErrorCode::kUnavailable, std::move(what));
}

/// An id that stands in quotes in a filter.
Result<void> CheckFilterId(const std::string& id, std::string_view noun) {
  const bool plain = std::ranges::none_of(id, [](unsigned char c) { return c == '"' || c == '\\' || c < 0x20; });
  if (plain && !id.empty()) return {};
  return Fail(ErrorCode::kUnavailable, fmt::format("the history of the {} {} cannot be asked for: no filter can hold "
                                                   "this id",
                                                   noun, EscapeControls(id)));
}

Result<HistoryRow> ReadRow(const Value& item) {
  const auto start = ParseDateTime(item.GetString("interval"));
  const Value* count = item.Find("count");
  const std::string_view disposition = item.GetString("disposition");
  const bool is_count = count != nullptr && count->is_int() && count->as_int() >= 0 && count->as_int() <= kMostContacts;
  if (!start || disposition.empty() || !is_count) {
    return NotAnAnswer("a body that is not a history of contacts");
  }
  return HistoryRow{start->instant, std::string(disposition), count->as_int()};
}

class AnalyticsDialectV2 final : public AnalyticsDialect {
 public:
  Result<ApiRequest> History(const HistoryQuery& query, const std::string& page) const override {
    TRY(CheckFilterId(query.campaign_id, "campaign"));
    std::string filter = fmt::format("campaign.id eq \"{}\"", query.campaign_id);
    if (!query.schedule_id.empty()) {
      TRY(CheckFilterId(query.schedule_id, "schedule"));
      filter += fmt::format(" and schedule.id eq \"{}\"", query.schedule_id);
    }
    Arena arena;
    ObjectBuilder body(arena);
    body.Set("filter", filter).Set("groupBy", ArrayBuilder(arena).Add("disposition").Build()).Set("interval", "hour");
    body.Set("from", FormatUtc(query.from)).Set("to", FormatUtc(query.to));
    ApiRequest request;
    request.method = "POST";
    request.path = kHistory;
    request.query = "pageSize=500";
    if (!page.empty()) request.query += "&nextPage=" + PercentEncode(page);
    request.scope = "analytics:read";
    request.body = ToJson(body.Build());
    return request;
  }

  ApiRequest StartExport(const ExportOrder& order) const override {
    Arena arena;
    ArrayBuilder columns(arena);
    for (const std::string& column : order.columns) columns.Add(column);
    ObjectBuilder body(arena);
    body.Set("name", order.name).Set("type", "custom").Set("columns", columns.Build()).Set("filter", order.filter);
    ApiRequest request;
    request.method = "POST";
    request.path = kExports;
    request.scope = "interaction:read";
    request.body = ToJson(body.Build());
    request.headers.push_back({"Idempotency-Key", order.idempotency_key});
    // An export more than was wanted harms nobody, where a tenant ignores the key.
    request.safety = Safety::kRepeatable;
    return request;
  }

  Result<ApiRequest> Export(const std::string& id) const override { return OfExport(id, ""); }

  Result<ApiRequest> ExportContent(const std::string& id) const override {
    TRY_ASSIGN(ApiRequest request, OfExport(id, "/content"));
    request.headers.push_back({"Accept", "text/csv"});
    return request;
  }

  Result<HistoryPage> ReadHistory(const HttpResponse& response) const override {
    Arena arena;
    const Result<Value> body = ParseJson(arena, response.body);
    const Value* group = body ? body->Find("group") : nullptr;
    const bool is_list = group == nullptr || group->is_null() || group->is_array();
    if (!body || !body->is_object() || !is_list) return NotAnAnswer("a body that is not a history of contacts");
    HistoryPage page;
    for (const Value& item : group ? group->items() : std::span<const Value>()) {
      TRY_ASSIGN(HistoryRow row, ReadRow(item));
      page.rows.push_back(std::move(row));
    }
    const Value* next = body->Find("nextPage");
    if (next == nullptr || next->is_null()) return page;
    if (!next->is_string() || next->as_string().size() > kLongestPageToken) {
      return NotAnAnswer("a nextPage that is not a page token");
    }
    page.next = next->as_string();
    return page;
  }

  Result<ExportStatus> ReadExport(const std::string& id, const HttpResponse& response) const override {
    Arena arena;
    const Result<Value> body = ParseJson(arena, response.body);
    ExportStatus status;
    if (body) {
      status.id = body->GetString("id");
      status.state = body->GetString("state");
      const Value* rows = body->Find("rows");
      if (rows != nullptr && rows->is_int() && rows->as_int() >= 0) status.rows = rows->as_int();
    }
    if (!IsPathSegment(status.id) || std::ranges::find(kStates, status.state) == std::end(kStates)) {
      return NotAnAnswer("a body that is not an export");
    }
    if (!id.empty() && !EqualsIgnoringCase(id, status.id)) return NotAnAnswer("another export");
    return status;
  }

  Result<std::string> ReadContent(const HttpResponse& response) const override {
    const std::string* type = response.header("Content-Type");
    const std::string kind = type ? ToLower(*type) : "";
    if (kind.starts_with("text/html") || kind.starts_with("application/json")) {
      return NotAnAnswer("a body that is not CSV");
    }
    return response.body;
  }

 private:
  static Result<ApiRequest> OfExport(const std::string& id, std::string_view rest) {
    if (!IsPathSegment(id)) {
      return Fail(ErrorCode::kInvalid,
                  fmt::format("\"{}\" is not the id of an export: nothing was sent.", EscapeControls(id)));
    }
    ApiRequest request;
    request.method = "GET";
    request.path = fmt::format("{}/{}{}", kExports, PercentEncode(id), rest);
    request.scope = "interaction:read";
    return request;
  }
};

}  // namespace

std::unique_ptr<AnalyticsDialect> MakeAnalyticsDialectV2() {
  return std::make_unique<AnalyticsDialectV2>();
}

}  // namespace cxctl
