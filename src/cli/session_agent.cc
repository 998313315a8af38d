#include <fmt/format.h>

#include <filesystem>

#include "cli/event_outbox.h"
#include "cli/session.h"
#include "http/read_only_transport.h"
#include "http/url_text.h"
#include "manifest/expressions.h"
#include "webhook/seal.h"

// What a session has to do with the agent: its client, the secrets of sinks, telling of what happened.

namespace cxctl {

namespace {

std::chrono::milliseconds Milliseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration);
}

}  // namespace

Result<std::string> ReadSinkSecret(Context& context, const ManifestSet& set, const Document& sink) {
  const Value* secret = sink.spec().Find("secret");
  const std::string& file = set.workspace->sources.name(sink.position().file);
  return ResolveSecret(secret ? secret->as_string() : "", std::filesystem::path(file).parent_path().string(),
                       context.system.environment, context.system.files);
}

Result<std::unique_ptr<AgentClient>> Session::MakeAgent(HttpTransport& transport, int max_attempts) {
  if (settings_.agent_token.empty()) {
    return Fail(ErrorCode::kNotFound,
                "spec.agent of the Tenant document has no token: write one as a reference, such as "
                "token: ${env:CXCTL_AGENT_TOKEN}");
  }
  TRY_ASSIGN(std::string token, ResolveSecret(settings_.agent_token, settings_.folder, context_.system.environment,
                                              context_.system.files));
  TenantConnection connection;
  connection.base_url = settings_.agent_url;
  // Under what an agent allows one token.
  connection.requests_per_second = connection.burst = 50;
  connection.max_concurrency = settings_.max_concurrency;
  connection.connect_timeout = Milliseconds(settings_.connect_timeout);
  connection.request_timeout = Milliseconds(settings_.request_timeout);
  connection.max_attempts = max_attempts;
  connection.backoff =
      settings_.fibonacci ? TenantConnection::Backoff::kFibonacci : TenantConnection::Backoff::kExponential;
  connection.base_delay = Milliseconds(settings_.base_delay);
  connection.max_delay = Milliseconds(settings_.max_delay);
  return MakeAgentClient(std::move(connection), std::move(token), arena_, *loop_, transport, context_.system.random,
                         observer_.get());
}

Result<void> Session::ConnectAgent() {
  if (agent_ || settings_.agent_url.empty()) return {};
  TRY_ASSIGN(agent_, MakeAgent(*engine_transport_, settings_.max_attempts));
  router_->SetAgent(*agent_);
  return {};
}

std::map<std::string, std::string> Session::Fingerprints(const DesiredState& desired) {
  std::map<std::string, std::string> fingerprints;
  std::optional<SecretSealer> sealer;  // made where there are secrets: deriving its keys takes a while
  for (const DesiredObject& object : desired.objects) {
    if (object.kind != ObjectKind::kSink || !object.document->spec().Find("secret")) continue;
    const auto secret = ReadSinkSecret(context_, *set_, *object.document);
    if (secret) {
      const std::string place = fmt::format("{}/{}", settings_.name, object.address);
      if (!sealer) sealer.emplace(client_secret_);
      fingerprints.emplace(object.address, sealer->Fingerprint(*secret, place));
    } else if (warned_of_secrets_.insert(object.address).second && !context_.quiet()) {
      context_.system.console.Err(fmt::format("warning: whether the secret of {} changed cannot be told: {}\n",
                                              object.address, secret.error().message));
    }
  }
  return fingerprints;
}

Result<void> Session::ProvideSecrets(const std::vector<Change>& changes) {
  for (const Change& change : changes) {
    const Value* secret = change.payload.is_object() ? change.payload.Find("spec", "secret") : nullptr;
    if (change.kind != ObjectKind::kSink || !change.writes || !secret) continue;
    const Document* sink = set_->Find("Sink", change.identity);
    if (!sink || !sink->valid) continue;  // the agent's client refuses it
    auto read = ReadSinkSecret(context_, *set_, *sink);
    if (!read) {
      return Fail(read.error().code,
                  fmt::format("the secret of {} is needed and cannot be read, nothing was written: {}", change.address,
                              read.error().message));
    }
    agent_->ProvideSecret(change.identity, *std::move(read));
  }
  return {};
}

Result<void> Session::SendEvent(const RunEvent& event) {
  if (settings_.agent_url.empty()) {
    if (context_.arguments.Has("stateless")) return {};
    TRY_ASSIGN(std::string url, StateUrl(context_, settings_));
    EventOutbox outbox(context_, *set_, settings_, std::move(url), *loop_, *transport_);
    return loop_->RunUntilDone(outbox.SendEvent(event.type, event.data));
  }
  constexpr int kAttempts = 3;  // what was done is done: nobody waits long for this
  // Reads alone and this one POST, so that drift can tell what it found, too.
  const auto transport = MakeReadOnlyTransport(*transport_, std::string(PathOfUrl(settings_.agent_url)) + "/v1/events");
  TRY_ASSIGN(const std::unique_ptr<AgentClient> agent, MakeAgent(*transport, kAttempts));
  return loop_->RunUntilDone(agent->SendEvent(event.type, event.data));
}

void Session::SendEvents(const std::vector<RunEvent>& events) {
  for (const RunEvent& event : events) {
    const Result<void> sent = SendEvent(event);
    if (sent) continue;
    context_.system.console.Err(
        fmt::format("warning: the sinks were not told of {}: {}\n", event.type, sent.error().message));
    return;
  }
}

}  // namespace cxctl
