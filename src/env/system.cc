#include "env/system.h"

#include <sys/random.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>

namespace cxctl {
namespace {

class RealClock : public Clock {
 public:
  Instant Now() override {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<Duration>(since_epoch).count()};
  }

  Duration Monotonic() override {
    return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch());
  }
};

class KernelRandom : public Random {
 public:
  std::uint64_t Next() override {
    std::uint64_t number = 0;
    // Up to 256 bytes come whole or not at all. A kernel without the call is older than all that we run on, and ids
    // that are not random must not get anywhere.
    while (getrandom(&number, sizeof number, 0) != static_cast<ssize_t>(sizeof number)) {
      if (errno != EINTR) std::abort();
    }
    return number;
  }
};

class ProcessEnvironment : public Environment {
 public:
  std::optional<std::string> Get(const std::string& name) override {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  }
};

}  // namespace

std::unique_ptr<Clock> SystemClock() {
  return std::make_unique<RealClock>();
}

std::unique_ptr<Random> SystemRandom() {
  return std::make_unique<KernelRandom>();
}

std::unique_ptr<Environment> SystemEnvironment() {
  return std::make_unique<ProcessEnvironment>();
}

}  // namespace cxctl
