#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "manifest/manifests.h"
#include "phone/phone_numbers.h"
#include "time/instant.h"

namespace cxctl {

/// One rule, for `cxctl rules`, `cxctl explain CXnnn` and severities.
struct RuleInfo {
  std::string_view id;  ///< "CX203"
  Severity severity = Severity::kError;
  bool fixed = false;             ///< Marked `!`: its severity cannot be changed, and it cannot be waived.
  bool guard = false;             ///< Judged at plan and again at apply.
  std::string_view subject;       ///< "schedule", "campaign", "call code", "manifest", …
  std::string_view summary;       ///< One line.
  std::string_view story;         ///< What it checks, why it matters, how to mend it.
  std::string_view wrong, right;  ///< Example snippets of YAML; "" where none helps.
  std::string_view source;        ///< Where it comes from: a law, an RFC, the tenant's API.
};

/// All rules, by id.
std::span<const RuleInfo> AllRules();
/// Null for an unknown id.
const RuleInfo* FindRule(std::string_view id);

struct RuleContext {
  Instant now;
  /// The dialer's maxConcurrentCalls: from the tenant where there is a connection, else Tenant.spec.capacity.
  std::optional<std::int64_t> capacity;
  /// May be null where there is no CallbackPolicy, so that it need not be loaded: CX501 judges their form alone without
  /// it.
  const PhoneNumbers* phone_numbers = nullptr;
};

/// Every rule that manifests alone can break, over the valid documents of the set. Appends to `diagnostics`.
void CheckRules(const ManifestSet& set, const RuleContext& context, Diagnostics& diagnostics);

/// Gives diagnostics the severities of the tenant's `spec.rules` (`off` removes), honours waivers (a waived error
/// becomes a warning that names the waiver), reports rule names and severities that may not be changed or waived
/// (CX102) and waivers that expired (CX108). Then sorts and removes repeats.
void ApplyRulePolicy(const ManifestSet& set, Instant now, Diagnostics& diagnostics);

}  // namespace cxctl
