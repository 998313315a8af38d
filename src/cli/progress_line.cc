#include "cli/progress_line.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "picture/markup.h"

namespace cxctl {

namespace {

constexpr Duration kBetween = std::chrono::milliseconds(100);

}  // namespace

std::string TimeLeft(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::min(seconds + 0.5, 1e9));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

ProgressLine::ProgressLine(Context& context, std::string before, std::string unit, Duration unseen)
    : context_(context),
      before_(std::move(before)),
      unit_(std::move(unit)),
      started_(context.system.clock.Monotonic()),
      next_(started_ + unseen) {
  wanted_ = context.system.console.ErrIsTerminal() && !context.quiet() &&
            context.system.environment.Get("TERM").value_or("") != "dumb";
}

void ProgressLine::Show(std::size_t done, std::size_t total, double limit) {
  const Duration now = context_.system.clock.Monotonic();
  if (!wanted_ || now < next_) return;
  next_ = now + kBetween;
  const double seconds = std::max(0.001, static_cast<double>((now - started_).count()) / 1e6);
  const double rate = static_cast<double>(done) / seconds;
  const std::string left = rate > 0 ? TimeLeft(static_cast<double>(total - done) / rate) + " left, " : "";
  const std::string line =
      fmt::format("{}{}/{} {}, {:.1f}/s, {}limit {:.1f} requests/s", before_, done, total, unit_, rate, left, limit);
  // A line that is broken could not be taken back.
  const std::size_t columns = context_.system.console.ErrSize().columns;
  context_.system.console.Err(fmt::format("\r\x1b[K{}", columns == 0 ? line : Shortened(line, columns - 1)));
  shown_ = true;
}

void ProgressLine::End() {
  if (shown_) context_.system.console.Err("\r\x1b[K");
  shown_ = false;
}

}  // namespace cxctl
