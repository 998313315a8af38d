#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "cli/command.h"
#include "cli/live_schedules.h"
#include "cli/named_version.h"
#include "cli/session.h"
#include "cli/view_simulate.h"
#include "rules/rules.h"
#include "value/json.h"

// simulate: the manifests' policies against the dialer's model. No tenant is asked.

namespace cxctl {

namespace {

constexpr std::int64_t kMostDays = 31, kMostAgents = 5000, kUsualCalls = 200;

struct Options {
  SimulationInput input;
  std::int64_t days = 1;
  std::optional<Date> start;
  bool assume_active = false;
  Selection selection;
};

Result<Options> ReadOptions(const Arguments& arguments) {
  Options options;
  SimulationInput& input = options.input;
  TRY(CheckCharts(arguments));
  TRY_ASSIGN(const std::int64_t seed, ReadWhole(arguments, "seed", 1, 0, INT64_MAX));
  input.seed = static_cast<std::uint64_t>(seed);
  TRY_ASSIGN(options.days, ReadWhole(arguments, "days", 1, 1, kMostDays));
  TRY_ASSIGN(const std::int64_t agents, ReadWhole(arguments, "agents", 0, 1, kMostAgents));
  input.agents = static_cast<int>(agents);
  TRY_ASSIGN(input.answer_rate, ReadNumber(arguments, "answer-rate", input.answer_rate, 0, 1));
  TRY_ASSIGN(input.machine_rate, ReadNumber(arguments, "machine-rate", input.machine_rate, 0, 1));
  if (!arguments.Has("machine-rate")) input.machine_rate = std::min(input.machine_rate, 1 - input.answer_rate);
  if (input.answer_rate + input.machine_rate > 1)
    return Fail(ErrorCode::kUsage,
                "--answer-rate and --machine-rate together are over 1: of all calls, people and "
                "machines answer a share each");
  TRY_ASSIGN(input.talk, ReadLength(arguments, "talk", input.talk));
  TRY_ASSIGN(input.wrapup, ReadLength(arguments, "wrapup", input.wrapup));
  TRY_ASSIGN(options.start, ReadDay(arguments, "start"));
  TRY_ASSIGN(options.selection, ReadSelection(arguments));
  options.assume_active = arguments.Has("assume-active");
  return options;
}

class SimulateRun {
 public:
  explicit SimulateRun(Context& context) : context_(context), session_(context) {}

  int Run() {
    auto options = ReadOptions(context_.arguments);
    if (!options) return ReportError(context_, options.error());
    options_ = *std::move(options);
    if (const auto exit = session_.LoadManifests()) return *exit;
    const auto simulated = Simulated();
    if (reported_) return *reported_;
    if (!simulated) return ReportError(context_, simulated.error());
    if (const auto written = WriteCharts(context_, ChartsOfSimulation(*simulated)); !written) {
      return ReportError(context_, written.error());
    }
    Print(*simulated);
    return kSuccess;
  }

 private:
  Result<SimulationReport> Simulated() {
    const ManifestSet& set = session_.set();
    std::optional<ManifestSet> old;
    if (const auto path = context_.arguments.Find("compare")) {
      TRY_ASSIGN(old, LoadOld(*path));
    }
    const CampaignChoice choice = Choose(set);
    TRY_ASSIGN(const Interval range, ChooseRange(set, choice));
    SimulationReport report;
    report.zone = ZoneOf(set, choice);
    report.now = RunVersion(set, "manifests", choice, range);
    if (old) report.before = RunVersion(*old, *context_.arguments.Find("compare"), Choose(*old), range);
    return report;
  }

  CampaignChoice Choose(const ManifestSet& set) const {
    const auto is_wanted = [&](const Document& campaign) {
      return options_.selection.MatchesAddress(campaign.address) && options_.selection.MatchesLabels(campaign);
    };
    return ChooseCampaigns(set, is_wanted, options_.assume_active);
  }

  static Zone ZoneOf(const ManifestSet& set, const CampaignChoice& choice) {
    const auto time = CallingTime::Of(set, *choice.campaigns.front());
    return time ? time->zone() : Zone::Utc();
  }

  Result<Interval> ChooseRange(const ManifestSet& set, const CampaignChoice& choice) const {
    if (choice.campaigns.empty()) {
      std::string why = choice.left.empty() ? "the manifests, --target and -l leave no Campaign" : "";
      for (const auto& left : choice.left)
        why += fmt::format("{}{} is {}", why.empty() ? "" : ", ", left.address, left.reason);
      return Fail(
          ErrorCode::kNotFound,
          fmt::format("there is nothing to simulate: {}; --assume-active simulates what is not ACTIVE, too", why));
    }
    const auto range = ChooseDays(set, choice, options_.start, static_cast<int>(options_.days), options_.assume_active);
    if (range) return *range;
    return Fail(ErrorCode::kNotFound,
                "none of the campaigns may dial in the first week of its schedules: name another day with --start");
  }

  SimulatedVersion RunVersion(const ManifestSet& set, std::string name, CampaignChoice choice, Interval range) const {
    SimulatedVersion version{std::move(name), options_.input, {}, std::move(choice)};
    version.input.range = range;
    if (!context_.arguments.Has("agents")) {
      version.input.agents = AgentsOf(set, version.choice, range, options_.assume_active);
    }
    version.input.max_calls = kUsualCalls;
    if (set.tenant && set.tenant->valid) {
      version.input.max_calls = ReadTenantSettings(set).capacity.value_or(kUsualCalls);
    }
    version.input.campaigns = ReadSimulatedCampaigns(set, version.choice, range, options_.assume_active);
    version.figures = Simulate(version.input);
    return version;
  }

  /// The same tenant in a folder (or its file) or a revision of git; without a Tenant document there the files as they
  /// are.
  Result<ManifestSet> LoadOld(const std::string& word) {
    TRY_ASSIGN(old_version_, NamedVersion::Open(context_.system, word));
    ManifestLoader loader(old_version_.files(context_.system));
    const std::string& path = old_version_.path;
    TRY_ASSIGN(const auto picks, loader.FindTenants({path}));
    const auto own = std::ranges::find(picks, session_.settings().name, &ManifestLoader::TenantPick::name);
    if (own == picks.end() && picks.size() > 1) {
      return Fail(ErrorCode::kUsage, fmt::format("--compare {} holds {} tenants, but no {}", EscapeControls(word),
                                                 picks.size(), EscapeControls(session_.settings().name)));
    }
    TRY_ASSIGN(ManifestSet set, picks.empty() ? loader.LoadWithoutTenant({path})
                                              : loader.Load(own == picks.end() ? picks.front() : *own));
    Diagnostics diagnostics = set.diagnostics;
    CheckRules(set, {session_.now(), std::nullopt, nullptr}, diagnostics);
    if (set.tenant) ApplyRulePolicy(set, session_.now(), diagnostics);
    if (HasErrors(diagnostics)) {
      reported_ = ReportInvalid(context_, diagnostics, set.workspace->sources);
      return Fail(ErrorCode::kInvalid, "");
    }
    kept_.push_back(set.workspace);
    return set;
  }

  void Print(const SimulationReport& report) {
    Console& console = context_.system.console;
    const std::string format = context_.arguments.Get("format", "text");
    if (format == "json") {
      console.Out(MaskPhoneNumbers(ToPrettyJson(SimulationJson(session_.arena(), report))) + "\n");
    } else if (format == "markdown") {
      console.Out(MaskPhoneNumbers(SimulationMarkdown(report)));
    } else {
      console.Out(MaskPhoneNumbers(
          RenderSimulation(report, ColumnsOf(context_), console.OutSize().columns, context_.color_out)));
    }
  }

  Context& context_;
  Session session_;
  Options options_;
  std::optional<int> reported_;
  NamedVersion old_version_;
  std::vector<std::shared_ptr<Workspace>> kept_;
};

}  // namespace

int RunSimulate(Context& context) {
  return SimulateRun(context).Run();
}

}  // namespace cxctl
