#pragma once

#include <array>

#include "apply/manifests.h"

// Manifests that are decided by dice, for the tenant of three campaigns.

namespace cxctl {

class RandomManifests {
 public:
  explicit RandomManifests(std::uint64_t seed) : dice_(seed) {}

  /// Replaces everything that an earlier tree had.
  void Write(World& world) {
    std::erase_if(world.files.files,
                  [](const auto& file) { return file.first.starts_with("m/") && file.first != "m/nothing.yaml"; });
    constexpr std::array<std::pair<const char*, const char*>, 3> kCampaigns = {
        std::pair("east", kEast), {"west", kWest}, {"north", kNorth}};
    for (const auto& [name, id] : kCampaigns) {
      WriteCampaign(world, name, id, CampaignMembers());
      for (const char* slot : {"a", "b", "c"}) {
        if (Below(4) > 0) WriteOneSchedule(world, name, slot);
      }
    }
    WriteCodes(world, "sales", "SALES", Below(2) == 0 ? "removal: delete" : "removal: deactivate", Codes());
  }

 private:
  std::uint64_t Below(std::uint64_t limit) { return dice_.Next() % limit; }
  std::string OneOf(std::initializer_list<const char*> choices) {
    return *(choices.begin() + static_cast<std::ptrdiff_t>(Below(choices.size())));
  }

  std::string CampaignMembers() {
    const std::string state = OneOf({"ACTIVE", "PAUSED", "INACTIVE"});
    std::string members = fmt::format("state: {}, maxAgents: {}", state, 5 + Below(20));
    if (Below(2) == 0) members += fmt::format(", dialRate: {}", 10 + Below(40));
    if (state == "PAUSED" && Below(2) == 0) members += ", pauseReason: " + OneOf({"SCHEDULED", "AGENT_CAPACITY"});
    if (Below(3) == 0) members += ", dialingMode: " + OneOf({"PREVIEW", "PREDICTIVE"});
    return members;
  }

  void WriteOneSchedule(World& world, const std::string& campaign, const std::string& slot) {
    ScheduleText text;
    text.campaign = campaign;
    text.from = OneOf({"08:00", "09:00", "10:00", "13:00", "22:00"});
    text.to = OneOf({"11:00", "14:00", "17:00", "20:00", "02:00"});
    text.call_rate = fmt::format("{}", 1 + Below(15));
    text.concurrent = fmt::format("{}", 10 * (1 + Below(6)));
    // Always managed: a schedule that somebody deletes is made again with all that restricts it.
    text.blackouts = Below(3) == 0 ? kNewYear : "[]";
    if (Below(4) == 0) text.live_name = campaign + ' ' + slot;
    if (Below(4) == 0) text.description = OneOf({"Mornings", "Afternoons"});
    WriteSchedule(world, campaign + '-' + slot, text);
  }

  std::string Codes() {
    std::string codes;
    for (const char* root : {"AA", "BB", "CC"}) {
      if (Below(4) == 0) continue;
      std::string children;
      for (const char* child : {"1", "2"}) {
        if (Below(3) == 0) continue;
        children += fmt::format("{}{{code: {}{}, name: {} {}, type: {}}}", children.empty() ? "" : ", ", root, child,
                                OneOf({"One", "Two"}), child, OneOf({"SUCCESS", "FAILURE"}));
      }
      codes += fmt::format("{}{{code: {}, name: {}, type: NEUTRAL{}}}", codes.empty() ? "" : ", ", root,
                           OneOf({"First", "Second"}), children.empty() ? "" : ", children: [" + children + "]");
    }
    return '[' + codes + ']';
  }

  SeededRandom dice_;
};

}  // namespace cxctl
