#include "report/sarif.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/strings.h"
#include "report/fingerprints.h"
#include "report/words.h"
#include "rules/rules.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr std::string_view kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

class SarifLog {
 public:
  explicit SarifLog(const Report& report) : report_(report) {}

  std::string Draw() {
    for (const ReportFinding& each : report_.findings) {
      if (!IsNotification(each)) rules_.emplace_back(each.rule, &each);
    }
    std::ranges::sort(rules_, {}, &Rule::first);
    const auto repeats = std::ranges::unique(rules_, {}, &Rule::first);
    rules_.erase(repeats.begin(), repeats.end());
    ArrayBuilder runs(arena_);
    runs.Add(Run());
    ObjectBuilder log(arena_);
    log.Set("$schema", kSchema).Set("version", "2.1.0").Set("runs", runs.Build());
    return ToPrettyJson(log.Build()) + "\n";
  }

 private:
  using Rule = std::pair<std::string, const ReportFinding*>;

  static bool IsNotification(const ReportFinding& finding) { return finding.rule == "cannot"; }

  Value Text(std::string_view text) { return ObjectBuilder(arena_).Set("text", text).Build(); }

  Value Run() {
    ArrayBuilder results(arena_);
    for (const ReportFinding& each : report_.findings) {
      if (!IsNotification(each)) results.Add(ResultOf(each));
    }
    const std::string id =
        fmt::format("cxctl/{}/{}", ReportKindName(report_.kind), report_.tenant.empty() ? "" : report_.tenant + "/");
    ObjectBuilder run(arena_);
    run.Set("tool", ObjectBuilder(arena_).Set("driver", Driver()).Build())
        .Set("automationDetails", ObjectBuilder(arena_).Set("id", id).Build())
        .Set("properties", Properties())
        .Set("invocations", Invocations())
        .Set("columnKind", "unicodeCodePoints")
        .Set("results", results.Build());
    return run.Build();
  }

  Value Driver() {
    ArrayBuilder rules(arena_);
    for (const auto& [id, finding] : rules_) {
      const RuleInfo* info = FindRule(id);
      const std::string_view story = info ? info->story : std::string_view(finding->title);
      const bool is_error = info ? info->severity == Severity::kError : finding->level == FindingLevel::kError;
      ObjectBuilder rule(arena_);
      rule.Set("id", id)
          .Set("shortDescription", Text(finding->title))
          .Set("fullDescription", Text(story))
          .Set("help", Text(info ? fmt::format("{}\n\nSee: cxctl explain {}", story, id) : std::string(story)))
          .Set("defaultConfiguration", ObjectBuilder(arena_).Set("level", is_error ? "error" : "warning").Build());
      rules.Add(rule.Build());
    }
    return ObjectBuilder(arena_)
        .Set("name", "cxctl")
        .Set("version", report_.tool_version)
        .Set("rules", rules.Build())
        .Build();
  }

  Value ResultOf(const ReportFinding& finding) {
    const auto rule = std::ranges::lower_bound(rules_, finding.rule, {}, &Rule::first) - rules_.begin();
    ArrayBuilder locations(arena_);
    if (const Value location = LocationOf(finding); !location.members().empty()) locations.Add(location);
    const std::string help = finding.help.empty() ? "" : fmt::format("\nhelp: {}", finding.help);
    ObjectBuilder result(arena_);
    result.Set("ruleId", finding.rule)
        .Set("ruleIndex", static_cast<std::int64_t>(rule))
        .Set("level", LevelName(finding.level))
        .Set("message", Text(Literal(finding.message + help)))
        .Set("locations", locations.Build())
        .Set("partialFingerprints", ObjectBuilder(arena_).Set("finding/v1", fingerprints_.Of(finding)).Build());
    return result.Build();
  }

  /// In messages `{0}` stands for an argument, doubled braces for themselves; `[text](1)` is a link, unless the
  /// brackets are escaped (SARIF 2.1.0, 3.11.5 and 3.11.6).
  static std::string Literal(const std::string& text) {
    const bool has_link = text.find("](") != std::string::npos;
    std::string out;
    for (const char c : text) {
      if (c == '{' || c == '}') out += c;
      if (has_link && (c == '[' || c == ']' || c == '\\')) out += '\\';
      out += c;
    }
    return out;
  }

  Value LocationOf(const ReportFinding& finding) {
    const ReportPlace& place = finding.place.known() ? finding.place : report_.home;
    ObjectBuilder location(arena_);
    if (place.known()) {
      ObjectBuilder region(arena_);
      region.Set("startLine", static_cast<std::int64_t>(place.line))
          .Set("startColumn", static_cast<std::int64_t>(place.column))
          .Set("endColumn", static_cast<std::int64_t>(place.end_column));
      location.Set(
          "physicalLocation",
          ObjectBuilder(arena_).Set("artifactLocation", ArtifactOf(place.file)).Set("region", region.Build()).Build());
    }
    if (!finding.address.empty()) {
      ArrayBuilder logical(arena_);
      logical.Add(ObjectBuilder(arena_).Set("fullyQualifiedName", finding.address).Build());
      location.Set("logicalLocations", logical.Build());
    }
    return location.Build();
  }

  Value ArtifactOf(const std::string& file) {
    std::vector<std::string> parts;
    for (const std::string_view part : Split(file, '/')) parts.push_back(PercentEncode(part));
    const std::string path = Join(parts, "/");
    if (file.starts_with('/')) return ObjectBuilder(arena_).Set("uri", "file://" + path).Build();
    return ObjectBuilder(arena_).Set("uri", path).Set("uriBaseId", "%SRCROOT%").Build();
  }

  Value Invocations() {
    ArrayBuilder notifications(arena_);
    const auto notify = [&](std::string_view level, const std::string& text) {
      notifications.Add(ObjectBuilder(arena_).Set("level", level).Set("message", Text(Literal(text))).Build());
    };
    notify("note", report_.summary);
    if (report_.reach) notify("note", fmt::format("Blast radius: {}.", RadiusText(*report_.reach)));
    for (const ReportFinding& each : report_.findings) {
      if (IsNotification(each)) notify("error", each.message);
    }
    ArrayBuilder invocations(arena_);
    invocations.Add(ObjectBuilder(arena_)
                        .Set("executionSuccessful", report_.complete)
                        .Set("toolExecutionNotifications", notifications.Build())
                        .Build());
    return invocations.Build();
  }

  Value Properties() {
    ObjectBuilder properties(arena_);
    properties.Set("summary", report_.summary);
    ObjectBuilder risks(arena_);
    for (const Risk risk : kRisksByWeight) risks.Set(RiskName(risk), report_.risks[static_cast<std::size_t>(risk)]);
    properties.Set("risks", risks.Build());
    if (report_.reach) properties.Set("blastRadius", ReachJson(*report_.reach));
    if (!report_.id.empty()) properties.Set(report_.id_name, report_.id);
    return properties.Build();
  }

  Value ReachJson(const BlastRadius& reach) {
    const auto calls = [](double number) { return static_cast<std::int64_t>(std::ceil(number - 1e-6)); };
    ArrayBuilder campaigns(arena_);
    for (const CampaignReach& each : reach.campaigns) {
      campaigns.Add(ObjectBuilder(arena_)
                        .Set("campaign", each.campaign)
                        .Set("moreCallsAnHour", calls(each.more))
                        .Set("fewerCallsAnHour", calls(each.less))
                        .Set("callsAnHourBefore", calls(each.peak_before))
                        .Set("callsAnHourAfter", calls(each.peak_after))
                        .Set("callsInSevenDaysBefore", calls(each.week_before))
                        .Set("callsInSevenDaysAfter", calls(each.week_after))
                        .Set("from", FormatUtc(each.week.start))
                        .Build());
    }
    return ObjectBuilder(arena_)
        .Set("moreCallsAnHour", calls(reach.more))
        .Set("fewerCallsAnHour", calls(reach.less))
        .Set("campaigns", campaigns.Build())
        .Build();
  }

  const Report& report_;
  Arena arena_;
  std::vector<Rule> rules_;
  Fingerprints fingerprints_;
};

}  // namespace

std::string DrawSarif(const Report& report) {
  return SarifLog(report).Draw();
}

}  // namespace cxctl
