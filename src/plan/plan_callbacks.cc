#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/strings.h"
#include "calendar/called_party.h"
#include "plan/planning.h"
#include "plan/risk.h"

// Callbacks that were scheduled before their policy said what it says now.

namespace cxctl {

/// One policy, held against callbacks.
struct Planning::Judge {
  struct Verdict {
    std::string message;          ///< What it breaks; "" if it breaks nothing.
    bool time = false;            ///< Another time would do.
    std::optional<Instant> next;  ///< That time, within a year.
  };

  const Value& spec;
  std::optional<CallingCalendar> calendar;
  const PhoneNumbers* numbers;
  Instant now;

  Verdict Of(const LiveObject& callback) const;
  bool Allows(const std::string& region) const;
};

bool Planning::Judge::Allows(const std::string& region) const {
  const Value* allowed = spec.Find("allowedRegions");
  if (!allowed || allowed->items().empty()) return true;
  return std::ranges::any_of(allowed->items(), [&](const Value& each) { return each.as_string() == region; });
}

Planning::Judge::Verdict Planning::Judge::Of(const LiveObject& callback) const {
  std::vector<Zone> zones;
  if (numbers) {
    const PhoneNumber number = numbers->Parse(callback.content.GetString("to"), spec.GetString("defaultRegion"));
    if (!number.valid()) return {"its number is not valid", false, std::nullopt};
    if (!Allows(number.region))
      return {fmt::format("its number is of region {}, which allowedRegions does not name", number.region), false,
              std::nullopt};
    for (const std::string& name : number.time_zones) {
      if (const auto zone = Zone::Load(name)) zones.push_back(*zone);
    }
  }
  const auto time = ParseDateTime(callback.content.GetString("scheduleDate"));
  if (!time) return {"its time cannot be read", false, std::nullopt};
  if (!calendar) return {};
  if (IsPermittedForParty(*calendar, zones, time->instant)) return {};
  const Interval instant{time->instant, time->instant + std::chrono::microseconds(1)};
  Verdict verdict{fmt::format("the calendar {} does not permit its time",
                              calendar->Permitted(instant).empty() ? "itself" : "read where the person is"),
                  true, std::nullopt};
  verdict.next = NextPermittedForParty(*calendar, zones, std::max(time->instant, now));
  return verdict;
}

void Planning::PlanCallbacks() {
  for (const DesiredObject& policy : in_.desired.objects) {
    if (policy.kind != ObjectKind::kCallbackPolicy) continue;
    const Value& spec = *policy.content.Find("spec");
    const auto listed = in_.live.callbacks.find(std::string(spec.GetString("queueId")));
    if (listed == in_.live.callbacks.end()) continue;
    const Value* written = policy.content.Find("calendar");
    const Judge judge{spec, written ? CallingCalendar::Read(*written) : std::nullopt, in_.phone_numbers, in_.now};
    for (const LiveObject& callback : listed->second) {
      // What its time has come for is the dialer's.
      const auto time = ParseDateTime(callback.content.GetString("scheduleDate"));
      if (!time || time->instant > in_.now) PlanCallback(policy, callback, judge);
    }
  }
}

void Planning::PlanCallback(const DesiredObject& policy, const LiveObject& callback, const Judge& judge) {
  const Judge::Verdict verdict = judge.Of(callback);
  if (verdict.message.empty()) return;
  const Value* written = policy.document->spec().Find("onViolation");
  const Position source = written ? written->position() : policy.source;
  const std::string address =
      fmt::format("{}/{}/{}", KindName(ObjectKind::kCallback), policy.document->name, EscapeControls(callback.id));
  const std::string_view wish = judge.spec.GetString("onViolation");
  const bool cancels = wish == "cancel";
  const Value before = LiveContent(callback);
  if (!cancels && (wish != "reschedule" || !verdict.next)) {
    const auto time = ParseDateTime(callback.content.GetString("scheduleDate"));
    violations.push_back({address, std::string(before.GetString("to")), time ? time->instant : in_.now, verdict.message,
                          verdict.next, source});
    return;
  }
  Change change;
  change.address = address;
  change.kind = ObjectKind::kCallback;
  change.action = Action::kUpdate;
  change.operation = WriteOperation::kUpdate;
  change.reason = Reason::kViolates;
  change.risk = cancels ? Risk::kReduces : Risk::kNeutral;
  change.live_id = callback.id;
  change.etag = callback.etag;
  change.scope = callback.scope;
  change.identity = policy.document->name;
  change.source = source;
  const std::string_view member = cancels ? "state" : "scheduleDate";
  const Value wanted = cancels ? Value::String("cancelled") : MakeString(in_.arena, FormatUtc(*verdict.next));
  change.before = before;
  change.after = ObjectBuilder(in_.arena, before).Set(member, wanted).Build();
  change.fields.push_back({fmt::format("/{}", member), *before.Find(member), wanted, source});
  change.payload = ObjectBuilder(in_.arena).Set(member, wanted).Build();
  change.writes = true;
  changes.push_back(std::move(change));
}

}  // namespace cxctl
