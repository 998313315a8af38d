#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "base/strings.h"
#include "rules/finding.h"
#include "rules/rules.h"

namespace cxctl {

namespace {

struct Waiver {
  const Document* document = nullptr;
  const Value* rule = nullptr;
  const Value* expires = nullptr;
  std::string_view reason;
  Instant end;  ///< The first instant at which it does not hold any more.
};

/// CX102 for a name that is no rule, or that of a rule that cannot be touched. `what` as in "cannot be waived".
bool CheckRuleName(const Document& document, std::string_view id, const Position& position, std::string_view what,
                   Diagnostics& diagnostics) {
  const RuleInfo* rule = FindRule(id);
  if (!rule) {
    std::vector<std::string_view> ids;
    for (const RuleInfo& each : AllRules()) ids.push_back(each.id);
    const std::string_view near = NearestWord(id, ids);
    Report(diagnostics, "CX102", document, position, fmt::format("unknown rule {}", EscapeControls(id)),
           near.empty() ? "`cxctl rules` lists all rules" : fmt::format("did you mean {}?", near));
    return false;
  }
  if (rule->fixed) {
    Report(diagnostics, "CX102", document, position, fmt::format("rule {} {}", id, what),
           "remove it, and mend what the rule reports");
  }
  return !rule->fixed;
}

enum class Level { kError, kWarning, kOff };

/// The tenant's severities, by rule.
std::map<std::string_view, Level> ReadLevels(const ManifestSet& set, Diagnostics& diagnostics) {
  std::map<std::string_view, Level> levels;
  const Value* rules = set.tenant && set.tenant->valid ? set.tenant->spec().Find("rules") : nullptr;
  if (!rules) return levels;
  for (const Member& member : rules->members()) {
    if (!CheckRuleName(*set.tenant, member.key, member.key_position, "cannot be changed", diagnostics)) continue;
    const std::string_view level = member.value.as_string();
    levels[member.key] = level == "off" ? Level::kOff : level == "warning" ? Level::kWarning : Level::kError;
  }
  return levels;
}

std::optional<Waiver> ReadWaiver(const Document& document, const Value& entry) {
  Waiver waiver{&document, entry.Find("rule"), entry.Find("expires"), entry.GetString("reason"), {}};
  if (!waiver.rule || !waiver.rule->is_string() || !waiver.expires) return std::nullopt;
  const auto last_day = ParseDate(waiver.expires->as_string());
  if (!last_day) return std::nullopt;
  waiver.end = Instant{} + std::chrono::days(DayNumberOf(*last_day) + 1);
  return waiver;
}

/// Those that hold, by address. Reports the others.
class Waivers {
 public:
  Waivers(const ManifestSet& set, Instant now, Diagnostics& diagnostics) : now_(now), diagnostics_(diagnostics) {
    if (set.tenant) Read(*set.tenant);
    for (const Document& document : set.documents) Read(document);
  }

  const Waiver* Find(const Diagnostic& diagnostic) const {
    const auto [begin, end] = by_address_.equal_range(diagnostic.address);
    const auto found =
        std::find_if(begin, end, [&](const auto& entry) { return entry.second.rule->as_string() == diagnostic.rule; });
    return found == end ? nullptr : &found->second;
  }

 private:
  /// Waivers of documents that are wrong elsewhere hold as well.
  void Read(const Document& document) {
    const Value* waivers = document.root.Find("metadata", "waivers");
    if (!waivers) return;
    for (const Value& entry : waivers->items()) {
      if (const auto waiver = ReadWaiver(document, entry)) Add(*waiver);
    }
  }

  void Add(const Waiver& waiver) {
    const std::string_view rule = waiver.rule->as_string();
    if (!CheckRuleName(*waiver.document, rule, waiver.rule->position(), "cannot be waived", diagnostics_)) return;
    if (now_ < waiver.end) {
      by_address_.emplace(waiver.document->address, waiver);
      return;
    }
    Report(diagnostics_, "CX108", *waiver.document, waiver.expires->position(),
           fmt::format("the waiver of {} expired on {}", rule, waiver.expires->as_string()),
           "mend what it was for and remove it, or give it a later day");
  }

  Instant now_;
  Diagnostics& diagnostics_;
  std::multimap<std::string_view, Waiver> by_address_;
};

void ApplyLevels(const std::map<std::string_view, Level>& levels, Diagnostics& diagnostics) {
  if (levels.empty()) return;
  std::erase_if(diagnostics, [&](const Diagnostic& diagnostic) {
    const auto level = levels.find(diagnostic.rule);
    return level != levels.end() && level->second == Level::kOff;
  });
  for (Diagnostic& diagnostic : diagnostics) {
    const auto level = levels.find(diagnostic.rule);
    if (level == levels.end()) continue;
    diagnostic.severity = level->second == Level::kWarning ? Severity::kWarning : Severity::kError;
  }
}

void ApplyWaiver(const Waivers& waivers, Diagnostic& diagnostic) {
  const Waiver* waiver = waivers.Find(diagnostic);
  if (!waiver) return;
  diagnostic.severity = Severity::kWarning;
  diagnostic.message +=
      fmt::format(" (waived until {}: {})", waiver->expires->as_string(), MaskPhoneNumbers(waiver->reason));
}

void AddReference(Diagnostic& diagnostic) {
  if (!FindRule(diagnostic.rule)) return;
  const std::string reference = fmt::format("see: cxctl explain {}", diagnostic.rule);
  if (diagnostic.help.ends_with(reference)) return;
  diagnostic.help += diagnostic.help.empty() ? reference : "; " + reference;
}

}  // namespace

void ApplyRulePolicy(const ManifestSet& set, Instant now, Diagnostics& diagnostics) {
  Diagnostics own;
  const auto levels = ReadLevels(set, own);
  const Waivers waivers(set, now, own);
  ApplyLevels(levels, diagnostics);
  for (Diagnostic& diagnostic : diagnostics) ApplyWaiver(waivers, diagnostic);
  std::ranges::move(own, std::back_inserter(diagnostics));
  for (Diagnostic& diagnostic : diagnostics) AddReference(diagnostic);
  SortAndDeduplicate(diagnostics, set.workspace->sources);
}

}  // namespace cxctl
