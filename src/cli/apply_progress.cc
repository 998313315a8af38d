#include "cli/apply_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/strings.h"
#include "picture/markup.h"
#include "value/json.h"

namespace cxctl {

namespace {

/// "42 s", "3 min 5 s", "2 h 10 min"
std::string TimeLeft(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::min(seconds + 0.5, 1e9));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

}  // namespace

ApplyProgress::ApplyProgress(Context& context, const TenantClient& client, std::string run)
    : context_(context), client_(client), run_(std::move(run)), started_(context.system.clock.Monotonic()) {
  line_ = context.system.console.ErrIsTerminal() && !context.quiet() &&
          context.system.environment.Get("TERM").value_or("") != "dumb";
}

ApplyProgress::~ApplyProgress() {
  if (events_) std::fclose(events_);
}

Result<void> ApplyProgress::Open() {
  const auto target = context_.arguments.Find("events");
  if (!target) return {};
  if (*target == "-") {
    events_to_console_ = true;
    return {};
  }
  events_ = std::fopen(target->c_str(), "we");
  if (!events_)
    return Fail(ErrorCode::kIo, fmt::format("cannot write the events to {}: {}", *target, std::strerror(errno)));
  return {};
}

void ApplyProgress::WriteEvent(const std::string& line) {
  if (events_to_console_) {
    context_.system.console.Out(line + "\n");
  } else if (events_) {
    std::fputs((line + "\n").c_str(), events_);
    std::fflush(events_);
  }
}

void ApplyProgress::OnStart(const Change& change) {
  if (!events_ && !events_to_console_) return;
  Arena arena;
  WriteEvent(ToJson(ObjectBuilder(arena)
                        .Set("event", "start")
                        .Set("time", FormatUtc(context_.system.clock.Now(), true))
                        .Set("run", run_)
                        .Set("address", change.address)
                        .Set("action", ActionName(change.action))
                        .Build()));
}

void ApplyProgress::OnOutcome(const Change& change, const ChangeOutcome& outcome, std::size_t done, std::size_t total) {
  if (events_ || events_to_console_) {
    Arena arena;
    ObjectBuilder event(arena);
    event.Set("event", "outcome").Set("time", FormatUtc(context_.system.clock.Now(), true)).Set("run", run_);
    event.Set("address", change.address)
        .Set("action", ActionName(change.action))
        .Set("outcome", OutcomeName(outcome.outcome));
    event.Set("error", outcome.error.empty() ? Value::Null() : MakeString(arena, MaskPhoneNumbers(outcome.error)));
    event.Set("attempts", outcome.attempts).Set("latencyMs", outcome.latency_ms);
    WriteEvent(ToJson(event.Build()));
    WriteEvent(ToJson(ObjectBuilder(arena)
                          .Set("event", "progress")
                          .Set("time", FormatUtc(context_.system.clock.Now(), true))
                          .Set("run", run_)
                          .Set("done", done)
                          .Set("total", total)
                          .Build()));
  }
  ShowLine(done, total);
}

void ApplyProgress::ShowLine(std::size_t done, std::size_t total) {
  if (!line_) return;
  const double seconds =
      std::max(0.001, static_cast<double>((context_.system.clock.Monotonic() - started_).count()) / 1e6);
  const double rate = static_cast<double>(done) / seconds;
  const double left = rate > 0 ? static_cast<double>(total - done) / rate : 0;
  const std::string line = fmt::format("{}/{} changes, {:.1f}/s, {} left, limit {:.1f} requests/s", done, total, rate,
                                       TimeLeft(left), client_.current_rate());
  // A line that is broken could not be taken back.
  const std::size_t columns = context_.system.console.ErrSize().columns;
  context_.system.console.Err(fmt::format("\r\x1b[K{}", columns == 0 ? line : Shortened(line, columns - 1)));
  shown_ = true;
}

void ApplyProgress::End() {
  if (shown_) context_.system.console.Err("\r\x1b[K");
  shown_ = false;
}

}  // namespace cxctl
