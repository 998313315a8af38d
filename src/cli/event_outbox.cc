#include "cli/event_outbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "base/strings.h"
#include "cli/session.h"
#include "env/ids.h"
#include "manifest/references.h"
#include "webhook/delivery.h"

namespace cxctl {

namespace {

constexpr std::chrono::seconds kLongestPass(20);

class NoMetrics final : public Metrics {
 public:
  void Count(std::string_view, const Facts&, double) override {}
  void Set(std::string_view, double, const Facts&) override {}
  void Observe(std::string_view, double, const Facts&) override {}
  void Forget(std::string_view, const Facts&) override {}
};

/// What a person should know goes to standard error.
class ConsoleLog final : public Log {
 public:
  explicit ConsoleLog(Console& console) : console_(console) {}
  void Info(std::string_view, const Facts&) override {}
  void Warning(std::string_view message, const Facts& facts) override { Say(message, facts); }
  void Error(std::string_view message, const Facts& facts) override { Say(message, facts); }

 private:
  void Say(std::string_view message, const Facts& facts) {
    std::string text = fmt::format("warning: {}", EscapeControls(message));
    for (const auto& [name, value] : facts) text += fmt::format(", {} {}", name, EscapeControls(value));
    console_.Err(MaskPhoneNumbers(text) + "\n");
  }
  Console& console_;
};

SinkSettings SettingsOf(const Document& sink) {
  SinkSettings settings;
  settings.name = sink.name;
  settings.url = std::string(sink.spec().GetString("url"));
  for (const Value& event : sink.spec().Find("events")->items()) settings.events.emplace_back(event.as_string());
  const Value* leave = sink.spec().Find("allowPrivate");
  settings.allow_private = leave && leave->as_bool();
  return settings;
}

}  // namespace

std::vector<SinkSettings> SinksFor(Context& context, const ManifestSet& set, std::string_view type) {
  std::vector<SinkSettings> sinks;
  for (const Document* document : set.OfKind("Sink")) {
    SinkSettings sink = SettingsOf(*document);
    if (std::ranges::find(sink.events, type) == sink.events.end()) continue;
    if (document->spec().Find("secret")) {
      auto secret = ReadSinkSecret(context, set, *document);
      if (!secret) {
        context.system.console.Err(
            fmt::format("warning: {} is not told of {}: {}\n", document->address, type, secret.error().message));
        continue;
      }
      sink.secret = *std::move(secret);
    }
    sinks.push_back(std::move(sink));
  }
  return sinks;
}

Task<Result<void>> EventOutbox::SendEvent(std::string type, std::string data) {
  const std::vector<SinkSettings> sinks = SinksFor(context_, set_, type);
  if (sinks.empty()) co_return Result<void>();
  CO_TRY_ASSIGN(const std::unique_ptr<AgentStore> store, OpenAgentStore(state_url_, StoreMode::kWrite));
  const Instant now = loop_.clock().Now();
  const Event event{MakeUlid(now, context_.system.random), std::move(type), now, std::move(data)};
  std::vector<AgentBatch> batches(1);
  batches.front().writes = WritesOf(event, sinks, nullptr);
  CO_TRY(store->Commit(settings_.name, batches));
  NoMetrics metrics;
  ConsoleLog log(context_.system.console);
  const auto submit = [this, &store](AgentBatch each) -> Task<Result<AgentCommit>> {
    std::vector<AgentBatch> one;
    one.push_back(std::move(each));
    CO_TRY_ASSIGN(std::vector<AgentCommit> commits, store->Commit(settings_.name, one));
    co_return std::move(commits.front());
  };
  Deliveries deliveries(DeliveryWorld{loop_, *store, settings_.name, transport_, context_.system.random, metrics, log,
                                      submit, [&sinks] { return std::vector(sinks); }, [] { return true; },
                                      IsLoopbackUrl(settings_.base_url)});
  Result<DeliveryReport> report = co_await deliveries.DeliverOnce(kLongestPass);
  if (!report) co_return std::unexpected(report.error());
  co_return Result<void>();
}

}  // namespace cxctl
