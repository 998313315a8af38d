#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "time/instant.h"

namespace cxctl::sim {

/// The id in `campaignId = '<id>'`; nothing for anything else.
std::optional<std::string> ParseWhere(std::string_view text);

/// `campaign.id eq "<id>"`, optionally `and schedule.id eq "<id>"`.
struct HistoryFilter {
  std::string campaign_id;
  std::optional<std::string> schedule_id;
};
std::optional<HistoryFilter> ParseHistoryFilter(std::string_view text);

/// An ISO 8601 duration of weeks, days, hours, minutes and seconds: `PT30S`, `P1DT12H`. Nothing for anything else:
/// months and years have no fixed length.
std::optional<Duration> ParseIsoDuration(std::string_view text);

}  // namespace cxctl::sim
