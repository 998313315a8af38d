#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "apply/world.h"

// What the tenant would dial, worked out from its own objects without any of the program's time arithmetic: everything
// in these worlds is in UTC and in December 2026.

namespace cxctl {

/// The most that a campaign may do at each of some instants.
struct Dialing {
  /// Half hours of an ordinary day, of Christmas, and of a day after the schedules end.
  static constexpr std::size_t kInstants = 3 * 48;
  std::array<std::int64_t, kInstants> calls{};  ///< Calls at a time: of the schedule that allows most.
  std::array<std::int64_t, kInstants> rate{};   ///< Calls started: likewise.
  std::int64_t agents = 0, dial_rate = 0;

  void Raise(const Dialing& other) {
    for (std::size_t i = 0; i < kInstants; ++i) {
      calls[i] = std::max(calls[i], other.calls[i]);
      rate[i] = std::max(rate[i], other.rate[i]);
    }
    agents = std::max(agents, other.agents);
    dial_rate = std::max(dial_rate, other.dial_rate);
  }
  /// "" if it stays within the other, else what does not.
  std::string Exceeds(const Dialing& most) const {
    for (std::size_t i = 0; i < kInstants; ++i) {
      if (calls[i] > 0 && most.calls[i] == 0) return fmt::format("may dial at half hour {}", i);
      if (calls[i] > most.calls[i]) return fmt::format("{} calls at half hour {}, not {}", calls[i], i, most.calls[i]);
      if (rate[i] > most.rate[i]) return fmt::format("rate {} at half hour {}, not {}", rate[i], i, most.rate[i]);
    }
    if (agents > most.agents) return fmt::format("{} agents, not {}", agents, most.agents);
    if (dial_rate > most.dial_rate) return fmt::format("dial rate {}, not {}", dial_rate, most.dial_rate);
    return "";
  }
};

namespace dialing {

inline int MinuteOf(std::string_view time) {
  return (time[0] - '0') * 600 + (time[1] - '0') * 60 + (time[3] - '0') * 10 + (time[4] - '0');
}

/// `2026-12-24T13:30:00Z`; comparable as text.
inline std::string InstantText(std::size_t index) {
  constexpr std::array<const char*, 3> kDays = {"2026-12-02", "2026-12-24", "2026-12-31"};
  const std::size_t half_hour = index % 48;
  return fmt::format("{}T{:02}:{:02}:00Z", kDays[index / 48], half_hour / 2, half_hour % 2 * 30);
}

inline bool Permits(const Value& schedule, const std::string& instant) {
  if (instant < schedule.GetString("startTime") || instant >= schedule.GetString("endTime")) return false;
  if (const Value* blackouts = schedule.Find("blackoutPeriods"); blackouts && blackouts->is_array()) {
    for (const Value& each : blackouts->items()) {
      if (instant >= each.GetString("startTime") && instant < each.GetString("endTime")) return false;
    }
  }
  const int minute = MinuteOf(std::string_view(instant).substr(11));
  for (const Value& window : schedule.Find("regulatoryWindows")->items()) {
    const int start = MinuteOf(window.GetString("startTime"));
    const int end = MinuteOf(window.GetString("endTime"));
    if (!window.Find("enabled")->as_bool()) continue;
    if (start < end ? minute >= start && minute < end : minute >= start || minute < end) return true;
  }
  return false;
}

}  // namespace dialing

/// By campaign id, from the tenant's objects.
inline std::map<std::string, Dialing> DialingNow(World& world) {
  static const std::array<std::string, Dialing::kInstants> kTexts = [] {
    std::array<std::string, Dialing::kInstants> texts;
    for (std::size_t i = 0; i < texts.size(); ++i) texts[i] = dialing::InstantText(i);
    return texts;
  }();
  Arena arena;
  const Value state = Parsed(arena, world.sim->Save());
  std::map<std::string, Dialing> now;
  for (const Value& campaign : state.Find("campaigns")->items()) {
    Dialing& dialing = now[std::string(campaign.GetString("id"))];
    dialing.agents = campaign.Find("maxAgents")->as_int();
    dialing.dial_rate = campaign.Find("dialRate")->as_int();
    if (campaign.GetString("state") != "ACTIVE") continue;
    for (const Value& schedule : state.Find("schedules")->items()) {
      if (schedule.GetString("campaignId") != campaign.GetString("id")) continue;
      const Value& settings = *schedule.Find("dialerSettings");
      for (std::size_t i = 0; i < Dialing::kInstants; ++i) {
        if (!dialing::Permits(schedule, kTexts[i])) continue;
        dialing.calls[i] = std::max(dialing.calls[i], settings.Find("maxConcurrentCalls")->as_int());
        dialing.rate[i] = std::max(dialing.rate[i], settings.Find("callRate")->as_int());
      }
    }
  }
  return now;
}

}  // namespace cxctl
