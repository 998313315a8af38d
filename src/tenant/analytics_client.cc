#include "tenant/analytics_client.h"

#include <fmt/format.h>

#include <map>
#include <unordered_set>
#include <utility>

#include "base/strings.h"
#include "http/url_text.h"

namespace cxctl {

namespace {

constexpr std::size_t kMostPages = 100'000;
constexpr int kMostHops = 5;

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

}  // namespace

std::string OriginOf(const std::string& url) {
  const std::size_t host = url.find("://");
  if (host == std::string::npos) return "";
  std::string origin = ToLower(url.substr(0, url.find_first_of("/?#", host + 3)));
  const std::string_view own = origin.starts_with("https:") ? ":443" : ":80";
  if (origin.ends_with(own)) origin.resize(origin.size() - own.size());
  return origin;
}

std::optional<std::string> RedirectTarget(const std::string& from, const std::string& location) {
  for (const char c : location) {
    if (c <= 0x20 || c == 0x7F || c == '\\') return std::nullopt;
  }
  std::string url = location.substr(0, location.find('#'));
  if (url.empty()) return std::nullopt;
  const std::string lower = ToLower(url);
  if (url.starts_with("//")) {
    url = from.substr(0, from.find("://") + 1) + url;
  } else if (url.starts_with('/')) {
    url = from.substr(0, from.find('/', from.find("://") + 3)) + url;
  } else if (!lower.starts_with("http://") && !lower.starts_with("https://")) {
    return std::nullopt;
  }
  const std::size_t host = url.find("://") + 3;
  const std::string authority = url.substr(host, url.find_first_of("/?", host) - host);
  if (authority.empty() || authority.find('@') != std::string::npos) return std::nullopt;
  return url;
}

AnalyticsClient::AnalyticsClient(std::unique_ptr<AnalyticsDialect> dialect, std::string base_url, Wire& wire,
                                 TokenSource& tokens, RestClient& rest)
    : dialect_(std::move(dialect)), base_url_(std::move(base_url)), wire_(wire), tokens_(tokens), rest_(rest) {}

Task<RestOutcome> AnalyticsClient::Perform(ApiRequest request, std::function<Result<void>(const HttpResponse&)> accept,
                                           bool takes_redirects) {
  tokens_.RequireScopes({request.scope});
  RestCall call;
  call.request = std::move(request);
  call.accept = std::move(accept);
  call.takes_redirects = takes_redirects;
  Task<RestOutcome> performed = rest_.Perform(std::move(call));
  co_return co_await std::move(performed);
}

Task<Result<std::vector<HistoryRow>>> AnalyticsClient::History(HistoryQuery query) {
  std::map<std::pair<Instant, std::string>, std::int64_t> counts;
  std::unordered_set<std::string> seen;
  std::string next;
  do {
    CO_TRY_ASSIGN(ApiRequest request, dialect_->History(query, next));
    HistoryPage page;
    std::function<Result<void>(const HttpResponse&)> accept = [&](const HttpResponse& response) -> Result<void> {
      TRY_ASSIGN(page, dialect_->ReadHistory(response));
      return {};
    };
    Task<RestOutcome> performed = Perform(std::move(request), std::move(accept), false);
    const RestOutcome outcome = co_await std::move(performed);
    if (!outcome.complete) co_return Fail(outcome.code, outcome.message);
    for (HistoryRow& row : page.rows) counts[{row.start, std::move(row.disposition)}] = row.count;
    next = std::move(page.next);
    if (!next.empty() && (!seen.insert(next).second || seen.size() > kMostPages)) {
      co_return Fail(ErrorCode::kUnavailable, "The pages of the history do not end: a nextPage came twice.");
    }
  } while (!next.empty());
  std::vector<HistoryRow> rows;
  for (const auto& [key, count] : counts) rows.push_back({key.first, key.second, count});
  co_return rows;
}

Task<Result<ExportStatus>> AnalyticsClient::StartExport(ExportOrder order) {
  ApiRequest request = dialect_->StartExport(order);
  ExportStatus status;
  std::function<Result<void>(const HttpResponse&)> accept = [&](const HttpResponse& response) -> Result<void> {
    TRY_ASSIGN(status, dialect_->ReadExport("", response));
    return {};
  };
  Task<RestOutcome> performed = Perform(std::move(request), std::move(accept), false);
  const RestOutcome outcome = co_await std::move(performed);
  if (!outcome.complete) co_return Fail(outcome.code, outcome.message);
  status.retry_after = outcome.retry_after;
  co_return status;
}

Task<Result<std::optional<ExportStatus>>> AnalyticsClient::Export(std::string id) {
  CO_TRY_ASSIGN(ApiRequest request, dialect_->Export(id));
  std::optional<ExportStatus> status;
  std::function<Result<void>(const HttpResponse&)> accept = [&](const HttpResponse& response) -> Result<void> {
    TRY_ASSIGN(status, dialect_->ReadExport(id, response));
    return {};
  };
  Task<RestOutcome> performed = Perform(std::move(request), std::move(accept), false);
  const RestOutcome outcome = co_await std::move(performed);
  if (outcome.answered && (outcome.status == 404 || outcome.status == 410)) co_return std::optional<ExportStatus>();
  if (!outcome.complete) co_return Fail(outcome.code, outcome.message);
  status->retry_after = outcome.retry_after;
  co_return status;
}

Task<Result<std::optional<std::string>>> AnalyticsClient::ExportContent(std::string id) {
  CO_TRY_ASSIGN(ApiRequest request, dialect_->ExportContent(id));
  for (int hop = 0; hop <= kMostHops; ++hop) {
    const std::string url = base_url_ + request.path;
    std::optional<std::string> content, location;
    std::function<Result<void>(const HttpResponse&)> accept = [&](const HttpResponse& response) -> Result<void> {
      if (IsRedirect(response.status)) {
        const std::string* header = response.header("Location");
        location = header ? RedirectTarget(url, *header) : std::nullopt;
        if (location) return {};
        return Fail(ErrorCode::kUnavailable, "a Location that cannot be followed");
      }
      TRY_ASSIGN(content, dialect_->ReadContent(response));
      return {};
    };
    ApiRequest of_hop = request;
    Task<RestOutcome> performed = Perform(std::move(of_hop), std::move(accept), true);
    const RestOutcome outcome = co_await std::move(performed);
    if (outcome.answered && outcome.status == 409) co_return std::optional<std::string>();
    if (!outcome.complete) co_return Fail(outcome.code, outcome.message);
    if (!location) co_return content;
    if (OriginOf(*location) != OriginOf(base_url_) || !location->starts_with(base_url_ + "/")) {
      Task<Result<std::string>> download = Download(*location, kMostHops - hop);
      CO_TRY_ASSIGN(content, co_await std::move(download));
      co_return content;
    }
    const std::string target = location->substr(base_url_.size());
    const std::size_t query = target.find('?');
    request.path = target.substr(0, query);
    request.query = query == std::string::npos ? "" : target.substr(query + 1);
  }
  co_return Fail(ErrorCode::kUnavailable, "The redirects of the export's content do not end.");
}

Task<Result<std::string>> AnalyticsClient::Download(std::string url, int hops) {
  Retrier retrier = wire_.NewRetrier();
  for (int attempt = 1;; ++attempt) {
    if (OriginOf(url).starts_with("http://") && OriginOf(url) != OriginOf(base_url_)) {
      co_return Fail(ErrorCode::kUnavailable, fmt::format("The content of the export is on another host over http, "
                                                          "unencrypted, and was not fetched: {}.",
                                                          DescribeRequest("GET", url)));
    }
    const bool may_send = co_await wire_.TakeSlot();
    if (!may_send) {
      co_return Fail(ErrorCode::kUnavailable, "The content of the export was not fetched: " + wire_.PauseClause());
    }
    HttpRequest request;
    request.method = "GET";
    request.url = url;
    request.headers.push_back({"Accept", "text/csv"});
    std::string shown(PathOfUrl(url));
    const Exchange exchange = co_await wire_.Send(std::move(request), std::move(shown), attempt);
    const int status = exchange.outcome ? exchange.outcome->status : 0;
    const std::string* location = exchange.outcome ? exchange.outcome->header("Location") : nullptr;
    if (IsRedirect(status) && location != nullptr && hops-- > 0) {
      const auto target = RedirectTarget(url, *location);
      if (target) {
        url = *target;
        continue;
      }
    }
    if (status == 200) {
      Result<std::string> content = dialect_->ReadContent(*exchange.outcome);
      if (content) co_return content;
      co_return Fail(ErrorCode::kUnavailable,
                     fmt::format("{} answered 200 with {}.", DescribeRequest("GET", url), content.error().message));
    }
    const std::string what = exchange.outcome ? fmt::format("{} answered {}", DescribeRequest("GET", url), status)
                                              : fmt::format("{} got no answer ({})", DescribeRequest("GET", url),
                                                            wire_.cleanser().Clean(exchange.outcome.error().message));
    if (status != 0 && ClassifyAnswer(Safety::kRead, status, "").step != NextStep::kRepeat) {
      co_return Fail(status == 404 || status == 410 ? ErrorCode::kNotFound : ErrorCode::kUnavailable, what + ".");
    }
    const std::expected<Duration, std::string> delay = retrier.Next(exchange.retry_after, wire_.loop().clock().Now());
    if (!delay) co_return Fail(ErrorCode::kUnavailable, fmt::format("{}; {}.", what, delay.error()));
    co_await wire_.loop().Sleep(*delay);
  }
}

}  // namespace cxctl
