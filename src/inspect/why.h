#pragma once

#include <optional>
#include <string>
#include <vector>

#include "inspect/origin.h"
#include "plan/desired.h"
#include "plan/snapshot.h"
#include "store/state_store.h"

namespace cxctl {

/// What follows from the three values of a member.
enum class WhyStatus {
  kInStep,       ///< live is as git says
  kDrifted,      ///< git is as it was last applied, live is not
  kPending,      ///< live is as it was last applied, or never applied from here; git is not
  kConflicting,  ///< both differ, and from each other
  kMissing,      ///< git says it, and the object is not live
  kControlled,   ///< a policy of the agent moves it, or owns it though no manifest says a value
  kUnmanaged,    ///< no manifest says it
  kRemoved,      ///< the object was applied from here and is in no manifest any more
  kUnknown,      ///< the tenant was not read
  kNotSent,      ///< a member of the document that is on no tenant
};
/// "in step", "drifted", …
std::string_view WhyStatusName(WhyStatus status);
/// What it means, and what to do, as a clause.
std::string_view WhyStatusMeaning(WhyStatus status);

/// One member, three ways. Null where a side has nothing.
struct WhyMember {
  std::string path;  ///< JSON Pointer into the API's form, or into the document (`/spec/…`, `/metadata/…`).
  Value manifest, live, last_applied;
  bool in_manifest = false, is_default = false;
  Origin origin;
  WhyStatus status = WhyStatus::kUnknown;
  const Document* owner = nullptr;  ///< The policy that moves it instead of git; null for most.
};

struct WhyAnswer {
  std::string address;
  const Document* document = nullptr;      ///< Null for what is in no manifest any more.
  const AppliedObject* applied = nullptr;  ///< Null if it was never applied from here.
  std::optional<LiveObject> live;
  bool on_tenant = false;  ///< Objects of the kind live on the tenant or its agent.
  bool is_whole = false;   ///< No path was given.
  std::vector<WhyMember> members;
};

struct WhyInputs {
  Arena& arena;
  const ManifestSet& set;
  const DesiredState& desired;
  const std::vector<AppliedObject>& applied;
};

/// What `ADDRESS[/PATH]` names.
struct WhySubject {
  std::string address;
  std::string pointer;  ///< "" for all of it
};
/// The longest address of the manifests or the state store that the word begins with. kNotFound, with the nearest one,
/// if there is none.
Result<WhySubject> FindSubject(const WhyInputs& inputs, const std::string& word);

/// The live object that stands behind an address; nothing if it is not there.
std::optional<LiveObject> FindLiveObject(const WhyInputs& inputs, const LiveState& live, const std::string& address);

/// Tells of the subject. `live`: null where the tenant was not read. kNotFound, with the nearest member, for a path
/// that neither side has.
Result<WhyAnswer> Explain(const WhyInputs& inputs, const WhySubject& subject, const LiveState* live, Origins& origins);

}  // namespace cxctl
