#include "sim/dialed_calls.h"

#include <fmt/format.h>

#include "value/json.h"

namespace cxctl::sim {
namespace {

constexpr std::int64_t kHour = 3'600'000'000;

Value ViolationsValue(Arena& arena, const std::vector<Violation>& violations) {
  ArrayBuilder list(arena);
  for (const Violation& violation : violations) {
    list.Add(ObjectBuilder(arena)
                 .Set("campaignId", violation.campaign_id)
                 .Set("time", FormatUtc(violation.time))
                 .Set("reason", violation.reason)
                 .Build());
  }
  return list.Build();
}

std::unexpected<Error> Invalid(std::string_view member, std::string_view fault) {
  return Fail(ErrorCode::kInvalid, fmt::format("The tenant's data is not valid: dialer.{} {}.", member, fault));
}

Result<void> ReadHour(const Value& row, DialedCalls& calls) {
  const auto hour = ParseDateTime(row.GetString("hour"));
  const Value* campaigns = row.Find("campaigns");
  if (!hour || hour->instant.micros % kHour != 0 || !campaigns || !campaigns->is_object()) {
    return Invalid("hours", "must have hour (its start) and campaigns each");
  }
  auto& counts = calls.hours[hour->instant.micros];
  for (const Member& campaign : campaigns->members()) {
    DispositionCounts& found = counts[std::string(campaign.key)];
    for (std::size_t i = 0; i < found.size(); ++i) {
      const Value* count = campaign.value.Find(kDispositions[i]);
      if (count && (!count->is_int() || count->as_int() < 0)) return Invalid("hours", "must hold counts from 0");
      found[i] = count ? count->as_int() : 0;
    }
  }
  return {};
}

}  // namespace

void DialedCalls::AddViolation(Violation violation) {
  if (violations.size() < kMostViolations) {
    violations.push_back(std::move(violation));
  } else {
    ++more_violations;
  }
}

std::string DialedCalls::ViolationsJson() const {
  Arena arena;
  ObjectBuilder body(arena);
  body.Set("violations", ViolationsValue(arena, violations));
  if (more_violations > 0) body.Set("more", more_violations);
  return ToJson(body.Build());
}

Value DialedCalls::ToValue(Arena& arena) const {
  ArrayBuilder rows(arena);
  for (const auto& [hour, campaigns] : hours) {
    ObjectBuilder by_campaign(arena);
    for (const auto& [id, counts] : campaigns) {
      ObjectBuilder outcomes(arena);
      for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] > 0) outcomes.Set(kDispositions[i], counts[i]);
      }
      by_campaign.Set(id, outcomes.Build());
    }
    rows.Add(ObjectBuilder(arena).Set("hour", FormatUtc({hour})).Set("campaigns", by_campaign.Build()).Build());
  }
  ObjectBuilder value(arena);
  if (time) value.Set("time", FormatUtc(*time));
  value.Set("hours", rows.Build()).Set("violations", ViolationsValue(arena, violations));
  return value.Set("more", more_violations).Build();
}

Result<DialedCalls> DialedCalls::FromValue(const Value& value) {
  DialedCalls calls;
  if (!value.is_object()) return Invalid("", "must be an object");
  if (const Value* time = value.Find("time")) {
    const auto read = ParseDateTime(time->as_string());
    if (!read) return Invalid("time", "must be a date-time with an offset");
    calls.time = read->instant;
  }
  const Value* hours = value.Find("hours");
  const Value* violations = value.Find("violations");
  const Value* more = value.Find("more");
  if (hours && !hours->is_array()) return Invalid("hours", "must be a list");
  if (hours) {
    for (const Value& row : hours->items()) TRY(ReadHour(row, calls));
  }
  if (violations && !violations->is_array()) return Invalid("violations", "must be a list");
  if (violations) {
    for (const Value& item : violations->items()) {
      const auto read = ParseDateTime(item.GetString("time"));
      if (!read) return Invalid("violations", "must have campaignId, time and reason each");
      calls.AddViolation(
          {std::string(item.GetString("campaignId")), read->instant, std::string(item.GetString("reason"))});
    }
  }
  if (more && (!more->is_int() || more->as_int() < 0)) return Invalid("more", "must be an integer from 0");
  calls.more_violations += more ? more->as_int() : 0;
  return calls;
}

}  // namespace cxctl::sim
