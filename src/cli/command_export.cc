#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/strings.h"
#include "cli/command.h"
#include "cli/export_run.h"
#include "cli/live_schedules.h"
#include "value/json.h"

// export: the metadata of schedules as CSV, made by the tenant.

namespace cxctl {

namespace {

constexpr std::string_view kColumns =
    "campaign.id,campaign.name,schedule.id,name,description,startTime,endTime,timeZone,dialerSettings.callRate,"
    "dialerSettings.maxConcurrentCalls,dialerSettings.capacityThreshold,optimizationSettings.peakHourBoost";
constexpr Duration kUsualWait = std::chrono::minutes(10);

Result<std::vector<std::string>> ReadColumns(const Arguments& arguments) {
  std::vector<std::string> columns;
  const std::string text = arguments.Get("columns", std::string(kColumns));
  for (const std::string_view column : Split(text, ',')) {
    if (Trim(column).empty()) {
      return Fail(ErrorCode::kUsage, "--columns takes names with commas between them, such as name,campaign.id");
    }
    columns.emplace_back(Trim(column));
  }
  return columns;
}

class ExportCommand {
 public:
  explicit ExportCommand(Context& context) : context_(context), session_(context) {}

  int Run() {
    if (const auto checked = Check(); !checked) return ReportError(context_, checked.error());
    if (const auto exit = session_.LoadManifests(Session::Demand::kReadable)) return *exit;
    context_.system.catch_signals();
    const auto done = Export();
    if (!done) return ReportError(context_, done.error());
    return Deliver();
  }

 private:
  Result<void> Check() {
    const Arguments& arguments = context_.arguments;
    TRY_ASSIGN(columns_, ReadColumns(arguments));
    TRY_ASSIGN(wait_, ReadLength(arguments, "wait", kUsualWait));
    out_ = arguments.Get("out", "-");
    if (context_.json() && out_ == "-") {
      return Fail(ErrorCode::kUsage, "--format json needs -o FILE: the CSV would stand in the document's place");
    }
    const bool resumes = arguments.Has("resume");
    if (resumes && (arguments.Has("columns") || arguments.Has("filter"))) {
      return Fail(ErrorCode::kUsage, "--resume goes on with an export as it was started: no --columns, no --filter");
    }
    return {};
  }

  Result<void> Export() {
    TRY(MakeJobs());
    return ExportRun(context_, session_, columns_, wait_).Run(jobs_);
  }

  Result<void> MakeJobs() {
    const Arguments& arguments = context_.arguments;
    // The one thing besides reading that it does is to start an export.
    TRY(session_.Connect(true));
    session_.client().RequireScopes({"interaction:read"});
    for (const std::string& id : arguments.All("resume")) jobs_.push_back({"", "", id, 0, ""});
    if (const auto filter = arguments.Find("filter")) jobs_.push_back({"", *filter, "", 0, ""});
    if (!jobs_.empty()) return {};
    TRY_ASSIGN(const Selection selection, ReadSelection(arguments));
    TRY_ASSIGN(const auto ids, FindLiveCampaigns(session_, selection));
    for (const auto& [address, id] : ids) {
      jobs_.push_back({address, fmt::format("campaign.id eq \"{}\"", id), "", 0, ""});
    }
    if (!jobs_.empty()) return {};
    return Fail(ErrorCode::kNotFound,
                "there is no campaign to export: --target, -l or the manifests select none with a CampaignSchedule");
  }

  /// One CSV with one header.
  Result<std::string> Joined() const {
    std::string all;
    std::string_view head;
    for (const ExportJob& job : jobs_) {
      const std::string_view csv = job.csv;
      const std::size_t line = std::min(csv.size(), csv.find('\n') + 1);
      if (all.empty()) {
        head = csv.substr(0, line);
        all = csv;
        continue;
      }
      if (csv.substr(0, line) != head) {
        return Fail(ErrorCode::kUnavailable,
                    fmt::format("export {} has other columns than export {}: they do not go into one file",
                                EscapeControls(job.id), EscapeControls(jobs_.front().id)));
      }
      if (!all.ends_with('\n')) all += "\r\n";
      all += csv.substr(line);
    }
    return all;
  }

  int Deliver() {
    const auto csv = Joined();
    if (!csv) return ReportError(context_, csv.error());
    Console& console = context_.system.console;
    std::int64_t rows = 0;
    for (const ExportJob& job : jobs_) rows += job.rows;
    if (out_ == "-") {
      console.Out(*csv);
      return kSuccess;
    }
    if (const auto written = context_.system.files.Write(out_, *csv, true); !written) {
      return ReportError(context_, written.error());
    }
    if (context_.json()) {
      console.Out(ToPrettyJson(Json(*csv, rows)) + "\n");
    } else if (!context_.quiet()) {
      console.Err(fmt::format("{} in {}.\n", Count(static_cast<std::size_t>(rows), "schedule"), EscapeControls(out_)));
    }
    return kSuccess;
  }

  Value Json(const std::string& csv, std::int64_t rows) {
    Arena& arena = session_.arena();
    ArrayBuilder exports(arena);
    for (const ExportJob& job : jobs_) {
      exports.Add(ObjectBuilder(arena)
                      .Set("id", job.id)
                      .Set("address", job.what.empty() ? Value::Null() : MakeString(arena, job.what))
                      .Set("rows", job.rows)
                      .Build());
    }
    return ObjectBuilder(arena)
        .Set("file", out_)
        .Set("rows", rows)
        .Set("bytes", csv.size())
        .Set("sha256", Sha256Hex(csv))
        .Set("exports", exports.Build())
        .Build();
  }

  Context& context_;
  Session session_;
  std::vector<std::string> columns_;
  Duration wait_ = kUsualWait;
  std::string out_;
  std::vector<ExportJob> jobs_;
};

}  // namespace

int RunExport(Context& context) {
  return ExportCommand(context).Run();
}

}  // namespace cxctl
