#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/http.h"
#include "tenant/analytics.h"
#include "tenant/dialect.h"

namespace cxctl {

struct HistoryPage {
  std::vector<HistoryRow> rows;
  std::string next;  ///< The token of the next page, "" on the last one.
};

/// How an API says what Analytics does: requests, and what their answers mean. Pure.
///
/// Requests fail with kInvalid where an id cannot be one. Answers fail with a message that goes on after "answered 200
/// with ".
class AnalyticsDialect {
 public:
  virtual ~AnalyticsDialect() = default;

  /// `page` is the token of the page, "" for the first.
  virtual Result<ApiRequest> History(const HistoryQuery& query, const std::string& page) const = 0;
  virtual ApiRequest StartExport(const ExportOrder& order) const = 0;
  virtual Result<ApiRequest> Export(const std::string& id) const = 0;
  virtual Result<ApiRequest> ExportContent(const std::string& id) const = 0;

  virtual Result<HistoryPage> ReadHistory(const HttpResponse& response) const = 0;
  /// `id`: of the export that was asked for, "" for a new one.
  virtual Result<ExportStatus> ReadExport(const std::string& id, const HttpResponse& response) const = 0;
  virtual Result<std::string> ReadContent(const HttpResponse& response) const = 0;
};

/// tenant-api.v2.yaml
std::unique_ptr<AnalyticsDialect> MakeAnalyticsDialectV2();

}  // namespace cxctl
