#include "picture/window_table.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "picture/picture.h"
#include "picture/table_text.h"

namespace cxctl {

namespace {

constexpr std::size_t kTimeWidth = 20;  // "2026-11-20 12:00 EST"

Value InstantOrNull(Arena& arena, const std::optional<Instant>& instant) {
  return instant ? MakeString(arena, FormatUtc(*instant)) : Value::Null();
}

std::string NextChange(const WindowRow& row, Instant now) {
  const std::string_view what = row.status.is_open ? "closes" : "opens";
  if (!row.status.until) return fmt::format("never {} in the next 30 years", what);
  return fmt::format("{} {}", what, DistanceText(*row.status.until - now));
}

}  // namespace

std::string DrawWindowTable(std::span<const WindowRow> rows, Instant now, std::size_t width, bool color) {
  std::vector<std::vector<Cell>> lines = {{{""},
                                           {"may now"},
                                           {fmt::format("{:<{}}", "since", kTimeWidth)},
                                           {fmt::format("{:<{}}", "until", kTimeWidth)},
                                           {"next change"}}};
  const auto time = [](const WindowRow& row, const std::optional<Instant>& instant, std::string_view otherwise) {
    return Cell{fmt::format("{:<{}}", instant ? MomentText(row.zone, *instant) : std::string(otherwise), kTimeWidth)};
  };
  for (const WindowRow& row : rows) {
    std::vector<Cell>& line = lines.emplace_back();
    line.push_back({row.name});
    line.push_back(row.status.is_open ? Cell{"yes", "32"} : Cell{"no", "31"});
    if (!row.always.empty()) {
      line.push_back({fmt::format("always: {}", row.always)});
      continue;
    }
    line.push_back(time(row, row.status.since, "over a year"));
    line.push_back(time(row, row.status.until, "-"));
    line.push_back({NextChange(row, now)});
  }
  static const std::vector<Column> kColumns = {
      {Fit::kAddress}, {Fit::kWhole}, {Fit::kNice}, {Fit::kNice}, {Fit::kText}};
  return fmt::format("It is {}.\n\n{}", FormatUtc(now), TableText(lines, kColumns, width, color));
}

ObjectBuilder& SetWindow(Arena& arena, ObjectBuilder& json, const WindowRow& row) {
  return json.Set("mayNow", row.status.is_open)
      .Set("always", !row.always.empty())
      .Set("since", InstantOrNull(arena, row.status.since))
      .Set("until", InstantOrNull(arena, row.status.until))
      .Set("zone", row.zone.name());
}

}  // namespace cxctl
