#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "agent/throttle_controller.h"
#include "calendar/schedule_timing.h"
#include "time/open_status.h"
#include "value/json.h"

// How a pause ends: the second half of ThrottleController.

namespace cxctl {

namespace {

/// When calls are permitted by the live schedules and the deployed calendar.
class PermittedByTenant {
 public:
  /// A schedule that cannot be read permits nothing.
  PermittedByTenant(const std::vector<std::string>& schedules, const CallingCalendar* calendar)
      : any_(!schedules.empty()), calendar_(calendar) {
    for (const std::string& text : schedules) {
      Arena arena;
      const auto value = ParseJson(arena, text);
      if (auto timing = value ? ReadScheduleTiming(*value) : std::nullopt) timings_.push_back(*std::move(timing));
    }
  }

  IntervalSet Within(Interval range) const {
    IntervalSet permitted = any_ ? IntervalSet() : IntervalSet({range});
    for (const ScheduleTiming& timing : timings_) {
      const Interval common{std::max(range.start, timing.range.start), std::min(range.end, timing.range.end)};
      if (!common.empty()) permitted = Union(permitted, PermittedTime(timing.windows, timing.blackouts, common));
    }
    return calendar_ ? Intersection(permitted, calendar_->Permitted(range)) : permitted;
  }

 private:
  bool any_;
  const CallingCalendar* calendar_;
  std::vector<ScheduleTiming> timings_;
};

}  // namespace

/// `closed`: whether it is outside of permitted time now. The value: until when, where that is known.
Task<Result<std::optional<Instant>>> ThrottleController::ClosedUntil(const Round& round, bool& closed) {
  std::string id = round.campaign.id;
  const Result<std::vector<std::string>> schedules = co_await context_.campaigns.Schedules(std::move(id));
  if (!schedules) co_return std::unexpected(schedules.error());
  const PermittedByTenant permitted(*schedules, round.policy->calendar.get());
  const OpenStatus status = StatusAt([&](Interval range) { return permitted.Within(range); }, context_.now());
  closed = !status.is_open;
  co_return closed ? status.until : std::nullopt;
}

Task<StepOutcome> ThrottleController::KeepHold(Round& round) {
  state_ = "holding";
  if (context_.now() < hold_->resume_at) {
    reason_ = fmt::format("paused by {} until {}", hold_->trigger, FormatUtc(hold_->resume_at));
    co_return StepOutcome::kDone;
  }
  StepOutcome outcome = StepOutcome::kDone;
  if (round.campaign.compliance_hold) {
    outcome = co_await TellBlocked(round, "the campaign is under a compliance hold");
    co_return outcome;
  }
  bool closed = false;
  const Result<std::optional<Instant>> until = co_await ClosedUntil(round, closed);
  if (!until) {
    outcome = co_await TellBlocked(round, "its schedules cannot be read: " + until.error().message);
    co_return outcome;
  }
  if (closed) {
    std::string why = *until ? fmt::format("outside of permitted time, which begins at {}", FormatUtc(**until))
                             : std::string("outside of permitted time, and there is none to come");
    outcome = co_await TellBlocked(round, std::move(why));
    co_return outcome;
  }
  outcome = co_await Resume(round);
  co_return outcome;
}

/// Once for each reason.
Task<StepOutcome> ThrottleController::TellBlocked(Round& round, std::string why) {
  reason_ = "not resumed: " + why;
  if (hold_->blocked == why) co_return StepOutcome::kDone;
  hold_->blocked = why;
  context_.log.Warning("campaign not resumed", {{"policy", name_}, {"reason", why}});
  Event event = MakeEvent("campaign.resume_blocked", BlockedData(round.campaign, name_, *hold_));
  const StepOutcome outcome = co_await Save(round, std::nullopt, std::move(event));
  co_return outcome;
}

Task<StepOutcome> ThrottleController::Resume(Round& round) {
  const ThrottleHold hold = *hold_;
  StepOutcome kept = StepOutcome::kDone;
  const std::optional<SentWrite> sent = co_await Send(round, false, hold, kept);
  if (!sent) co_return kept;
  if (!sent->is_known()) {
    reason_ = "whether the campaign is resumed is not known yet: " + sent->result.message;
    co_return StepOutcome::kFailed;  // the next step looks
  }
  std::optional<Event> event;
  if (sent->done()) {
    event = MakeEvent("campaign.resumed", ResumedData(round.campaign, name_, hold, context_.now()));
    hold_.reset();
    resumed_at_ = context_.now();
    state_ = "watching";
    reason_ = "resumed";
    context_.metrics.Count("cxctl_throttle_resumes_total", {{"policy", name_}});
    context_.log.Info("campaign resumed", {{"policy", name_}});
  } else {
    reason_ = "the campaign could not be resumed: " + sent->result.message;
    context_.log.Error("campaign not resumed", {{"policy", name_}, {"error", sent->result.message}});
  }
  const StepOutcome outcome = co_await Finish(round, *sent, std::move(event));
  co_return outcome;
}

}  // namespace cxctl
