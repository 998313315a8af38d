#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "cli/command.h"
#include "cli/command_agent.h"
#include "cli/session.h"
#include "store/agent_store.h"
#include "value/json.h"
#include "webhook/dead_letters.h"

namespace cxctl {

namespace {

struct Outbox {
  std::unique_ptr<AgentStore> store;
  std::string tenant;
};

Result<Outbox> OpenOutbox(Context& context, StoreMode mode) {
  TRY_ASSIGN(const TenantSettings settings, ReadTenantAlone(context));
  TRY_ASSIGN(const std::string url, StateUrl(context, settings));
  TRY_ASSIGN(auto store, OpenAgentStore(url, mode));
  return Outbox{std::move(store), settings.name};
}

void PrintJson(Context& context, const std::vector<Delivery>& letters) {
  Arena arena;
  ArrayBuilder list(arena);
  for (const Delivery& letter : letters) {
    ObjectBuilder entry(arena);
    entry.Set("id", DeliveryId(letter)).Set("sink", letter.sink).Set("type", letter.type);
    entry.Set("createdAt", FormatUtc(letter.created, true)).Set("tries", letter.tries);
    entry.Set("lastStatus", letter.last_status == 0 ? Value::Null() : Value::Int(letter.last_status));
    entry.Set("lastError", letter.last_error);
    list.Add(entry.Build());
  }
  const Value document = ObjectBuilder(arena).Set("deadLetters", list.Build()).Build();
  context.system.console.Out(MaskPhoneNumbers(ToPrettyJson(document)) + "\n");
}

Result<void> ListLetters(Context& context) {
  TRY_ASSIGN(const Outbox outbox, OpenOutbox(context, StoreMode::kRead));
  TRY_ASSIGN(const std::vector<Delivery> letters,
             DeadLettersOf(*outbox.store, outbox.tenant, context.arguments.Get("sink")));
  if (context.json()) {
    PrintJson(context, letters);
    return {};
  }
  for (const Delivery& letter : letters) {
    context.system.console.Out(fmt::format("{}  {}  {}  {} tries: {}\n", DeliveryId(letter), FormatUtc(letter.created),
                                           EscapeControls(letter.type), letter.tries,
                                           MaskPhoneNumbers(EscapeControls(letter.last_error))));
  }
  if (letters.empty() && !context.quiet()) context.system.console.Err("No dead letters.\n");
  return {};
}

/// The ids that the command line names: themselves, those of a sink, or all.
Result<std::vector<std::string>> WantedIds(Context& context, const Outbox& outbox) {
  const std::vector<std::string>& words = context.arguments.positional;
  std::vector<std::string> ids(words.begin() + 1, words.end());
  const std::string sink = context.arguments.Get("sink");
  const bool all = context.arguments.Has("all");
  if ((ids.empty() ? 0 : 1) + (sink.empty() ? 0 : 1) + (all ? 1 : 0) != 1) {
    return Fail(ErrorCode::kUsage, "which dead letters? agent replay ID..., agent replay --sink NAME, or --all");
  }
  if (!ids.empty()) return ids;
  TRY_ASSIGN(const std::vector<Delivery> letters, DeadLettersOf(*outbox.store, outbox.tenant, sink));
  for (const Delivery& letter : letters) ids.push_back(DeliveryId(letter));
  return ids;
}

Result<void> ReplayLetters(Context& context) {
  TRY_ASSIGN(const Outbox outbox, OpenOutbox(context, StoreMode::kWrite));
  TRY_ASSIGN(const std::vector<std::string> ids, WantedIds(context, outbox));
  std::vector<AgentBatch> batches;
  for (const std::string& id : ids) {
    TRY_ASSIGN(AgentBatch batch, ReplayOf(*outbox.store, outbox.tenant, id, context.system.clock.Now()));
    batches.push_back(std::move(batch));
  }
  TRY_ASSIGN(const auto commits, outbox.store->Commit(outbox.tenant, batches));
  const auto replayed = std::ranges::count(commits, AgentCommit::Status::kDone, &AgentCommit::status);
  if (context.json()) {
    Arena arena;
    context.system.console.Out(ToPrettyJson(ObjectBuilder(arena).Set("replayed", replayed).Build()) + "\n");
  } else if (!context.quiet()) {
    context.system.console.Err(
        fmt::format("{} to be delivered again: an agent that runs begins within a second.\n", replayed));
  }
  return {};
}

}  // namespace

int RunAgentLetters(Context& context) {
  const auto done =
      context.arguments.positional[0] == "replay" ? ReplayLetters(context)
      : context.arguments.positional.size() > 1
          ? Result<void>(Fail(ErrorCode::kUsage, fmt::format("agent dead-letters does not take the argument {}",
                                                             EscapeControls(context.arguments.positional[1]))))
          : ListLetters(context);
  return done ? kSuccess : ReportError(context, done.error());
}

}  // namespace cxctl
