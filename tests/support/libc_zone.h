#pragma once

#include <stdlib.h>
#include <time.h>

#include <cstdint>
#include <optional>
#include <string>

namespace cxctl {

/// Sets TZ for the C library, and puts it back.
class LibcZone {
 public:
  explicit LibcZone(const std::string& name) {
    if (const char* before = getenv("TZ")) before_ = before;
    setenv("TZ", (":" + name).c_str(), 1);
    tzset();
  }
  ~LibcZone() {
    if (before_) {
      setenv("TZ", before_->c_str(), 1);
    } else {
      unsetenv("TZ");
    }
    tzset();
  }
  LibcZone(const LibcZone&) = delete;
  LibcZone& operator=(const LibcZone&) = delete;

  /// What the clock shows, in minutes since 1970-01-01 00:00 on that clock.
  std::int64_t LocalMinute(std::int64_t utc_minute) const {
    const time_t seconds = utc_minute * 60;
    tm local{};
    localtime_r(&seconds, &local);
    return utc_minute + local.tm_gmtoff / 60;
  }

 private:
  std::optional<std::string> before_;
};

}  // namespace cxctl
