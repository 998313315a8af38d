#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "time/instant.h"

namespace cxctl {

/// What a wall-clock reading means in a zone.
struct CivilLookup {
  enum Kind {
    kUnique,   ///< pre == transition == post
    kSkipped,  ///< The clock jumps over it: `pre` and `post` read it with the offset before and after the jump.
    kRepeated  ///< It comes twice: `pre` first, `post` second.
  };
  Kind kind = kUnique;
  Instant pre, transition, post;
};

/// An IANA time zone from the system's tzdata: the folder $TZDIR, else /usr/share/zoneinfo. Right after 2037 too, where
/// the zone's last rule goes on. Immutable, cheap to copy, and safe to share between threads.
class Zone {
 public:
  /// Loads a zone by its IANA name (`America/New_York`, `UTC`). Nothing for a name that tzdata does not have, and for
  /// names that are no IANA zones though a library may take them (`localtime`, `posix/…`, `right/…`, `Factory`,
  /// `Fixed/…`, `libc:…`, `../x`). Names are case-sensitive. Remembers the zones it loaded, for the whole program and
  /// under a lock: a name that was loaded once costs a look-up in a table, so nobody needs a table of their own.
  static std::optional<Zone> Load(std::string_view name);
  /// Never fails; `UTC` is there without tzdata too. Its canonical name is tzdata's, `Etc/UTC`.
  static Zone Utc();

  /// As given to Load.
  const std::string& name() const;
  /// The name that tzdata's links lead to: `US/Eastern` -> `America/New_York`. Zones are equal if these are. Links are
  /// the folder's symbolic links and the `L` lines of its tzdata.zi, for systems that install copies instead.
  const std::string& canonical_name() const;

  int OffsetSecondsAt(Instant instant) const;
  /// "EST"
  std::string AbbreviationAt(Instant instant) const;
  /// The local date and seconds since local midnight (0..86399) at an instant.
  struct Local {
    Date date;
    int second_of_day;
  };
  Local LocalAt(Instant instant) const;
  /// A stretch [begin, end) around an instant in which the offset stays as it is. It may end before the offset changes
  /// (where only the abbreviation changes, or in the far future), and is empty where nothing is known (after 2300).
  /// Not for showing when clocks change: it is there so that loops over days need not ask for every day.
  struct Steady {
    Instant begin, end;
    int offset_seconds;
  };
  Steady SteadyAt(Instant instant) const;
  /// What the clock shows `minutes` after midnight of the local day (may be negative, or exceed 1440: another day).
  CivilLookup Lookup(Date date, int minutes) const;
  /// The first instant of the local day: midnight, or the end of the gap where midnight is skipped, the earlier of two.
  Instant StartOfDay(Date date) const;

  friend bool operator==(const Zone& a, const Zone& b) { return a.canonical_name() == b.canonical_name(); }

 private:
  struct Data;
  explicit Zone(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  std::shared_ptr<const Data> data_;
};

/// tzdata's name for the zone, or `name` itself if it is unknown.
std::string CanonicalZoneName(std::string_view name);

}  // namespace cxctl
