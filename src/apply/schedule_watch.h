#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "plan/plan.h"
#include "plan/snapshot.h"

namespace cxctl {

/// What the schedules of the campaigns should be while a run goes on: as the plan saw them, but for what this run
/// wrote. A campaign is only activated while they are.
class ScheduleWatch {
 public:
  /// Both outlive the watch.
  ScheduleWatch(Arena& arena, const std::vector<Change>& changes, const LiveState& planned)
      : arena_(arena), changes_(changes), planned_(planned) {}

  /// A change of this run succeeded; `written` is what the tenant answered. What somebody else changed meanwhile is not
  /// made ours by that.
  void Note(const Change& change, const std::optional<LiveObject>& written);

  /// Whether the campaign has exactly the schedules that it should have. A change of this run that is under way may or
  /// may not show already.
  bool IsAsExpected(const std::string& campaign, const std::vector<LiveObject>& listed) const;

 private:
  std::map<std::string, Value> Expected(const std::string& campaign) const;
  bool IsOwnWrite(const std::string& id, const Value& before, const Value& found) const;
  Value Canonical(const Value& content) const;

  Arena& arena_;
  const std::vector<Change>& changes_;
  const LiveState& planned_;
  /// By campaign and schedule: what this run made of it, nothing where it removed it.
  std::map<std::string, std::map<std::string, std::optional<Value>>> written_;
};

}  // namespace cxctl
