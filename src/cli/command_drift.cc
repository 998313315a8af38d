#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "author/accept.h"
#include "base/strings.h"
#include "cli/command.h"
#include "cli/report_output.h"
#include "cli/rule_warning.h"
#include "cli/session.h"
#include "cli/view_files.h"
#include "cli/view_plan.h"
#include "drift/baseline.h"
#include "drift/drift.h"
#include "value/json.h"

namespace cxctl {

namespace {

Value TextOrNull(Arena& arena, const std::string& text) {
  return text.empty() ? Value::Null() : MakeString(arena, text);
}

Value DriftJson(Arena& arena, const DriftReport& report, bool with_known) {
  ArrayBuilder items(arena);
  for (const DriftItem& item : report.items) {
    ArrayBuilder fields(arena);
    for (const DriftField& field : item.fields) {
      fields.Add(ObjectBuilder(arena)
                     .Set("path", field.path)
                     .Set("lastApplied", field.last_applied)
                     .Set("manifest", field.manifest)
                     .Set("live", field.live)
                     .Build());
    }
    items.Add(ObjectBuilder(arena)
                  .Set("address", item.address)
                  .Set("status", DriftStatusName(item.status))
                  .Set("fields", fields.Build())
                  .Set("updatedBy", TextOrNull(arena, item.updated_by))
                  .Set("updatedAt", TextOrNull(arena, item.updated_at))
                  .Build());
  }
  const Value coverage = ObjectBuilder(arena).Set("managed", report.managed).Set("seen", report.seen).Build();
  ObjectBuilder document(arena);
  document.Set("items", items.Build());
  if (with_known) document.Set("known", report.known);
  return document.Set("coverage", coverage).Build();
}

/// The plan and the report that drift and drift accept share.
struct Found {
  Plan plan;
  DriftReport report;
};

Result<Found> FindDrift(Context& context, Session& session, std::optional<int>& reported) {
  TRY_ASSIGN(PlanOptions options, ReadPlanOptions(context.arguments));
  options.report_missing = true;
  const bool stateless = options.stateless;
  reported = session.LoadManifests();
  if (reported) return Fail(ErrorCode::kInvalid, "");
  TRY(session.OpenStore(StoreMode::kRead));
  TRY(session.Connect(false));
  TRY_ASSIGN(Plan plan, session.MakePlan(std::move(options), reported));
  ReportWarnings(context, plan.diagnostics, session.sources());
  DriftReport report =
      BuildDrift(session.arena(), plan, session.applied(), stateless, context.arguments.Has("unmanaged"));
  return Found{std::move(plan), std::move(report)};
}

Result<void> WriteBaseline(Context& context, Session& session, const DriftReport& report, const std::string& file) {
  const std::string text = BaselineJson(session.arena(), report, session.settings().name) + "\n";
  TRY(context.system.files.Write(file, text, false));
  if (!context.quiet()) context.system.console.Err(fmt::format("Wrote today's drift to {}.\n", EscapeControls(file)));
  return {};
}

Result<void> UseBaselines(Context& context, Session& session, DriftReport& report) {
  constexpr std::size_t kLongestBaseline = 64u << 20;
  const auto write = context.arguments.Find("write-baseline");
  if (write) TRY(WriteBaseline(context, session, report, *write));
  const auto file = context.arguments.Find("baseline");
  if (!file) return {};
  auto text = context.system.files.Read(*file, kLongestBaseline);
  if (!text && text.error().code == ErrorCode::kNotFound) {
    TRY(WriteBaseline(context, session, report, *file));
    text = BaselineJson(session.arena(), report, session.settings().name);
  }
  TRY(text);
  const auto known = LeaveOutBaseline(report, *text, session.settings().name);
  if (!known)
    return Fail(known.error().code, fmt::format("cannot use {}: {}", EscapeControls(*file), known.error().message));
  report.known = *known;
  return {};
}

/// The items that the addresses select. An address that selects none is a mistake.
Result<std::vector<DriftItem>> SelectItems(const DriftReport& report, const std::vector<std::string>& globs) {
  std::vector<DriftItem> selected;
  const auto is_drift = [](const DriftItem& item) { return item.status != DriftStatus::kPending; };
  for (const std::string& glob : globs) {
    const bool found = std::ranges::any_of(
        report.items, [&](const DriftItem& item) { return is_drift(item) && GlobMatches(glob, item.address); });
    if (!found) {
      return Fail(ErrorCode::kNotFound, fmt::format("{} matches no drift, and nothing is written: see cxctl drift{}",
                                                    EscapeControls(glob), " (--unmanaged for what git does not know)"));
    }
  }
  for (const DriftItem& item : report.items) {
    const auto matches = [&](const std::string& glob) { return GlobMatches(glob, item.address); };
    if (is_drift(item) && std::ranges::any_of(globs, matches)) selected.push_back(item);
  }
  return selected;
}

Value AcceptJson(Arena& arena, const AcceptReport& report, bool dry_run) {
  ArrayBuilder items(arena), files(arena);
  for (const AcceptedItem& item : report.items) {
    ArrayBuilder paths(arena);
    for (const std::string& path : item.paths) paths.Add(path);
    items.Add(ObjectBuilder(arena)
                  .Set("address", item.address)
                  .Set("status", DriftStatusName(item.status))
                  .Set("accepted", item.refusal.empty())
                  .Set("paths", paths.Build())
                  .Set("refusal", TextOrNull(arena, item.refusal))
                  .Build());
  }
  for (const FileChange& file : report.files) files.Add(file.path);
  return ObjectBuilder(arena).Set("items", items.Build()).Set("files", files.Build()).Set("dryRun", dry_run).Build();
}

void PrintAccepted(Context& context, Session& session, const AcceptReport& report, bool dry_run) {
  Console& console = context.system.console;
  if (context.json()) {
    console.Out(MaskPhoneNumbers(ToPrettyJson(AcceptJson(session.arena(), report, dry_run))) + "\n");
    return;
  }
  console.Out(RenderFileDiff(report.files, context.color_out));
  std::size_t accepted = 0;
  for (const AcceptedItem& item : report.items) {
    accepted += item.refusal.empty() ? 1 : 0;
    if (!item.refusal.empty()) {
      console.Err(fmt::format("refused: {} ({}): {}\n", EscapeControls(item.address), DriftStatusName(item.status),
                              MaskPhoneNumbers(EscapeControls(item.refusal))));
    }
  }
  if (!context.quiet()) {
    console.Err(fmt::format("{} of {} accepted{}.\n", accepted, Count(report.items.size(), "item"),
                            dry_run ? " (--dry-run: nothing is written)" : ""));
  }
}

/// What would bring the drifted objects back. What is only pending is nobody's doing but ours.
std::vector<Change> DriftedChanges(const Plan& plan, const DriftReport& report) {
  std::set<std::string_view> drifted;
  for (const DriftItem& item : report.items) {
    if (item.status != DriftStatus::kPending) drifted.insert(item.address);
  }
  std::vector<Change> changes;
  std::ranges::copy_if(plan.changes, std::back_inserter(changes),
                       [&](const Change& change) { return drifted.contains(change.address); });
  return changes;
}

}  // namespace

int RunDrift(Context& context) {
  const auto& words = context.arguments.positional;
  if (!words.empty() && words[0] == "accept") return RunDriftAccept(context);
  if (!words.empty()) {
    return ReportError(context,
                       {ErrorCode::kUsage, fmt::format("drift has no subcommand {}: drift accept ADDRESS… takes "
                                                       "live values into git; see: cxctl drift --help",
                                                       EscapeControls(words[0]))});
  }
  for (const char* flag : {"dry-run", "remove"}) {
    if (context.arguments.Has(flag))
      return ReportError(context, {ErrorCode::kUsage, fmt::format("--{} is for cxctl drift accept", flag)});
  }
  if (const auto formats = CheckOutputs(context); !formats) return ReportError(context, formats.error());
  Session session(context);
  std::optional<int> reported;
  auto found = FindDrift(context, session, reported);
  if (reported) return *reported;
  if (!found) return ReportError(context, found.error());
  const DriftReport& report = found->report;
  if (const auto used = UseBaselines(context, session, found->report); !used) return ReportError(context, used.error());
  if (report.has_drift() && !context.arguments.Has("no-events"))
    session.SendEvents({{"drift.detected", DriftEventData(report, session.settings().name)}});
  const bool with_known = context.arguments.Has("baseline");
  return PrintResult(
      context,
      {[&](bool color, std::size_t columns) { return RenderDrift(report, session.sources(), color, columns); },
       [&] { return MaskPhoneNumbers(ToPrettyJson(DriftJson(session.arena(), report, with_known))) + "\n"; },
       [&](const ReportBasics& head) {
         return MakeDriftReport(head, found->plan, report, ReachOf(session, DriftedChanges(found->plan, report), true));
       }},
      BasicsOf(context, session.arena(), session.sources()), report.has_drift() ? kDifferences : kSuccess);
}

int RunDriftAccept(Context& context) {
  const std::vector<std::string> globs(context.arguments.positional.begin() + 1, context.arguments.positional.end());
  if (globs.empty()) {
    return ReportError(context, {ErrorCode::kUsage,
                                 "drift accept needs the addresses to accept, such as Campaign/east "
                                 "or 'CampaignSchedule/*': cxctl drift shows them"});
  }
  Session session(context);
  std::optional<int> reported;
  const auto found = FindDrift(context, session, reported);
  if (reported) return *reported;
  if (!found) return ReportError(context, found.error());
  const auto items = SelectItems(found->report, globs);
  if (!items) return ReportError(context, items.error());
  const auto load = [&](FileReader& files) { return ManifestLoader(files).Load(session.pick()); };
  const AcceptInputs inputs{session.arena(),
                            session.set(),
                            load,
                            context.system.files,
                            found->plan,
                            session.live(),
                            !session.settings().agent_url.empty(),
                            context.arguments.Has("remove")};
  const auto report = AcceptDrift(inputs, *items);
  if (!report) return ReportError(context, report.error());
  const bool dry_run = context.arguments.Has("dry-run");
  for (const FileChange& file : report->files) {
    if (dry_run) break;
    const auto written = context.system.files.Write(context.system.files.Canonical(file.path), file.after, false);
    if (!written) return ReportError(context, written.error());
  }
  PrintAccepted(context, session, *report, dry_run);
  ChangedFiles files(context.system.files, report->files);
  WarnOfBrokenRules(context, load(files), session.now());
  return report->complete() ? kSuccess : kRefused;
}

}  // namespace cxctl
