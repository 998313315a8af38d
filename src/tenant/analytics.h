#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "async/task.h"
#include "base/result.h"
#include "time/instant.h"

namespace cxctl {

/// Contacts of one disposition (`ANSWERED`, `NO_ANSWER`, `BUSY`, `MACHINE`, `ABANDONED`, `FAILED`) in the hour that
/// begins at `start`.
struct HistoryRow {
  Instant start;
  std::string disposition;
  std::int64_t count = 0;
};

struct HistoryQuery {
  std::string campaign_id;
  std::string schedule_id;  ///< "": of the whole campaign.
  Instant from, to;
};

/// An export of the metadata of schedules, as it is asked for.
struct ExportOrder {
  std::string name;
  std::vector<std::string> columns;
  std::string filter;
  std::string idempotency_key;
};

struct ExportStatus {
  std::string id;
  std::string state;                    ///< "queued", "running", "completed", "failed"
  std::optional<std::int64_t> rows;     ///< Where the tenant says so.
  std::optional<Duration> retry_after;  ///< How long it asks to wait before the next look.
};

/// What a tenant tells of the past, and what it writes into files. Implemented by the same client as Provider, under
/// the same token, rate, concurrency and retry policy.
class Analytics {
 public:
  virtual ~Analytics() = default;

  /// By hour and disposition, all pages, in order of time. A row that is seen twice, because contacts were added
  /// between two pages, is there once, as it was seen last.
  virtual Task<Result<std::vector<HistoryRow>>> History(HistoryQuery query) = 0;

  /// Starts an export. May be repeated with the same key.
  virtual Task<Result<ExportStatus>> StartExport(ExportOrder order) = 0;
  /// Nothing if it is not there (any more).
  virtual Task<Result<std::optional<ExportStatus>>> Export(std::string id) = 0;
  /// The CSV, byte for byte; nothing while it is not completed. kNotFound if it is gone. A redirect is followed: within
  /// the tenant's own origin as any request, to another host over https without the token.
  virtual Task<Result<std::optional<std::string>>> ExportContent(std::string id) = 0;
};

}  // namespace cxctl
