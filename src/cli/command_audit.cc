#include <fmt/format.h>

#include <charconv>

#include "base/strings.h"
#include "cli/command.h"
#include "cli/session.h"
#include "manifest/expressions.h"
#include "store/verify.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr std::size_t kLargestExport = std::size_t{4} << 30;

/// The store that --state or the tenant names. Reading the audit log needs no valid manifests but the Tenant document.
Result<std::unique_ptr<StateStore>> OpenForReading(Context& context) {
  if (const auto given = context.arguments.Find("state")) {
    TRY_ASSIGN(const std::string url, ResolveSecret(*given, "", context.system.environment, context.system.files));
    return OpenStateStore(url, StoreMode::kRead);
  }
  ManifestLoader loader(context.system.files);
  TRY_ASSIGN(const auto pick, PickTenant(context, loader));
  TRY_ASSIGN(const ManifestSet set, loader.Load(pick));
  if (!set.tenant->valid)
    return Fail(ErrorCode::kInvalid,
                fmt::format("the Tenant document in {} is invalid: see cxctl validate -t {}", pick.file, pick.file));
  const TenantSettings settings = ReadTenantSettings(set);
  TRY_ASSIGN(const std::string url, StateUrl(context, settings));
  return OpenStateStore(url, StoreMode::kRead);
}

/// Calls `visit` for the records that --run and --address leave, with the line and what it says.
Result<void> ReadRecords(Context& context, StateStore& store,
                         const std::function<void(std::string_view, const Value&)>& visit) {
  const auto run = context.arguments.Find("run");
  const auto address = context.arguments.Find("address");
  std::optional<Error> broken;
  const Result<void> read = store.ReadAudit(1, [&](std::string_view line) {
    Arena arena;
    const auto record = ParseJson(arena, line);
    if (!record) {
      broken = Error{
          ErrorCode::kIntegrity,
          fmt::format("a record of the audit log cannot be read ({}): see cxctl audit verify", record.error().message)};
      return false;
    }
    if (run && record->GetString("run") != *run) return true;
    if (address && !GlobMatches(*address, record->GetString("address"))) return true;
    visit(line, *record);
    return true;
  });
  if (broken) return std::unexpected(*broken);
  return read;
}

int Log(Context& context, StateStore& store) {
  std::string text;
  std::vector<std::string> lines;
  const auto read = ReadRecords(context, store, [&](std::string_view line, const Value& record) {
    if (context.json()) {
      lines.emplace_back(line);
      return;
    }
    const auto shown = [&](std::string_view key) { return EscapeControls(record.GetString(key)); };
    text +=
        fmt::format("{:>6}  {}  {:<9} {:<10} {}  {}  run {}{}\n", record.Find("seq") ? record.Find("seq")->as_int() : 0,
                    shown("time"), shown("outcome"), shown("action"), shown("address"), shown("actor"), shown("run"),
                    record.GetString("reason").empty() ? "" : "  " + shown("reason"));
  });
  if (!read) return ReportError(context, read.error());
  if (!context.json()) {
    context.system.console.Out(text.empty() ? "No records.\n" : text);
    return kSuccess;
  }
  Arena arena;
  ArrayBuilder records(arena);
  for (const std::string& line : lines) records.Add(*ParseJson(arena, line));
  context.system.console.Out(ToPrettyJson(ObjectBuilder(arena).Set("records", records.Build()).Build()) + "\n");
  return kSuccess;
}

int Show(Context& context, StateStore& store) {
  std::int64_t seq = 0;
  const std::string text = context.arguments.positional.size() > 1 ? context.arguments.positional[1] : "";
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seq);
  if (error != std::errc() || end != text.data() + text.size() || seq < 1) {
    return ReportError(context, {ErrorCode::kUsage,
                                 "audit show takes the number of a record, such as 41; cxctl audit log lists them"});
  }
  std::optional<std::string> found;
  const auto read = store.ReadAudit(seq, [&](std::string_view line) {
    found = std::string(line);
    return false;
  });
  if (!read) return ReportError(context, read.error());
  if (!found) return ReportError(context, {ErrorCode::kNotFound, fmt::format("there is no record {}", seq)});
  Arena arena;
  const auto record = ParseJson(arena, *found);
  if (!record)
    return ReportError(context,
                       {ErrorCode::kIntegrity, fmt::format("record {} cannot be read: see cxctl audit verify", seq)});
  context.system.console.Out(ToPrettyJson(*record) + "\n");
  return kSuccess;
}

int ReportChain(Context& context, const ChainReport& report, const std::string& what) {
  if (context.json()) {
    Arena arena;
    ArrayBuilder problems(arena);
    for (const ChainProblem& problem : report.problems) {
      problems.Add(ObjectBuilder(arena).Set("record", problem.record).Set("message", problem.message).Build());
    }
    context.system.console.Out(ToPrettyJson(ObjectBuilder(arena)
                                                .Set("ok", report.ok())
                                                .Set("records", report.records)
                                                .Set("head", report.head)
                                                .Set("problems", problems.Build())
                                                .Build()) +
                               "\n");
    return report.ok() ? kSuccess : kIntegrity;
  }
  for (const ChainProblem& problem : report.problems)
    context.system.console.Out(fmt::format("{}\n", EscapeControls(problem.message)));
  if (report.ok()) {
    context.system.console.Out(fmt::format("The audit chain of {} verifies: {}, head {}.\n", what,
                                           Count(static_cast<std::size_t>(report.records), "record"), report.head));
    return kSuccess;
  }
  context.system.console.Out(fmt::format("The audit chain of {} does NOT verify: {} in {}.\n", what,
                                         Count(report.problems.size(), "problem"),
                                         Count(static_cast<std::size_t>(report.records), "record")));
  return kIntegrity;
}

int VerifyFile(Context& context, const std::string& file) {
  const auto text = context.system.files.Read(file, kLargestExport);
  if (!text) return ReportError(context, text.error());
  ChainVerifier verifier;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const std::size_t newline = rest.find('\n');
    verifier.Add(rest.substr(0, newline));
    rest = newline == std::string_view::npos ? "" : rest.substr(newline + 1);
  }
  return ReportChain(context, verifier.Finish(std::nullopt, context.arguments.Find("expect-head")),
                     EscapeControls(file));
}

int Verify(Context& context) {
  if (context.arguments.positional.size() > 1) return VerifyFile(context, context.arguments.positional[1]);
  const auto store = OpenForReading(context);
  if (!store) return ReportError(context, store.error());
  auto report = VerifyStore(**store);
  if (!report) return ReportError(context, report.error());
  const auto expected = context.arguments.Find("expect-head");
  if (expected && *expected != report->head) {
    report->problems.push_back({report->records, fmt::format("the last record has the hash {}, expected {}",
                                                             report->head, EscapeControls(*expected))});
  }
  return ReportChain(context, *report, "the state store");
}

int Export(Context& context, StateStore& store) {
  const std::string out = context.arguments.Get("out", "-");
  std::string lines, head;
  std::size_t count = 0;
  const auto read = ReadRecords(context, store, [&](std::string_view line, const Value& record) {
    lines.append(line).push_back('\n');
    head = record.GetString("hash");
    ++count;
  });
  if (!read) return ReportError(context, read.error());
  if (out == "-") {
    context.system.console.Out(lines);
    return kSuccess;
  }
  const auto written = context.system.files.Write(out, lines, true);
  if (!written) return ReportError(context, written.error());
  if (context.json()) {
    Arena arena;
    ObjectBuilder result(arena);
    result.Set("file", out).Set("records", count).Set("head", head.empty() ? Value::Null() : MakeString(arena, head));
    context.system.console.Out(ToPrettyJson(result.Build()) + "\n");
  } else if (!context.quiet()) {
    context.system.console.Err(fmt::format("{} written to {}{}.\n", Count(count, "record"), EscapeControls(out),
                                           head.empty() ? "" : ", head " + head));
  }
  return kSuccess;
}

}  // namespace

int RunAudit(Context& context) {
  const std::string& subcommand = context.arguments.positional[0];
  const bool takes_argument = subcommand == "show" || subcommand == "verify";
  if (!takes_argument && context.arguments.positional.size() > 1) {
    return ReportError(context, {ErrorCode::kUsage, fmt::format("audit {} takes no argument: {}", subcommand,
                                                                EscapeControls(context.arguments.positional[1]))});
  }
  if (subcommand == "export" && context.json() && context.arguments.Get("out", "-") == "-") {
    return ReportError(
        context,
        {ErrorCode::kUsage, "audit export writes JSON Lines: name a file with -o, or take audit log --format json"});
  }
  if (subcommand == "verify") return Verify(context);
  const auto store = OpenForReading(context);
  if (!store) return ReportError(context, store.error());
  if (subcommand == "log") return Log(context, **store);
  if (subcommand == "show") return Show(context, **store);
  return Export(context, **store);
}

}  // namespace cxctl
