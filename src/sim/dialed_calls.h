#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "time/instant.h"
#include "value/value.h"

namespace cxctl::sim {

inline constexpr std::string_view kDispositions[] = {"ANSWERED", "NO_ANSWER", "BUSY", "MACHINE", "ABANDONED", "FAILED"};
using DispositionCounts = std::array<std::int64_t, std::size(kDispositions)>;

/// A call that was placed when the campaign's schedules permit none.
struct Violation {
  std::string campaign_id;
  Instant time;
  std::string reason;
};

/// What the dialer has done so far, as far as it is saved.
struct DialedCalls {
  /// Beyond so many, violations are counted only.
  static constexpr std::size_t kMostViolations = 10'000;
  static constexpr std::chrono::hours kRetention{24 * 400};

  std::optional<Instant> time;  ///< How far the dialer came.
  /// By the start of the hour (micros) and the campaign: the hours that the dialer saw from their start.
  std::map<std::int64_t, std::map<std::string, DispositionCounts, std::less<>>> hours;
  std::vector<Violation> violations;
  std::int64_t more_violations = 0;

  void AddViolation(Violation violation);
  /// `{"violations": […]}`, with `"more"` if there are more than are listed.
  std::string ViolationsJson() const;
  Value ToValue(Arena& arena) const;
  /// The reverse. kInvalid names the member.
  static Result<DialedCalls> FromValue(const Value& value);
};

}  // namespace cxctl::sim
