#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "cli/command.h"
#include "cli/live_schedules.h"
#include "cli/pager.h"
#include "cli/session.h"
#include "picture/html_picture.h"
#include "picture/json_picture.h"
#include "picture/picture.h"
#include "picture/svg_picture.h"
#include "picture/text_picture.h"
#include "plan/plan_document.h"
#include "rules/calling_time.h"
#include "value/json.h"

// schedule show: from the manifests, or from a saved plan; the tenant is not asked.

namespace cxctl {

namespace {

constexpr std::size_t kLargestPlan = 1u << 30;
constexpr std::string_view kShownKinds[] = {"CallingCalendar", "CampaignSchedule", "Campaign"};
constexpr int kFirstYear = 1970, kLastYear = 2299;  // What comes later is not known of all zones.

/// What is to be shown.
struct Subject {
  std::string address;
  CallingTime time;
  std::optional<PictureChange> change;
  bool is_deleted = false;  ///< By the plan: `time` is as it was.

  IntervalSet Permitted(Interval range) const { return is_deleted ? IntervalSet() : time.Permitted(range); }
  ExplainedTime Explain(Interval range) const {
    return is_deleted ? ExplainAs({CallingKind::kClosed, "deleted by the plan", "", "", ""}, range)
                      : time.Explain(range);
  }
};

std::string_view NameIn(std::string_view address) {
  return address.substr(address.find('/') + 1);
}

/// The nearest address; the nearest by its name where the word is a bare name.
Error NoSuchAddress(std::string_view word, std::span<const std::string_view> addresses, std::string_view where) {
  const bool is_bare = word.find('/') == std::string_view::npos;
  std::vector<std::string_view> candidates;
  for (const std::string_view address : addresses) candidates.push_back(is_bare ? NameIn(address) : address);
  std::string hint;
  if (const std::string_view near = NearestWord(word, candidates); !near.empty()) {
    const auto index = std::ranges::find(candidates, near) - candidates.begin();
    hint = fmt::format(": did you mean {}?", addresses[static_cast<std::size_t>(index)]);
  }
  return {ErrorCode::kUsage, fmt::format("{} {}{}", where, EscapeControls(word), hint)};
}

/// The address that a word names: itself, or the only one with that name.
Result<std::string_view> ResolveAddress(std::string_view word, std::span<const std::string_view> addresses,
                                        std::string_view where) {
  if (const auto whole = std::ranges::find(addresses, word); whole != addresses.end()) return *whole;
  std::vector<std::string> found;
  for (const std::string_view address : addresses) {
    if (NameIn(address) == word) found.emplace_back(address);
  }
  if (found.empty()) return std::unexpected(NoSuchAddress(word, addresses, where));
  if (found.size() > 1) {
    return Fail(ErrorCode::kUsage,
                fmt::format("{} could be any of these: {}; name one of them", EscapeControls(word), Join(found, ", ")));
  }
  return *std::ranges::find(addresses, word, NameIn);
}

Result<Subject> SubjectInManifests(const ManifestSet& set, std::string_view word) {
  const std::string_view kind = word.substr(0, word.find('/'));
  if (word.find('/') != std::string_view::npos && std::ranges::find(kShownKinds, kind) == std::end(kShownKinds)) {
    const std::string_view near = NearestWord(kind, kShownKinds);
    return Fail(
        ErrorCode::kUsage,
        fmt::format(
            "schedule show takes a CallingCalendar, a CampaignSchedule or a Campaign, not {}{}", EscapeControls(word),
            near.empty() ? "" : fmt::format(": did you mean {}{}?", near, EscapeControls(word.substr(kind.size())))));
  }
  std::vector<std::string_view> addresses;
  for (const Document& document : set.documents) {
    if (std::ranges::find(kShownKinds, document.kind->name) != std::end(kShownKinds))
      addresses.push_back(document.address);
  }
  TRY_ASSIGN(const std::string_view address, ResolveAddress(word, addresses, "the manifests have no"));
  const auto document = std::ranges::find(set.documents, address, &Document::address);
  auto time = CallingTime::Of(set, *document);
  if (!time) {
    return Fail(ErrorCode::kInvalid, fmt::format("the times of {} cannot be read: see cxctl validate", address));
  }
  return Subject{std::string(address), *std::move(time), std::nullopt};
}

/// What a change of a saved plan leaves of a schedule's times.
Result<Subject> SubjectOfChange(Arena& arena, const SavedPlan& plan, const Value& change) {
  const Value before = change.Find("before") ? *change.Find("before") : Value();
  const Value after = change.Find("after") ? *change.Find("after") : Value();
  const std::string address(change.GetString("address"));
  const auto read = [&](const Value& schedule) -> Result<std::optional<CallingTime>> {
    if (schedule.is_null()) return std::optional<CallingTime>();
    auto time = CallingTime::OfPayload(schedule);
    if (time) return time;
    return Fail(
        ErrorCode::kInvalid,
        fmt::format("the plan does not hold the times of {}: lifecycle.ignoreChanges leaves them out", address));
  };
  TRY_ASSIGN(auto old_time, read(before));
  TRY_ASSIGN(auto new_time, read(after.is_null() ? after : MergePatch(arena, before, after)));
  if (!old_time && !new_time) {
    return Fail(ErrorCode::kUsage, fmt::format("the plan does not change the times of {}", address));
  }
  const auto start = ParseDateTime("1970-01-01T00:00:00Z")->instant,
             end = ParseDateTime("2299-12-31T00:00:00Z")->instant;
  const IntervalSet was = old_time ? old_time->Permitted({start, end}) : IntervalSet();
  const IntervalSet will_be = new_time ? new_time->Permitted({start, end}) : IntervalSet();
  PictureChange shown{plan.id, std::string(change.GetString("action")), Difference(will_be, was),
                      Difference(was, will_be)};
  const bool is_deleted = !new_time;
  return Subject{address, is_deleted ? *std::move(old_time) : *std::move(new_time), std::move(shown), is_deleted};
}

Result<Subject> SubjectInPlan(Context& context, Arena& arena, const std::string& file, std::string_view word) {
  TRY_ASSIGN(const std::string text, context.system.files.Read(file, kLargestPlan));
  TRY_ASSIGN(const SavedPlan plan, ReadSavedPlan(arena, text, EscapeControls(file)));
  std::vector<std::string_view> addresses;
  const Value* changes = plan.document.Find("changes");
  for (const Value& change : changes ? changes->items() : std::span<const Value>()) {
    if (change.GetString("address").starts_with("CampaignSchedule/")) addresses.push_back(change.GetString("address"));
  }
  TRY_ASSIGN(const std::string_view address,
             ResolveAddress(word, addresses,
                            fmt::format("{} has no change of a CampaignSchedule called", EscapeControls(file))));
  const auto change =
      std::ranges::find_if(changes->items(), [&](const Value& each) { return each.GetString("address") == address; });
  return SubjectOfChange(arena, plan, *change);
}

bool IsInReach(Date date) {
  return date.year >= kFirstYear && date.year <= kLastYear;
}

/// The week or month that the flags ask for, by the zone's clock.
Result<PictureSpan> ReadSpan(const Arguments& arguments, const Zone& zone, Instant now) {
  const auto week = arguments.Find("week");
  const auto month = arguments.Find("month");
  if (week && month) return Fail(ErrorCode::kUsage, "--week and --month exclude each other");
  if (week) {
    const auto day = ParseDate(*week);
    if (!day || !IsInReach(*day)) {
      return Fail(ErrorCode::kUsage, fmt::format("--week takes a day from {} to {} such as 2026-11-26, not {}",
                                                 kFirstYear, kLastYear, EscapeControls(*week)));
    }
    return PictureSpan::WeekOf(*day);
  }
  if (month) {
    const auto day = ParseDate(*month + "-01");
    if (!day || !IsInReach(*day)) {
      return Fail(ErrorCode::kUsage, fmt::format("--month takes a month from {} to {} such as 2026-11, not {}",
                                                 kFirstYear, kLastYear, EscapeControls(*month)));
    }
    return PictureSpan::MonthOf(day->year, day->month);
  }
  const Date today = zone.LocalAt(now).date;
  if (IsInReach(today)) return PictureSpan::WeekOf(today);
  return Fail(ErrorCode::kUsage,
              fmt::format("the week of {} cannot be shown: it goes from {} to {}; name one with --week", FormatUtc(now),
                          kFirstYear, kLastYear));
}

Result<Zone> ReadZone(const Arguments& arguments, const Zone& own) {
  const auto name = arguments.Find("zone");
  if (!name) return own;
  const auto zone = Zone::Load(*name);
  if (zone) return *zone;
  return Fail(ErrorCode::kUsage,
              fmt::format("--zone takes an IANA time zone such as America/New_York, not {}", EscapeControls(*name)));
}

/// What makes the picture doubtful: errors in the documents that it is made from, and time that a law forbids (CX206)
/// even where the tenant takes that for a warning.
std::vector<PictureFinding> FindingsIn(const CallingTime& time, const Diagnostics& diagnostics) {
  std::vector<PictureFinding> findings;
  for (const Diagnostic& each : diagnostics) {
    const bool is_source = std::ranges::find(time.sources(), each.address) != time.sources().end();
    if (is_source && (each.severity == Severity::kError || each.rule == "CX206"))
      findings.push_back({each.rule, each.address, each.message});
  }
  return findings;
}

Result<Picture> MakePictureOf(Context& context, Subject subject, const Diagnostics& diagnostics) {
  TRY_ASSIGN(Instant now, JudgedNow(context));
  now.micros -= now.micros % 1'000'000;
  TRY_ASSIGN(const Zone zone, ReadZone(context.arguments, subject.time.zone()));
  TRY_ASSIGN(const PictureSpan span, ReadSpan(context.arguments, zone, now));
  PictureInput input{std::move(subject.address), span, zone, now, {}, {}, std::move(subject.change), {}};
  input.findings = FindingsIn(subject.time, diagnostics);
  input.status = StatusAt([&](Interval range) { return subject.Permitted(range); }, now);
  input.explained = subject.Explain(span.RangeIn(zone));
  return MakePicture(std::move(input));
}

std::string Drawn(Context& context, const Picture& picture, bool color) {
  if (context.json()) {
    Arena arena;
    return ToPrettyJson(PictureJson(arena, picture)) + "\n";
  }
  const std::string format = context.arguments.Get("format", "text");
  if (format == "svg") return DrawSvg(picture);
  if (format == "html") return DrawHtml(picture);
  return DrawText(picture, ColumnsOf(context), color);
}

int Show(Context& context, const Picture& picture) {
  const auto out = context.arguments.Find("out");
  if (!out || *out == "-") {
    PrintLongText(context, Drawn(context, picture, context.color_out));
    return kSuccess;
  }
  const auto written = context.system.files.Write(*out, Drawn(context, picture, false), false);
  if (!written) return ReportError(context, written.error());
  if (context.json()) {
    Arena arena;
    context.system.console.Out(ToPrettyJson(ObjectBuilder(arena).Set("file", *out).Build()) + "\n");
  } else if (!context.quiet()) {
    context.system.console.Err(fmt::format("Written to {}.\n", EscapeControls(*out)));
  }
  return kSuccess;
}

}  // namespace

int RunSchedule(Context& context) {
  if (context.arguments.positional.size() < 2) {
    return ReportError(context, {ErrorCode::kUsage,
                                 "schedule show needs an address, such as CallingCalendar/us-weekdays; see: cxctl "
                                 "schedule --help"});
  }
  // What is wrong with the flags is said before anything is read.
  const auto now = JudgedNow(context);
  if (!now) return ReportError(context, now.error());
  const auto zone = ReadZone(context.arguments, Zone::Utc());
  if (!zone) return ReportError(context, zone.error());
  if (const auto span = ReadSpan(context.arguments, *zone, *now); !span) return ReportError(context, span.error());

  const std::string& word = context.arguments.positional[1];
  Session session(context);
  std::optional<Result<Subject>> subject;
  if (const auto plan = context.arguments.Find("plan")) {
    subject = SubjectInPlan(context, session.arena(), *plan, word);
  } else {
    if (const auto exit = session.LoadManifests(Session::Demand::kReadable)) return *exit;
    subject = SubjectInManifests(session.set(), word);
  }
  if (!*subject) return ReportError(context, subject->error());
  const auto picture = MakePictureOf(context, **std::move(subject), session.diagnostics());
  if (!picture) return ReportError(context, picture.error());
  return Show(context, *picture);
}

}  // namespace cxctl
