#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "audit/sign.h"
#include "base/strings.h"
#include "cli/command.h"
#include "cli/pager.h"
#include "cli/session.h"
#include "manifest/expressions.h"
#include "picture/table_text.h"
#include "store/open.h"
#include "store/verify.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr std::size_t kLargestKey = 64u << 10;
constexpr std::size_t kLargestExport = std::size_t{4} << 30;

/// The URL of the store that --state or the tenant names. Reading the audit log needs no valid manifests but the Tenant
/// document.
Result<std::string> UrlForReading(Context& context) {
  if (const auto given = context.arguments.Find("state"))
    return ResolveSecret(*given, "", context.system.environment, context.system.files);
  TRY_ASSIGN(const TenantSettings settings, ReadTenantAlone(context));
  return StateUrl(context, settings);
}

/// A log that is gone must not look like one that is whole: a store that is not there is kNotFound if somebody named
/// it, and a warning where it is the tenant's, which may not have one yet.
Result<std::unique_ptr<StateStore>> OpenForReading(Context& context) {
  TRY_ASSIGN(const std::string url, UrlForReading(context));
  TRY_ASSIGN(const StoreUrl store, ParseStoreUrl(url));
  if (store.kind == StoreUrl::kSqlite && !context.system.files.Size(store.target)) {
    if (context.arguments.Has("state"))
      return Fail(ErrorCode::kNotFound,
                  fmt::format("there is no state store {}: check the path", EscapeControls(store.target)));
    context.system.console.Err(fmt::format(
        "warning: there is no state store {} (yet): the first cxctl apply makes it\n", EscapeControls(store.target)));
  }
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

std::vector<Cell> LogRow(const Value& record) {
  const auto shown = [&](std::string_view key) { return EscapeControls(record.GetString(key)); };
  const Value* seq = record.Find("seq");
  return {{std::to_string(seq ? seq->as_int() : 0)},
          {shown("time")},
          {shown("outcome")},
          {shown("action")},
          {shown("address")},
          {shown("actor")},
          {"run " + shown("run")},
          {shown("reason")}};
}

/// The rows cut for a terminal; in a pipe the same columns at all times.
std::string LogText(const std::vector<std::vector<Cell>>& rows, std::size_t width) {
  static const std::vector<Column> kColumns = {{Fit::kWhole, true}, {Fit::kNice},  {Fit::kNice},  {Fit::kWhole},
                                               {Fit::kAddress},     {Fit::kSpare}, {Fit::kSpare}, {Fit::kSpare}};
  if (width > 0) return TableText(rows, kColumns, width, false);
  std::string text;
  for (const auto& row : rows) {
    text += fmt::format("{:>6}  {}  {:<9} {:<10} {}  {}  {}{}{}\n", row[0].text, row[1].text, row[2].text, row[3].text,
                        row[4].text, row[5].text, row[6].text, row[7].text.empty() ? "" : "  ", row[7].text);
  }
  return text;
}

int Log(Context& context, StateStore& store) {
  std::vector<std::vector<Cell>> rows;
  std::vector<std::string> lines;
  const auto read = ReadRecords(context, store, [&](std::string_view line, const Value& record) {
    if (context.json()) {
      lines.emplace_back(line);
    } else {
      rows.push_back(LogRow(record));
    }
  });
  if (!read) return ReportError(context, read.error());
  if (!context.json()) {
    const std::string shown = LogText(rows, context.system.console.OutSize().columns);
    PrintLongText(context, rows.empty() ? "No records.\n" : shown);
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
  PrintLongText(context, ToPrettyJson(*record) + "\n");
  return kSuccess;
}

/// What the signed heads say of a chain: each that the key signed must be the hash of the record at its count, and the
/// last one must not be beyond the end. `hash_of(n)` gives the hash of record n, "" where there is none.
void CheckSignedHeads(const std::vector<std::string>& lines, const std::string& public_pem,
                      const std::map<std::int64_t, std::string>& hashes, ChainReport& report) {
  const auto problem = [&](std::int64_t record, std::string message) {
    report.problems.push_back({record, std::move(message)});
  };
  if (lines.empty()) {
    problem(report.records, "there is no signed head: the runs were not signed, or the heads were removed");
    return;
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto head = VerifySignedHead(lines[i], public_pem);
    if (!head) {
      problem(report.records, fmt::format("signed head {} cannot be relied on: {}", i + 1, head.error().message));
      continue;
    }
    const auto found = hashes.find(head->count);
    const std::string said =
        fmt::format("the signed head of run {} at {}", EscapeControls(head->run), FormatUtc(head->time, true));
    if (head->count > report.records) {
      problem(report.records, fmt::format("{} says that there are {} records, and there are {}: the end of the chain "
                                          "was cut off, or the chain was set back to an older copy",
                                          said, head->count, report.records));
    } else if (found == hashes.end() || found->second != head->hash) {
      problem(head->count,
              fmt::format("record {} is not the one that {} names: the chain was rewritten", head->count, said));
    }
  }
}

/// The heads' counts, to know which hashes are needed.
std::map<std::int64_t, std::string> SignedCounts(const std::vector<std::string>& lines) {
  std::map<std::int64_t, std::string> counts;
  Arena arena;
  for (const std::string& line : lines) {
    const auto json = ParseJson(arena, line);
    if (!json || !json->is_object()) continue;
    if (const Value* count = json->Find("count"); count && count->is_int()) counts[count->as_int()];
  }
  return counts;
}

std::string HashOf(std::string_view line) {
  Arena arena;
  const auto record = ParseJson(arena, line);
  return record && record->is_object() ? std::string(record->GetString("hash")) : "";
}

Result<std::optional<std::string>> ReadPublicKey(Context& context) {
  const auto file = context.arguments.Find("public-key");
  if (!file) return std::optional<std::string>();
  TRY_ASSIGN(std::string pem, context.system.files.Read(*file, kLargestKey));
  // A key that is none is wrong usage, whether or not there is something to verify.
  const auto checked = VerifySignedHead("", pem);
  if (!checked && checked.error().code == ErrorCode::kUsage) {
    return Fail(ErrorCode::kUsage, fmt::format("{} holds no Ed25519 public key in PEM form: cxctl audit keygen makes "
                                               "audit.pub",
                                               EscapeControls(*file)));
  }
  return std::optional<std::string>(std::move(pem));
}

std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines = Split(text, '\n');
  if (lines.back().empty()) lines.pop_back();
  return lines;
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

/// The signed heads that belong to an exported file: its companion FILE.sig, else what the state store has, if there is
/// one at hand.
Result<std::vector<std::string>> HeadsFor(Context& context, const std::string& file) {
  const auto companion = context.system.files.Read(file + ".sig", kLargestExport);
  if (companion) {
    std::vector<std::string> heads;
    for (const std::string_view line : LinesOf(*companion)) heads.emplace_back(line);
    return heads;
  }
  if (companion.error().code != ErrorCode::kNotFound) return std::unexpected(companion.error());
  const auto store = OpenForReading(context);
  if (!store) return std::vector<std::string>();
  return (*store)->SignedHeads();
}

int VerifyFile(Context& context, const std::string& file) {
  const auto text = context.system.files.Read(file, kLargestExport);
  if (!text) return ReportError(context, text.error());
  const auto key = ReadPublicKey(context);
  if (!key) return ReportError(context, key.error());
  std::vector<std::string> heads;
  if (*key) {
    auto found = HeadsFor(context, file);
    if (!found) return ReportError(context, found.error());
    heads = *std::move(found);
  }
  std::map<std::int64_t, std::string> hashes = SignedCounts(heads);
  ChainVerifier verifier;
  std::int64_t number = 0;
  const std::vector<std::string_view> lines = LinesOf(*text);
  // What another tool wrote anew is rewritten throughout. Among lines as they were written, one that is not was
  // touched.
  const bool rewritten =
      std::ranges::none_of(lines, [](std::string_view line) { return CanonicalRecord(line) == line; });
  for (const std::string_view line : lines) {
    const std::string canonical = rewritten ? CanonicalRecord(line) : "";
    verifier.Add(canonical.empty() ? line : canonical);
    if (const auto wanted = hashes.find(++number); wanted != hashes.end()) wanted->second = HashOf(line);
  }
  ChainReport report = verifier.Finish(std::nullopt, context.arguments.Find("expect-head"));
  if (*key) CheckSignedHeads(heads, **key, hashes, report);
  return ReportChain(context, report, EscapeControls(file));
}

int Verify(Context& context) {
  if (context.arguments.positional.size() > 1) return VerifyFile(context, context.arguments.positional[1]);
  const auto store = OpenForReading(context);
  if (!store) return ReportError(context, store.error());
  auto report = VerifyStore(**store);
  if (!report) return ReportError(context, report.error());
  const auto key = ReadPublicKey(context);
  if (!key) return ReportError(context, key.error());
  if (*key) {
    const auto heads = (*store)->SignedHeads();
    if (!heads) return ReportError(context, heads.error());
    std::map<std::int64_t, std::string> hashes = SignedCounts(*heads);
    for (auto& [count, hash] : hashes) {
      const auto read = (*store)->ReadAudit(count, [&, wanted = count](std::string_view line) {
        if (wanted <= report->records) hash = HashOf(line);
        return false;
      });
      if (!read) return ReportError(context, read.error());
    }
    CheckSignedHeads(*heads, **key, hashes, *report);
  }
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
  const auto heads = store.SignedHeads();
  if (!heads) return ReportError(context, heads.error());
  if (!heads->empty() && !context.arguments.Has("run") && !context.arguments.Has("address")) {
    const auto kept = context.system.files.Write(out + ".sig", Join(*heads, "\n") + "\n", true);
    if (!kept) return ReportError(context, kept.error());
  }
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

/// Makes a key pair; what is there already stays.
int Keygen(Context& context) {
  const std::string folder = context.arguments.Get("out", ".");
  const std::string prefix = folder == "." ? "" : folder + "/";
  const std::string secret = prefix + "audit.key";
  const std::string open = prefix + "audit.pub";
  for (const std::string& file : {secret, open}) {
    const auto there = context.system.files.Read(file, kLargestKey);
    if (there || there.error().code != ErrorCode::kNotFound) {
      return ReportError(context, {ErrorCode::kRefused, fmt::format("{} is there already: nothing was written; move it "
                                                                    "away, or choose another folder with -o",
                                                                    EscapeControls(file))});
    }
  }
  const auto key = MakeSigningKey();
  if (!key) return ReportError(context, key.error());
  if (const auto kept = context.system.files.Write(secret, key->private_pem, true); !kept)
    return ReportError(context, kept.error());
  if (const auto kept = context.system.files.Write(open, key->public_pem, false); !kept)
    return ReportError(context, kept.error());
  if (context.json()) {
    Arena arena;
    context.system.console.Out(
        ToPrettyJson(ObjectBuilder(arena).Set("privateKey", secret).Set("publicKey", open).Build()) + "\n");
    return kSuccess;
  }
  context.system.console.Out(fmt::format(
      "{0} signs: keep it secret, out of git, and name it in the Tenant document as spec.audit.key: ${{file:…}}.\n"
      "{1} verifies: keep it where the audit is read, then: cxctl audit verify --public-key {1}\n",
      EscapeControls(secret), EscapeControls(open)));
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
  if (subcommand == "keygen") return Keygen(context);
  const auto store = OpenForReading(context);
  if (!store) return ReportError(context, store.error());
  if (subcommand == "log") return Log(context, **store);
  if (subcommand == "show") return Show(context, **store);
  return Export(context, **store);
}

}  // namespace cxctl
