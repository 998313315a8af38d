#include "picture/window_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "picture/picture.h"

namespace cxctl {

namespace {

constexpr std::size_t kTimeWidth = 22;  // "2026-11-20 12:00 EST" and a gap

Value InstantOrNull(Arena& arena, const std::optional<Instant>& instant) {
  return instant ? MakeString(arena, FormatUtc(*instant)) : Value::Null();
}

std::string NextChange(const WindowRow& row, Instant now) {
  const std::string_view what = row.status.is_open ? "closes" : "opens";
  if (!row.status.until) return fmt::format("never {} in the next 30 years", what);
  return fmt::format("{} {}", what, DistanceText(*row.status.until - now));
}

}  // namespace

std::string DrawWindowTable(std::span<const WindowRow> rows, Instant now, bool color) {
  std::size_t width = 0;
  for (const WindowRow& row : rows) width = std::max(width, CountCodePoints(row.name));
  std::string out = fmt::format("It is {}.\n\n{:<{}}  may now  {:<{}}{:<{}}next change\n", FormatUtc(now), "", width,
                                "since", kTimeWidth, "until", kTimeWidth);
  for (const WindowRow& row : rows) {
    const std::string_view may = row.status.is_open ? "yes" : "no";
    out += row.name + std::string(width + 2 - CountCodePoints(row.name), ' ');
    out += color ? fmt::format("\x1b[{}m{}\x1b[0m", row.status.is_open ? "32" : "31", may) : std::string(may);
    out += std::string(9 - may.size(), ' ');
    if (!row.always.empty()) {
      out += fmt::format("always: {}\n", row.always);
      continue;
    }
    const auto time = [&](const std::optional<Instant>& instant, std::string_view otherwise) {
      return fmt::format("{:<{}}", instant ? MomentText(row.zone, *instant) : std::string(otherwise), kTimeWidth);
    };
    out += time(row.status.since, "over a year") + time(row.status.until, "-") + NextChange(row, now) + "\n";
  }
  return out;
}

ObjectBuilder& SetWindow(Arena& arena, ObjectBuilder& json, const WindowRow& row) {
  return json.Set("mayNow", row.status.is_open)
      .Set("always", !row.always.empty())
      .Set("since", InstantOrNull(arena, row.status.since))
      .Set("until", InstantOrNull(arena, row.status.until))
      .Set("zone", row.zone.name());
}

}  // namespace cxctl
