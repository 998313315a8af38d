#pragma once

#include <optional>
#include <string>
#include <vector>

#include "manifest/manifests.h"
#include "tenant/provider.h"
#include "value/value.h"

namespace cxctl {

/// One object as the manifests want it, in the API's form.
struct DesiredObject {
  std::string address;  ///< "CallCode/outbound/INT/INT_HOT"
  ObjectKind kind = ObjectKind::kCampaign;
  const Document* document = nullptr;
  Position source;       ///< Of the document, or of the code in it.
  Value content;         ///< The managed members; what `ignoreChanges` names is left out. Each has its source position.
  std::string campaign;  ///< Schedule, pacing and throttle policy: name of its Campaign document.
  std::string scope;     ///< Code: its category.
  std::string identity;  ///< Schedule: live name. Code: its path "INT/INT_HOT". Policy, sink: its name. Campaign: "".
  std::string parent;    ///< Code: address of its parent, "" for a root.
  std::vector<std::string> sinks;  ///< Policy: addresses of its sinks.
  bool prevent_destroy = false;
  std::string_view removal;                     ///< Code: "deactivate" or "delete".
  std::vector<std::string> previous_addresses;  ///< From previousNames.
  std::vector<std::string> previous_names;
};

/// Something in the manifests that this plan leaves alone, and why.
struct Held {
  std::string address;
  std::string by;                    ///< "ThrottlePolicy/x", "no agent"
  std::optional<std::string> until;  ///< A time as the tenant gave it.
  std::vector<std::string> fields;   ///< JSON Pointers; empty: all of it.
};

struct DesiredState {
  std::vector<DesiredObject> objects;  ///< Campaigns, schedules, codes, sinks, policies; parents before children.
  std::vector<Held> held;              ///< Policies and sinks of a tenant without an agent.
};

/// What the plan is limited to (`--target`, `-l`). Empty: everything.
struct Selection {
  std::vector<std::string> targets;  ///< address globs
  std::vector<std::pair<std::string, std::string>> labels;

  bool everything() const { return targets.empty() && labels.empty(); }
  bool MatchesAddress(const std::string& address) const;
  bool MatchesLabels(const Document& document) const;
  bool Matches(const DesiredObject& object) const;
};

/// The documents as objects of the tenant and its agent. Policies are resolved but for what is only known live: the id
/// of their campaign, the fingerprint of a sink's secret. Pure. REQUIRES: no diagnostics of severity error. With a
/// selection, what it leaves out is not in the result, but what a selected object depends on is.
DesiredState BuildDesired(Arena& arena, const ManifestSet& set, const Selection& selection, bool has_agent);

}  // namespace cxctl
