#include "time/zone.h"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <limits>
#include <map>
#include <mutex>

#include "time/tzdata.h"

namespace cxctl {

struct Zone::Data {
  std::string name, canonical_name;
  absl::TimeZone zone;
};

namespace {

constexpr Instant kBeginOfTime{std::numeric_limits<std::int64_t>::min()};
// absl lists the changes that a zone's last rule leads to for some 400 years after the last one in its file, which is
// at the earliest in the 1900s. Up to here "no further change" means that there is none.
constexpr Instant kEndOfListedChanges{10'413'792'000'000'000};  // 2300-01-01T00:00:00Z

absl::Time ToAbsl(Instant instant) {
  return absl::FromUnixMicros(instant.micros);
}
Instant FromAbsl(absl::Time time) {
  return {absl::ToUnixMicros(time)};
}

CivilLookup::Kind KindOf(absl::TimeZone::TimeInfo::CivilKind kind) {
  switch (kind) {
    case absl::TimeZone::TimeInfo::UNIQUE:
      return CivilLookup::kUnique;
    case absl::TimeZone::TimeInfo::SKIPPED:
      return CivilLookup::kSkipped;
    case absl::TimeZone::TimeInfo::REPEATED:
      return CivilLookup::kRepeated;
  }
  return CivilLookup::kUnique;
}

}  // namespace

std::optional<Zone> Zone::Load(std::string_view name) {
  // The program's table of zones: it only grows, by names that tzdata has, and all of it is guarded by the lock.
  struct Table {
    std::mutex mutex;
    TzdataFolder folder = TzdataFolder::OfSystem();
    std::map<std::string, std::shared_ptr<const Data>, std::less<>> zones;
  };
  static Table table;

  const std::lock_guard lock(table.mutex);
  if (const auto known = table.zones.find(name); known != table.zones.end()) return Zone(known->second);
  // Asked first because absl keeps every name it was ever asked for, unknown ones as well.
  if (!table.folder.Has(name)) return std::nullopt;
  Data data{std::string(name), "", {}};
  if (!absl::LoadTimeZone(data.name, &data.zone)) return std::nullopt;
  data.canonical_name = table.folder.CanonicalName(data.name);
  const auto added = table.zones.emplace(std::string(name), std::make_shared<const Data>(std::move(data)));
  return Zone(added.first->second);
}

Zone Zone::Utc() {
  static const Zone utc = [] {
    if (auto loaded = Load("UTC")) return *loaded;
    return Zone(std::make_shared<const Data>(Data{"UTC", "Etc/UTC", absl::UTCTimeZone()}));
  }();
  return utc;
}

const std::string& Zone::name() const {
  return data_->name;
}
const std::string& Zone::canonical_name() const {
  return data_->canonical_name;
}

int Zone::OffsetSecondsAt(Instant instant) const {
  return data_->zone.At(ToAbsl(instant)).offset;
}

std::string Zone::AbbreviationAt(Instant instant) const {
  return data_->zone.At(ToAbsl(instant)).zone_abbr;
}

Zone::Local Zone::LocalAt(Instant instant) const {
  const absl::CivilSecond local = data_->zone.At(ToAbsl(instant)).cs;
  return {{static_cast<int>(local.year()), local.month(), local.day()},
          local.hour() * 3600 + local.minute() * 60 + local.second()};
}

Zone::Steady Zone::SteadyAt(Instant instant) const {
  const absl::Time time = ToAbsl(instant);
  const int offset = OffsetSecondsAt(instant);
  if (instant >= kEndOfListedChanges) return {instant, instant, offset};
  Steady steady{kBeginOfTime, kEndOfListedChanges, offset};
  absl::TimeZone::CivilTransition change;
  // PrevTransition looks before its argument, in whole seconds: a change at the instant itself begins the stretch.
  const absl::Time next_second = absl::FromUnixSeconds(absl::ToUnixSeconds(time) + 1);
  if (data_->zone.PrevTransition(next_second, &change)) steady.begin = FromAbsl(data_->zone.At(change.to).trans);
  if (data_->zone.NextTransition(time, &change)) steady.end = FromAbsl(data_->zone.At(change.to).trans);
  return steady;
}

CivilLookup Zone::Lookup(Date date, int minutes) const {
  const absl::CivilSecond reading(date.year, date.month, date.day, 0, minutes, 0);
  const absl::TimeZone::TimeInfo info = data_->zone.At(reading);
  return {KindOf(info.kind), FromAbsl(info.pre), FromAbsl(info.trans), FromAbsl(info.post)};
}

Instant Zone::StartOfDay(Date date) const {
  const CivilLookup midnight = Lookup(date, 0);
  return midnight.kind == CivilLookup::kSkipped ? midnight.transition : midnight.pre;
}

std::string CanonicalZoneName(std::string_view name) {
  const std::optional<Zone> zone = Zone::Load(name);
  return zone ? zone->canonical_name() : std::string(name);
}

}  // namespace cxctl
