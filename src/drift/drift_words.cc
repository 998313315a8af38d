#include "drift/drift_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr std::size_t kMostItems = 4;

bool HasObjects(const Value& list) {
  return list.is_array() && !list.items().empty() &&
         std::ranges::all_of(list.items(), [](const Value& item) { return item.is_object(); });
}

std::string MomentOf(std::string_view text, const Zone& zone) {
  const auto time = ParseDateTime(text);
  return time ? LocalText(time->instant, zone) : std::string(text);
}

/// A window, a blackout, or the item's JSON.
std::string ItemText(const std::string& path, const Value& item, const Zone& zone) {
  const std::string_view start = item.GetString("startTime"), end = item.GetString("endTime");
  if (path == "/regulatoryWindows" && !start.empty() && !end.empty()) {
    const Value* enabled = item.Find("enabled");
    return fmt::format("{}-{} {}{}", start, end, item.GetString("timeZone"),
                       enabled && enabled->is_bool() && !enabled->as_bool() ? " (switched off)" : "");
  }
  if (path == "/blackoutPeriods" && !start.empty() && !end.empty()) {
    const std::string_view reason = item.GetString("reason");
    return fmt::format("{} to {}{}", MomentOf(start, zone), MomentOf(end, zone),
                       reason.empty() ? "" : fmt::format(" ({})", reason));
  }
  return ToJson(item);
}

bool Holds(const Value& list, const Value& item) {
  return std::ranges::find(list.items(), item) != list.items().end();
}

/// The items of one side that the others do not all have.
std::string SideText(const std::string& path, const Value& side, const std::array<const Value*, 3>& sides,
                     const Zone& zone) {
  if (!side.is_array()) return side.is_null() ? "nothing" : ToJson(side);
  std::vector<std::string> own;
  std::size_t alike = 0;
  for (const Value& item : side.items()) {
    const bool all = std::ranges::all_of(sides, [&](const Value* each) { return Holds(*each, item); });
    if (all) ++alike;
    if (!all) own.push_back(ItemText(path, item, zone));
  }
  const std::size_t more = own.size() - std::min(own.size(), kMostItems);
  own.resize(own.size() - more);
  std::string text = own.empty() ? "none" : Join(own, ", ");
  if (more > 0) text += fmt::format(" and {} more", more);
  return alike > 0 ? fmt::format("{} (beside {} that all have)", text, alike) : text;
}

}  // namespace

bool IsListOfObjects(const DriftField& field) {
  return HasObjects(field.last_applied) || HasObjects(field.manifest) || HasObjects(field.live);
}

std::vector<std::string> WordsOf(const DriftField& field, const std::string& time_zone) {
  const std::array<const Value*, 3> sides = {&field.last_applied, &field.manifest, &field.live};
  std::vector<std::string> words;
  const Zone zone = Zone::Load(time_zone).value_or(Zone::Utc());
  for (const Value* side : sides)
    words.push_back(IsListOfObjects(field) ? SideText(field.path, *side, sides, zone) : ToJson(*side));
  return words;
}

std::string CallingTimeText(const DriftItem& item) {
  if (!item.live_time) return "";
  std::vector<std::string> parts;
  // Told by the plan as what apply would add: that is what live lacks.
  if (!item.live_time->removes.empty()) parts.push_back("live adds " + item.live_time->removes);
  if (!item.live_time->adds.empty()) parts.push_back("live lacks " + item.live_time->adds);
  if (parts.empty()) return "";
  return fmt::format("{} ({})", Join(parts, "; "), item.live_time->zone);
}

}  // namespace cxctl
