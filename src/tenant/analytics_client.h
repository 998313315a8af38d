#pragma once

#include <memory>
#include <optional>
#include <string>

#include "tenant/analytics.h"
#include "tenant/analytics_dialect.h"
#include "tenant/rest_client.h"
#include "tenant/token_source.h"

namespace cxctl {

/// The Analytics of a TenantClient: its parts, another dialect. Scopes are asked for when an operation first needs
/// them.
class AnalyticsClient final : public Analytics {
 public:
  /// `base_url`: of the tenant, without a slash at the end. All references must outlive it.
  AnalyticsClient(std::unique_ptr<AnalyticsDialect> dialect, std::string base_url, Wire& wire, TokenSource& tokens,
                  RestClient& rest);

  Task<Result<std::vector<HistoryRow>>> History(HistoryQuery query) override;
  Task<Result<ExportStatus>> StartExport(ExportOrder order) override;
  Task<Result<std::optional<ExportStatus>>> Export(std::string id) override;
  Task<Result<std::optional<std::string>>> ExportContent(std::string id) override;

 private:
  Task<RestOutcome> Perform(ApiRequest request, std::function<Result<void>(const HttpResponse&)> accept,
                            bool takes_redirects);
  /// From another host, without the token.
  Task<Result<std::string>> Download(std::string url, int hops);

  const std::unique_ptr<AnalyticsDialect> dialect_;
  const std::string base_url_;
  Wire& wire_;
  TokenSource& tokens_;
  RestClient& rest_;
};

/// What a redirect from `from` (an absolute URL) to `location` leads to: an absolute URL without a fragment. Nothing
/// for what cannot be followed: no http or https, credentials in it, characters that no URL has. (RFC 9110 section
/// 10.2.2.)
std::optional<std::string> RedirectTarget(const std::string& from, const std::string& location);

/// `https://host:port` of an absolute URL in lower case, the scheme's own port left out.
std::string OriginOf(const std::string& url);

}  // namespace cxctl
