#include <fmt/format.h>

#include <charconv>
#include <filesystem>

#include "base/strings.h"
#include "cli/command.h"
#include "http/server.h"
#include "sim/sim_tenant.h"

namespace cxctl {

namespace {

constexpr std::size_t kLargestState = 1u << 30;
constexpr std::size_t kLargestFaults = 16u << 20;

template <class T>
Result<T> Number(const Arguments& arguments, std::string_view flag, T fallback, T smallest) {
  const auto text = arguments.Find(flag);
  if (!text) return fallback;
  T number{};
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size() || !(number >= smallest)) {
    return Fail(ErrorCode::kUsage,
                fmt::format("--{} takes a number from {}, not {}", flag, smallest, EscapeControls(*text)));
  }
  return number;
}

Result<SimOptions> ReadOptions(const Arguments& arguments) {
  SimOptions options;
  TRY_ASSIGN(options.seed, Number<std::uint64_t>(arguments, "seed", 1, 0));
  TRY_ASSIGN(options.rate, Number<double>(arguments, "rate", 20, 0));
  if (const auto text = arguments.Find("token-ttl")) {
    const auto duration = ParseDuration(*text);
    if (!duration)
      return Fail(ErrorCode::kUsage,
                  fmt::format("--token-ttl takes a duration such as 60s, not {}", EscapeControls(*text)));
    options.token_ttl = std::chrono::duration_cast<std::chrono::seconds>(*duration);
  }
  options.dialer = arguments.Get("dialer", "true") == "true";
  TRY_ASSIGN(options.time_scale, Number<double>(arguments, "time-scale", 1, 0.001));
  if (options.time_scale > 10000) return Fail(ErrorCode::kUsage, "--time-scale takes a number up to 10000");
  options.etag_in_lists = arguments.Get("etag-in-lists", "true") == "true";
  options.list_404_when_empty = arguments.Has("list-404-when-empty");
  options.token_path = arguments.Get("token-path", options.token_path);
  if (!options.token_path.starts_with('/')) return Fail(ErrorCode::kUsage, "--token-path must start with a slash");
  const std::string style = arguments.Get("auth-style", "any");
  options.auth_style = style == "body"    ? SimOptions::AuthStyle::kBody
                       : style == "basic" ? SimOptions::AuthStyle::kBasic
                                          : SimOptions::AuthStyle::kAny;
  options.client_id = arguments.Get("client-id");
  options.client_secret = arguments.Get("client-secret");
  return options;
}

/// Keeps --state-file true: written after every request that may have changed something. With faults a read may, too.
class PersistentHandler : public HttpHandler {
 public:
  PersistentHandler(SimTenant& tenant, FileSystem& files, std::string file, Console& console)
      : tenant_(tenant), files_(files), file_(std::move(file)), console_(console) {}

  ServerReply Handle(const HttpRequest& request) override {
    ServerReply reply = tenant_.Handle(request);
    if ((request.method != "GET" || tenant_.has_faults()) && !file_.empty()) {
      if (const auto written = files_.Write(file_, tenant_.Save() + "\n", true); !written) {
        console_.Err(fmt::format("error: {}\n", written.error().message));
      }
    }
    return reply;
  }

 private:
  SimTenant& tenant_;
  FileSystem& files_;
  std::string file_;
  Console& console_;
};

Result<void> LoadState(Context& context, SimTenant& tenant) {
  std::string file = context.arguments.Get("data");
  const std::string state_file = context.arguments.Get("state-file");
  if (!state_file.empty()) {
    const auto kept = context.system.files.Read(state_file, kLargestState);
    if (kept) return tenant.Load(*kept);
    if (kept.error().code != ErrorCode::kNotFound) return std::unexpected(kept.error());
  }
  if (file.empty()) return tenant.Load(SimTenant::DefaultData());
  TRY_ASSIGN(const std::string data, context.system.files.Read(file, kLargestState));
  auto loaded = tenant.Load(data);
  if (!loaded) return Fail(loaded.error().code, fmt::format("{}: {}", file, loaded.error().message));
  return {};
}

Result<void> SetFaults(Context& context, SimTenant& tenant) {
  TRY_ASSIGN(const double rate, Number<double>(context.arguments, "fault-rate", 0, 0));
  if (rate > 1) return Fail(ErrorCode::kUsage, "--fault-rate takes a number up to 1");
  tenant.SetFaultRate(rate);
  const std::string file = context.arguments.Get("faults");
  if (file.empty()) return {};
  TRY_ASSIGN(const std::string faults, context.system.files.Read(file, kLargestFaults));
  if (const auto set = tenant.SetFaults(faults); !set) {
    return Fail(set.error().code, fmt::format("{}: {}", file, set.error().message));
  }
  return {};
}

}  // namespace

int RunSim(Context& context) {
  const auto options = ReadOptions(context.arguments);
  if (!options) return ReportError(context, options.error());
  const auto port = Number<int>(context.arguments, "port", 8080, 0);
  if (!port) return ReportError(context, port.error());
  if (*port > 65535) return ReportError(context, {ErrorCode::kUsage, "--port takes a number up to 65535"});
  SimTenant tenant(*options, context.system.clock);
  if (const auto loaded = LoadState(context, tenant); !loaded) return ReportError(context, loaded.error());
  if (const auto set = SetFaults(context, tenant); !set) return ReportError(context, set.error());
  PersistentHandler handler(tenant, context.system.files, context.arguments.Get("state-file"), context.system.console);
  ServerLimits limits;
  limits.body_bytes = 64u << 20;
  limits.header_bytes = 64u << 10;
  auto server = ListenHttp("127.0.0.1", static_cast<std::uint16_t>(*port), handler, limits);
  if (!server) return ReportError(context, server.error());
  context.system.stop_on_signal([&server] { (*server)->Stop(); });
  context.system.console.Out(fmt::format("listening on http://127.0.0.1:{}\n", (*server)->port()));
  (*server)->Run();
  context.system.stop_on_signal(nullptr);
  return kSuccess;
}

}  // namespace cxctl
