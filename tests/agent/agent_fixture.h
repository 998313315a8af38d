#pragma once

#include <string>
#include <vector>

#include "async/loop.h"
#include "support/memory_agent_store.h"
#include "telemetry/telemetry.h"

namespace cxctl {

/// A clock that stands still but for the loop's waits.
class SimulatedClock final : public Clock, public Waiter {
 public:
  Instant Now() override { return Instant{1'800'000'000'000'000} + passed; }
  Duration Monotonic() override { return passed; }
  void Wait(Duration at_most) override { passed += at_most; }
  Duration passed{0};
};

class CountingRandom final : public Random {
 public:
  std::uint64_t Next() override { return next++; }
  std::uint64_t next = 1;
};

class RecordingLog final : public Log {
 public:
  void Info(std::string_view message, const Facts&) override { lines.emplace_back(message); }
  void Warning(std::string_view message, const Facts&) override { lines.emplace_back(message); }
  void Error(std::string_view message, const Facts&) override { lines.emplace_back(message); }
  std::vector<std::string> lines;
};

}  // namespace cxctl
