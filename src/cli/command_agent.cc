#include "cli/command_agent.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "agent/agent.h"
#include "base/strings.h"
#include "cli/agent_services.h"
#include "cli/session.h"
#include "http/server.h"
#include "telemetry/log_writer.h"
#include "value/json.h"
#include "webhook/seal.h"

namespace cxctl {

namespace {

constexpr std::size_t kLargestPem = 1u << 20;
constexpr Duration kCertificateCheck = std::chrono::seconds(30);

/// Where and how it listens.
struct Listening {
  std::string host;
  std::uint16_t port = 0;
  std::string certificate_file, key_file;
  bool tls() const { return !certificate_file.empty(); }
  std::string Url(std::uint16_t actual_port) const {
    const bool is_v6 = host.find(':') != std::string::npos;
    return fmt::format("{}://{}{}{}:{}", tls() ? "https" : "http", is_v6 ? "[" : "", host, is_v6 ? "]" : "",
                       actual_port);
  }
};

/// `HOST:PORT`, `[::1]:PORT`.
Result<Listening> ReadAddress(const std::string& text) {
  Listening listening;
  const std::size_t colon = text.rfind(':');
  const std::string port = colon == std::string::npos ? "" : text.substr(colon + 1);
  listening.host = text.substr(0, colon == std::string::npos ? 0 : colon);
  const bool is_v6 = listening.host.starts_with('[') && listening.host.ends_with(']');
  if (is_v6) listening.host = listening.host.substr(1, listening.host.size() - 2);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), listening.port);
  if (listening.host.empty() || port.empty() || error != std::errc() || end != port.data() + port.size() ||
      (!is_v6 && listening.host.find(':') != std::string::npos)) {
    return Fail(ErrorCode::kUsage,
                fmt::format("--listen takes HOST:PORT such as 127.0.0.1:8443, not {}", EscapeControls(text)));
  }
  return listening;
}

Result<Listening> ReadListening(Context& context) {
  TRY_ASSIGN(Listening listening, ReadAddress(context.arguments.Get("listen", "127.0.0.1:8443")));
  listening.certificate_file = context.arguments.Get("tls-cert");
  listening.key_file = context.arguments.Get("tls-key");
  if (listening.certificate_file.empty() != listening.key_file.empty()) {
    return Fail(ErrorCode::kUsage, "--tls-cert and --tls-key go together: give both, or neither");
  }
  if (listening.tls() || IsLoopbackAddress(listening.host)) return listening;
  if (!context.arguments.Has("insecure-http")) {
    return Fail(
        ErrorCode::kUsage,
        fmt::format("{} is not loopback, and tokens must not go over plain HTTP: give --tls-cert and --tls-key, "
                    "or --insecure-http behind a proxy that speaks TLS",
                    EscapeControls(listening.host)));
  }
  context.system.console.Err("warning: --insecure-http: tokens and data go over the network unencrypted\n");
  return listening;
}

/// Seals with a key that is derived from the tenant's client secret.
class ClientSecretBox final : public SecretBox {
 public:
  ClientSecretBox(std::string_view client_secret, std::string tenant)
      : sealer_(client_secret), tenant_(std::move(tenant)) {}
  Result<std::string> Seal(std::string_view sink, std::string_view secret) override {
    return sealer_.Seal(secret, Place(sink));
  }
  Result<std::string> Open(std::string_view sink, std::string_view sealed) const override {
    return sealer_.Open(sealed, Place(sink));
  }
  /// What a plan computes, too: it knows the tenant's client secret as well.
  std::string Fingerprint(std::string_view sink, std::string_view secret) const override {
    return sealer_.Fingerprint(secret, Place(sink));
  }

 private:
  std::string Place(std::string_view sink) const { return fmt::format("{}/Sink/{}", tenant_, sink); }

  SecretSealer sealer_;
  const std::string tenant_;
};

/// Everything that the agent stands on, in the order in which it may be taken down again from the end.
class AgentProgram {
 public:
  AgentProgram(Context& context, TenantSettings settings) : context_(context), settings_(std::move(settings)) {}
  Result<void> Build();
  Result<int> RunOnce();
  Result<int> Serve(const Listening& listening);

 private:
  Result<std::pair<std::string, std::string>> ReadPair(const Listening& listening);
  ServerOptions Options() const;
  Task<void> WatchCertificate(Listening listening, std::pair<std::string, std::string> known);
  Task<int> Work();
  void PrintJson(const Value& document) { context_.system.console.Out(ToPrettyJson(document) + "\n"); }

  Context& context_;
  const TenantSettings settings_;
  Arena arena_;
  std::unique_ptr<Log> log_;
  MetricRegistry metrics_;
  std::unique_ptr<AgentStore> store_;
  std::unique_ptr<SecretBox> secrets_;
  std::unique_ptr<CurlTransport> transport_;
  std::unique_ptr<Loop> loop_;
  std::unique_ptr<TenantClient> client_;
  std::unique_ptr<Agent> agent_;
  std::unique_ptr<AgentServices> services_;
  std::unique_ptr<HttpServer> server_;
  std::unique_ptr<Signal> server_changed_;
  bool server_ended_ = false;
};

Result<void> AgentProgram::Build() {
  System& system = context_.system;
  const bool json = context_.arguments.Get("log-format", "text") == "json";
  log_ = MakeLogWriter(system.clock, json ? LogFormat::kJson : LogFormat::kText,
                       [&system](std::string_view line) { system.console.Err(line); });
  TRY_ASSIGN(TenantConnection connection, ReadTenantConnection(context_, settings_));
  secrets_ = std::make_unique<ClientSecretBox>(connection.client_secret, settings_.name);
  TRY_ASSIGN(const std::string url, StateUrl(context_, settings_));
  TRY_ASSIGN(store_, OpenAgentStore(url, StoreMode::kWrite));
  CurlOptions options;
  options.ca_file = settings_.ca_file;
  options.user_agent = fmt::format("cxctl-agent/{}", system.version);
  TRY_ASSIGN(transport_, system.make_transport(options));
  loop_ = std::make_unique<Loop>(system.clock, *transport_);
  transport_->Attach(*loop_);
  TRY_ASSIGN(client_, MakeTenantClient(std::move(connection), arena_, *loop_, *transport_, system.random, nullptr));
  const std::string admin = system.environment.Get("CXCTL_AGENT_TOKEN").value_or("");
  agent_ =
      std::make_unique<Agent>(Agent::Parts{*loop_, system.random, *store_, *secrets_, *log_, metrics_, settings_.name,
                                           system.version, admin, [this] { return client_->CheckToken(); }});
  server_changed_ = std::make_unique<Signal>(*loop_);
  services_ = std::make_unique<AgentServices>(
      AgentServices::Parts{context_, settings_, *loop_, *store_, *transport_, *client_, *agent_, *log_, metrics_});
  return services_->Add();
}

Task<ControllerRunner::OnceReport> OneStep(Agent& agent) {
  ControllerRunner::OnceReport report = co_await agent.RunOnce();
  co_return report;
}

Value OnceJson(Arena& arena, const ControllerRunner::OnceReport& report) {
  return ObjectBuilder(arena)
      .Set("controllers", report.steps)
      .Set("elsewhere", report.held_elsewhere)
      .Set("failed", report.failed)
      .Set("missedMetrics", report.missed_metrics)
      .Build();
}

Result<int> AgentProgram::RunOnce() {
  context_.system.stop_on_signal([this] { loop_->PostFromThread([this] { agent_->Stop(); }); });
  const ControllerRunner::OnceReport report = loop_->RunUntilDone(OneStep(*agent_));
  context_.system.stop_on_signal(nullptr);
  log_->Info("one step done", {{"controllers", std::to_string(report.steps)},
                               {"elsewhere", std::to_string(report.held_elsewhere)},
                               {"failed", std::to_string(report.failed)},
                               {"missedMetrics", std::to_string(report.missed_metrics)}});
  if (context_.json()) PrintJson(OnceJson(arena_, report));
  return report.failed > 0 || report.missed_metrics > 0 ? kCouldNot : kSuccess;
}

Result<std::pair<std::string, std::string>> AgentProgram::ReadPair(const Listening& listening) {
  if (!listening.tls()) return std::pair<std::string, std::string>();
  TRY_ASSIGN(std::string certificate, context_.system.files.Read(listening.certificate_file, kLargestPem));
  TRY_ASSIGN(std::string key, context_.system.files.Read(listening.key_file, kLargestPem));
  return std::pair(std::move(certificate), std::move(key));
}

ServerOptions AgentProgram::Options() const {
  ServerOptions options;
  options.limits.send_timeout = std::chrono::seconds(10);
  options.limits.answer_timeout = std::chrono::seconds(30);
  options.limits.refused_connections = 256;
  options.limits.max_in_flight = 1024;
  options.limits.max_requests_per_connection = 1000;
  options.limits.answers_timeouts = true;
  options.refuse = [&system = context_.system](const ServerRefusal& refusal) {
    return ApiServer::RefusalAnswer(refusal, system.clock.Now(), system.random);
  };
  return options;
}

/// Takes a renewed certificate without a restart.
Task<void> AgentProgram::WatchCertificate(Listening listening, std::pair<std::string, std::string> known) {
  while (listening.tls()) {
    co_await loop_->Sleep(kCertificateCheck);
    auto pair = ReadPair(listening);
    // While it is being replaced one of the files may be the other's no more, or missing.
    if (!pair || *pair == known) continue;
    known = *pair;
    if (const auto changed = server_->ChangeCertificate(pair->first, pair->second); changed) {
      log_->Info("took the new TLS certificate");
    } else {
      log_->Error("the new TLS certificate is not taken", {{"reason", changed.error().message}});
    }
  }
}

Task<int> AgentProgram::Work() {
  co_await agent_->Run();
  while (!server_ended_) co_await server_changed_->Wait();
  co_return static_cast<int>(kSuccess);
}

Result<int> AgentProgram::Serve(const Listening& listening) {
  TRY_ASSIGN(auto pair, ReadPair(listening));
  ServerOptions options = Options();
  options.certificate = pair.first;
  options.private_key = pair.second;
  TRY_ASSIGN(server_, ListenHttp(listening.host, listening.port, agent_->api(), std::move(options)));
  agent_->api().SetLoopback(server_->is_loopback());
  const ServerThread thread(*server_, [this] {
    loop_->PostFromThread([this] {
      server_ended_ = true;
      server_changed_->NotifyAll();
    });
  });
  context_.system.stop_on_signal([this] {
    loop_->PostFromThread([this] {
      log_->Info("stopping");
      agent_->Stop();
      server_->Stop();
    });
  });
  const std::string url = listening.Url(server_->port());
  if (context_.json()) {
    PrintJson(ObjectBuilder(arena_).Set("url", url).Build());
  } else {
    context_.system.console.Out(fmt::format("listening on {}\n", url));
  }
  log_->Info("started", {{"url", url}, {"tenant", settings_.name}, {"agent", agent_->id()}});
  loop_->SpawnBackground(WatchCertificate(listening, std::move(pair)));
  const int exit = loop_->RunUntilDone(Work());
  context_.system.stop_on_signal(nullptr);
  log_->Info("stopped");
  return exit;
}

Result<int> RunOrServe(Context& context) {
  if (!context.arguments.positional.empty()) {
    return Fail(ErrorCode::kUsage, fmt::format("agent has no subcommand {}: token, dead-letters and replay are",
                                               EscapeControls(context.arguments.positional[0])));
  }
  TRY_ASSIGN(const Listening listening, ReadListening(context));
  TRY_ASSIGN(TenantSettings settings, ReadTenantAlone(context));
  AgentProgram program(context, std::move(settings));
  TRY(program.Build());
  if (context.arguments.Has("once")) return program.RunOnce();
  return program.Serve(listening);
}

}  // namespace

int RunAgent(Context& context) {
  const std::string word = context.arguments.positional.empty() ? "" : context.arguments.positional[0];
  if (word == "token") return RunAgentToken(context);
  if (word == "dead-letters" || word == "replay") return RunAgentLetters(context);
  const auto exit = RunOrServe(context);
  return exit ? *exit : ReportError(context, exit.error());
}

}  // namespace cxctl
