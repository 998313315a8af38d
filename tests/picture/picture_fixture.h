#pragma once

#include <string>
#include <utility>
#include <vector>

#include "picture/picture.h"

namespace cxctl {

inline Instant At(const char* time) {
  return ParseDateTime(time)->instant;
}

inline CallingCause BlackoutFor(std::string reason) {
  return {CallingKind::kBlackout, std::move(reason), "", "", ""};
}

inline CallingCause FloridaLaw() {
  return {CallingKind::kLaw, "Florida: calls 08:00-20:00 only", "us-fl", "Fla. Stat. 501.616(6)", "flsenate.gov"};
}

/// Draws stretches into a span of days; what none covers is closed.
class PictureMaker {
 public:
  explicit PictureMaker(PictureSpan span, const char* zone = "America/New_York") {
    input_.address = "CallingCalendar/south";
    input_.span = span;
    input_.zone = *Zone::Load(zone);
    input_.now = At("2026-11-24T15:15:13Z");
    input_.status = {true, std::nullopt, At("2026-11-24T17:00:00Z")};
  }

  /// Stretches are given in order of time.
  PictureMaker& Add(const char* start, const char* end, CallingCause cause = {}) {
    stretches_.push_back({{At(start), At(end)}, std::move(cause)});
    return *this;
  }
  PictureMaker& SetAddress(std::string address) {
    input_.address = std::move(address);
    return *this;
  }
  PictureMaker& SetNow(const char* now) {
    input_.now = At(now);
    return *this;
  }
  PictureMaker& SetStatus(OpenStatus status) {
    input_.status = status;
    return *this;
  }
  PictureMaker& SetChange(PictureChange change) {
    input_.change = std::move(change);
    return *this;
  }

  PictureMaker& AddFinding(PictureFinding finding) {
    input_.findings.push_back(std::move(finding));
    return *this;
  }

  Picture Make() {
    const Interval range = input_.span.RangeIn(input_.zone);
    const CallingCause closed{CallingKind::kClosed, "outside the windows", "", "", ""};
    Instant from = range.start;
    for (const CallingStretch& each : stretches_) {
      if (from < each.interval.start) input_.explained.push_back({{from, each.interval.start}, closed});
      input_.explained.push_back(each);
      from = each.interval.end;
    }
    if (from < range.end) input_.explained.push_back({{from, range.end}, closed});
    return MakePicture(std::move(input_));
  }

 private:
  PictureInput input_;
  std::vector<CallingStretch> stretches_;
};

/// A week with a bit of everything: Monday permitted and cut by a law, Tuesday with a blackout.
inline Picture ThanksgivingWeek(const std::string& reason = "drill") {
  return PictureMaker(PictureSpan::WeekOf({2026, 11, 24}))
      .Add("2026-11-23T14:00:00Z", "2026-11-24T01:00:00Z")
      .Add("2026-11-24T01:00:00Z", "2026-11-24T02:00:00Z", FloridaLaw())
      .Add("2026-11-24T14:00:00Z", "2026-11-24T17:00:00Z")
      .Add("2026-11-24T17:00:00Z", "2026-11-24T19:30:00Z", BlackoutFor(reason))
      .Add("2026-11-24T19:30:00Z", "2026-11-25T01:00:00Z")
      .Make();
}

}  // namespace cxctl
