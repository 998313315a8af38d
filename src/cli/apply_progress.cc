#include "cli/apply_progress.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "base/strings.h"
#include "value/json.h"

namespace cxctl {

ApplyProgress::ApplyProgress(Context& context, const TenantClient& client, std::string run)
    : context_(context), client_(client), run_(std::move(run)), line_(context, "", "changes", Duration::zero()) {}

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
  line_.Show(done, total, client_.current_rate());
}

}  // namespace cxctl
