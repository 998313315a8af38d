#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "cli/command.h"

namespace cxctl {

/// The line that says on a terminal how far something is: `12/40 changes, 9.8/s, 3 s left, limit 10.0 requests/s`. It
/// is drawn over itself on standard error, as wide as the terminal at most, and not at all where standard error is no
/// terminal, `TERM` is dumb, or with --quiet.
class ProgressLine {
 public:
  /// `before` and `unit` stand around the count: "reading the tenant: " and "reads". Nothing is drawn in the time
  /// `unseen`: what is done by then needs no line.
  ProgressLine(Context& context, std::string before, std::string unit, Duration unseen);

  /// `limit`: requests a second that the tenant's client allows itself. Draws ten times a second at most.
  void Show(std::size_t done, std::size_t total, double limit);
  /// Clears the line.
  void End();

 private:
  Context& context_;
  std::string before_, unit_;
  bool wanted_ = false, shown_ = false;
  Duration started_{0}, next_{0};
};

/// "42 s", "3 min 5 s", "2 h 10 min"
std::string TimeLeft(double seconds);

}  // namespace cxctl
