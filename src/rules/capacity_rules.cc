#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/strings.h"
#include "rules/finding.h"
#include "rules/permitted_sweep.h"
#include "rules/rule_groups.h"

namespace cxctl {

namespace {

constexpr std::int64_t kMostCalls =
    1'000'000'000'000;  // What counts for more is cut to it: sums stay far from overflow.
constexpr std::size_t kMostNames = 8;
constexpr Duration kDay = std::chrono::days(1);

const Value& Concurrency(const ScheduleFacts& schedule) {
  return *schedule.document->spec().Find("dialerSettings", "maxConcurrentCalls");
}

std::int64_t WeightOf(const Value& calls) {
  return IsOver(calls, Value::Int(kMostCalls)) ? kMostCalls : calls.as_int();
}

bool IsOnActiveCampaign(const ScheduleFacts& schedule) {
  return schedule.campaign && schedule.campaign->spec().GetString("state") == "ACTIVE";
}

void CheckAlone(const ScheduleFacts& schedule, std::optional<std::int64_t> capacity, Diagnostics& diagnostics) {
  const Value& calls = Concurrency(schedule);
  if (capacity && IsOver(calls, Value::Int(*capacity))) {
    Report(
        diagnostics, "CX203", *schedule.document, calls.position(),
        fmt::format("maxConcurrentCalls {} is over the tenant's dialer capacity of {}", NumberText(calls), *capacity),
        "lower it, or ask for more capacity");
  }
  const Value* limit =
      schedule.campaign ? schedule.campaign->spec().Find("carrierLimit", "maxConcurrentCalls") : nullptr;
  if (!limit || !IsOver(calls, *limit)) return;
  Report(diagnostics, "CX203", *schedule.document, calls.position(),
         fmt::format("maxConcurrentCalls {} is over carrierLimit.maxConcurrentCalls {} of {}", NumberText(calls),
                     NumberText(*limit), schedule.campaign->address),
         "lower it, or correct the carrierLimit of the campaign");
}

/// The sum over the schedules that permit calls at one time.
class SumCheck {
 public:
  SumCheck(std::vector<const ScheduleFacts*> schedules, std::int64_t capacity, Diagnostics& diagnostics)
      : schedules_(std::move(schedules)), capacity_(capacity), diagnostics_(diagnostics) {
    // Of schedules that open at the same instant, the one whose range began last is what brings the sum over.
    std::ranges::stable_sort(schedules_, {}, [](const ScheduleFacts* s) { return s->timing->range.start; });
    for (const ScheduleFacts* schedule : schedules_) {
      members_.push_back({&*schedule->timing, WeightOf(Concurrency(*schedule))});
    }
  }

  void Run() {
    std::int64_t total = 0;
    for (const SweepMember& member : members_) total += member.weight;
    if (total <= capacity_) return;
    for (const Interval& stretch : StretchesOver(members_, capacity_)) CheckStretch(stretch);
  }

 private:
  void CheckStretch(Interval stretch) {
    members_here_.clear();
    index_here_.clear();
    for (std::size_t i = 0; i < members_.size(); ++i) {
      const Interval& range = members_[i].timing->range;
      if (!(range.start < stretch.end && stretch.start < range.end)) continue;
      members_here_.push_back(members_[i]);
      index_here_.push_back(i);
    }
    if (MayBeOver(members_here_, capacity_, stretch)) Sweep(stretch);
  }

  /// Stops a day after the first finding: what comes behind it is what daily windows repeat.
  void Sweep(Interval stretch) {
    PermittedSweep sweep(members_here_, stretch);
    std::set<std::size_t> active;
    std::int64_t sum = 0;
    std::optional<Instant> until;
    while (const auto event = sweep.Next()) {
      if (until && event->at >= *until) return;
      const std::size_t schedule = index_here_[event->member];
      if (!event->begins) {
        active.erase(schedule);
        sum -= members_[schedule].weight;
        continue;
      }
      const bool was_over = IsSumOver(sum, active);
      active.insert(schedule);
      sum += members_[schedule].weight;
      if (was_over || !IsSumOver(sum, active)) continue;
      if (!until) until = event->at + kDay;
      ReportSum(schedule, active, sum, event->at);
    }
  }

  /// One schedule that is over by itself has been reported as such.
  bool IsSumOver(std::int64_t sum, const std::set<std::size_t>& active) const {
    return sum > capacity_ && active.size() > 1;
  }

  void ReportSum(std::size_t culprit, const std::set<std::size_t>& active, std::int64_t sum, Instant at) {
    if (!culprits_.insert(culprit).second || !reported_.insert(active).second) return;
    const ScheduleFacts& schedule = *schedules_[culprit];
    ReportWarning(diagnostics_, "CX203", *schedule.document, Concurrency(schedule).position(),
                  fmt::format("maxConcurrentCalls {} brings the sum over the schedules active at {} to {}, over the "
                              "tenant's dialer capacity of {}: {}",
                              NumberText(Concurrency(schedule)), FormatUtc(at), sum, capacity_, NamesOf(active)),
                  "lower one of them, move their windows apart, or ask for more capacity");
  }

  std::string NamesOf(const std::set<std::size_t>& active) const {
    std::vector<std::string> names;
    for (const std::size_t each : active) {
      if (names.size() == kMostNames) break;
      names.push_back(fmt::format("{} ({})", schedules_[each]->document->name, members_[each].weight));
    }
    std::string text = Join(names, ", ");
    if (active.size() > names.size()) text += fmt::format(" and {} more", active.size() - names.size());
    return text;
  }

  std::vector<const ScheduleFacts*> schedules_;  ///< By start.
  std::vector<SweepMember> members_;             ///< Of each schedule.
  std::int64_t capacity_;
  Diagnostics& diagnostics_;
  std::vector<SweepMember> members_here_;
  std::vector<std::size_t> index_here_;  ///< Of members_here_ in schedules_.
  std::set<std::size_t> culprits_;
  std::set<std::set<std::size_t>> reported_;
};

}  // namespace

void CheckConcurrency(const RuleInput& input, Diagnostics& diagnostics) {
  for (const ScheduleFacts& schedule : input.schedules) CheckAlone(schedule, input.capacity, diagnostics);
  if (!input.capacity) return;
  std::vector<const ScheduleFacts*> counted;
  for (const ScheduleFacts& schedule : input.schedules) {
    if (schedule.timing && IsOnActiveCampaign(schedule)) counted.push_back(&schedule);
  }
  SumCheck(std::move(counted), *input.capacity, diagnostics).Run();
}

}  // namespace cxctl
