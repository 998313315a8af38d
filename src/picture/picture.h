#pragma once

#include <optional>
#include <string>
#include <vector>

#include "calendar/explained_time.h"
#include "time/open_status.h"

// A week or a month of calling time, ready to be drawn. The drawings are text_picture.h, json_picture.h, svg_picture.h
// and html_picture.h: data in, text out.

namespace cxctl {

/// The clock of the zone is put forward or back.
struct ClockChange {
  Instant at;
  int from_offset_seconds = 0, to_offset_seconds = 0;
};

/// A local day, from its first to its last instant.
struct PictureDay {
  Date date;
  Interval interval;
  ExplainedTime stretches;
  std::optional<ClockChange> clock_change;
  /// By the plan that is shown; empty where none is.
  IntervalSet added, removed;

  Duration Total(CallingKind kind) const { return TimeOf(stretches, kind).TotalLength(); }
};

/// What a saved plan does to the schedule.
struct PictureChange {
  std::string plan_id;
  std::string action;  ///< "create", "update", "delete"
  IntervalSet added, removed;
};

/// What a rule finds fault with in the documents that the picture is made from.
struct PictureFinding {
  std::string rule;  ///< "CX206"
  std::string address;
  std::string message;
};

struct Picture {
  std::string address;
  bool is_month = false;  ///< Else a week, Monday first.
  Zone zone = Zone::Utc();
  Instant now;
  OpenStatus status;  ///< At `now`.
  std::vector<PictureDay> days;
  std::optional<PictureChange> change;
  std::vector<PictureFinding> findings;

  Interval range() const { return {days.front().interval.start, days.back().interval.end}; }
  Duration Total(CallingKind kind) const;
  /// The day that `now` lies in, or null.
  const PictureDay* Today() const;
};

/// Which days are shown: a local week, Monday first, or a month.
struct PictureSpan {
  Date first;
  int days = 7;
  bool is_month = false;

  static PictureSpan WeekOf(Date day);
  static PictureSpan MonthOf(int year, int month);
  Interval RangeIn(const Zone& zone) const;
};

struct PictureInput {
  std::string address;
  PictureSpan span;
  Zone zone = Zone::Utc();
  Instant now;
  OpenStatus status;
  ExplainedTime explained;  ///< Of span.RangeIn(zone).
  std::optional<PictureChange> change;
  std::vector<PictureFinding> findings;
};

/// REQUIRES: days in the years 1 to 2299.
Picture MakePicture(PictureInput input);

/// A stretch within which the clock runs steadily, by what the clock shows: an interval of a day, cut where the clock
/// changes. Seconds are counted from midnight; `end` is behind the last, at most 86400.
struct ClockSpan {
  int start = 0, end = 0;
};
std::vector<ClockSpan> ClockSpans(const Picture& picture, const PictureDay& day, Interval interval);

/// The seconds after midnight at which the clock is about to be changed.
int SecondOf(const Picture& picture, const ClockChange& change);

/// What a law says in the picture.
struct PictureLaw {
  std::string name;                  ///< `us-fl, Fla. Stat. 501.616(6)`
  std::string source;                ///< Where that was read.
  std::vector<std::string> reasons;  ///< Each once, in order of time.
};
/// The laws that take time away, each once, in order of time.
std::vector<PictureLaw> LawsOf(const Picture& picture);

// Words that the drawings share.

/// `2 h 30 min`, `45 min`, `0 h`; seconds only where there are some.
std::string LengthText(Duration length);
/// `in 2 days 16 h`, `in 3 h 45 min`, `in less than a minute`
std::string DistanceText(Duration distance);
/// What the clock shows: `09:00`, `24:00` for the end of the day, `09:00:30`; with the zone's abbreviation where the
/// reading comes twice: `01:30 EDT`.
std::string ClockText(const Picture& picture, const PictureDay& day, Instant instant);
/// `09:00-20:00`
std::string SpanText(const Picture& picture, const PictureDay& day, Interval interval);
/// `2026-11-23 09:00 EST`
std::string MomentText(const Zone& zone, Instant instant);
/// `Breaks CX206 (CallingCalendar/south): …`
std::string FindingText(const PictureFinding& finding);
/// When it is, to the minute: `2026-11-23 09:00 EST`
std::string NowText(const Picture& picture);
/// RFC 3339 with the zone's offset: `2026-11-23T09:00:00-05:00`
std::string LocalTimeText(const Zone& zone, Instant instant);
/// `clocks go back 1 h at 02:00 EDT`
std::string ClockChangeText(const Picture& picture, const ClockChange& change);
/// `Week from Mon 2026-11-23 to Sun 2026-11-29`, `November 2026`
std::string SpanTitle(const Picture& picture);
/// `Permitted now; next forbidden 2026-11-23 20:00 EST, in 3 h 45 min.`
std::string StatusText(const Picture& picture);
/// `us-fl, Fla. Stat. 501.616(6)`
std::string LawName(const CallingCause& cause);
/// REQUIRES: there is a change. `adds 10 h and removes 2 h; 5 h and 0 h of it in this week.`, and where to look if
/// nothing of it is here.
std::string ChangeText(const Picture& picture);
std::string_view ShortWeekday(Date date);  ///< `Mon`
std::string_view ShortMonth(int month);    ///< `Nov`
std::string_view LongWeekday(Date date);   ///< `Monday`
std::string_view LongMonth(int month);     ///< `November`

}  // namespace cxctl
