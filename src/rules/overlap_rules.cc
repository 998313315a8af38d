#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "rules/finding.h"
#include "rules/permitted_sweep.h"
#include "rules/rule_groups.h"

namespace cxctl {

namespace {

/// The schedules of one campaign, in path order. Of two that overlap the later one is reported, once, with the first
/// schedule that it meets.
class OverlapCheck {
 public:
  OverlapCheck(const std::vector<const ScheduleFacts*>& schedules, Diagnostics& diagnostics)
      : schedules_(schedules), diagnostics_(diagnostics) {
    for (const ScheduleFacts* schedule : schedules_) members_.push_back({&*schedule->timing, 1});
    is_reported_.resize(schedules_.size());
  }

  void Run() {
    for (const Interval& stretch : StretchesOver(members_, 1)) {
      if (reported_ + 1 == schedules_.size()) return;
      if (MayBeOver(members_, 1, stretch)) Sweep(stretch);
    }
  }

 private:
  void Sweep(Interval stretch) {
    PermittedSweep sweep(members_, stretch);
    std::set<std::size_t> active, unreported;
    while (const auto event = sweep.Next()) {
      const std::size_t member = event->member;
      if (!event->begins) {
        active.erase(member);
        unreported.erase(member);
        continue;
      }
      if (!active.empty() && *active.begin() < member && !is_reported_[member])
        Overlap(member, *active.begin(), *event);
      while (true) {
        const auto later = unreported.upper_bound(member);
        if (later == unreported.end()) break;
        Overlap(*later, member, *event);
        unreported.erase(later);
      }
      if (reported_ + 1 == schedules_.size()) return;
      active.insert(member);
      if (!is_reported_[member]) unreported.insert(member);
    }
  }

  void Overlap(std::size_t later, std::size_t earlier, const PermittedSweep::Event& event) {
    is_reported_[later] = true;
    ++reported_;
    const Document& document = *schedules_[later]->document;
    Report(diagnostics_, "CX208", document, document.name_position(),
           fmt::format("schedule {} overlaps schedule {} of the same campaign {} in permitted time, first at {}",
                       document.name, schedules_[earlier]->document->name, document.spec().GetString("campaign"),
                       FormatUtc(event.at)),
           "move their windows, blackouts, or start and end apart, or make one schedule of them");
  }

  const std::vector<const ScheduleFacts*>& schedules_;
  Diagnostics& diagnostics_;
  std::vector<SweepMember> members_;
  std::vector<bool> is_reported_;
  std::size_t reported_ = 0;
};

}  // namespace

void CheckOverlaps(const RuleInput& input, Diagnostics& diagnostics) {
  std::map<std::string_view, std::vector<const ScheduleFacts*>> by_campaign;
  for (const ScheduleFacts& schedule : input.schedules) {
    if (schedule.timing) by_campaign[schedule.document->spec().GetString("campaign")].push_back(&schedule);
  }
  for (const auto& [campaign, schedules] : by_campaign) {
    if (schedules.size() > 1) OverlapCheck(schedules, diagnostics).Run();
  }
}

}  // namespace cxctl
