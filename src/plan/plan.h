#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "calendar/describe.h"
#include "plan/content.h"
#include "plan/desired.h"
#include "tenant/provider.h"
#include "time/instant.h"
#include "value/value.h"

namespace cxctl {

enum class Action { kCreate, kUpdate, kRename, kDeactivate, kDelete, kAdopt, kRelease };
/// What a change does to the campaigns that it touches: fewer calls or more, earlier or later.
enum class Risk { kReduces, kNeutral, kMixed, kIncreases };
/// For people: why we think that something has to change. Nothing is decided by it.
enum class Reason { kDeclared, kRemoved, kRenamed, kDrifted, kViolates };

std::string_view ActionName(Action action);
std::string_view RiskName(Risk risk);
std::string_view ReasonName(Reason reason);

/// What has to happen to one object so that live matches desired.
///
///   action      before            after               what is written
///   create      null              all that is sent    POST
///   update      managed members   managed members     PATCH, or PUT with a campaign's change of state
///   rename      managed members   managed members     as update; nothing when only the name in git changed
///   deactivate  managed members   the same, inactive  PATCH
///   delete      all members       null                DELETE
///   adopt       managed members   the same            nothing: it becomes managed
///   release     null              null                nothing: it is forgotten
///
/// A policy or sink is written whole by PUT. Its rename is a PUT under the new name here and a delete of the old one in
/// another change, which follows what uses the old one.
struct Change {
  std::string address;
  Action action = Action::kUpdate;
  Risk risk = Risk::kNeutral;
  Reason reason = Reason::kDeclared;
  ObjectKind kind = ObjectKind::kCampaign;
  std::string live_id;                  ///< "" for a create
  std::string etag;                     ///< "" where the tenant's list did not give it
  std::string scope;                    ///< Schedule: campaign id. Code: category.
  std::string identity;                 ///< Schedule: live name. Code: path.
  std::vector<std::string> depends_on;  ///< Addresses of changes of this plan that come first.
  Position source;
  std::vector<FieldChange> fields;
  std::vector<std::string>
      controlled_paths;  ///< Fields that a controller owns and found out of its range: drift, whatever git said.
  Value before, after;

  // How it is written.
  bool writes = false;
  WriteOperation operation = WriteOperation::kUpdate;
  Value payload;              ///< Without parentCallCodeId when `parent` is created by this plan.
  std::string parent;         ///< Address of the code whose id is only known once it is created; "" otherwise.
  bool activates = false;     ///< A campaign's transition to ACTIVE.
  std::vector<Change> steps;  ///< Where one request is not enough: what is written instead, one after the other.
  std::string
      replaces;  ///< Address of the removal that must come first, where an object moves to another scope; else "".
  std::string follows;             ///< Address of the change that must come first: what takes a renamed policy's place.
  std::vector<std::string> sinks;  ///< Policy: addresses of the sinks that it names, or named.

  // What is remembered.
  std::vector<std::string> previous_addresses;  ///< Forgotten when it is done.
  bool prevent_destroy = false;
  std::string removal;
  std::string campaign;  ///< Id of the campaign it touches, "" for codes: what the compliance order goes by.

  // For reports only.
  std::optional<PermittedTimeChange> permitted_time;  ///< Of a schedule, where it changes.
  std::string updated_by, updated_at;                 ///< Who changed the live object last, where the tenant says.

  bool is_difference() const { return action != Action::kAdopt && action != Action::kRelease; }
};

/// The request that the change makes: without an idempotency key, and with the plan's ETag. REQUIRES: it writes, and
/// has no steps.
WriteRequest RequestOf(const Change& change);

/// The way of a campaign's change with steps: `ACTIVE, PAUSED, edit, ACTIVE`; else "".
std::string PathOf(const Change& change);

/// A reason why apply refuses as a whole. `plan` only lists it.
struct Guard {
  std::string rule;     ///< "CX304", "preventDestroy", "allowDelete", "largeChange", "emptySet", "applyWindow"
  std::string address;  ///< "" when it is about the plan as a whole
  std::string message;
  std::optional<Instant> until;
};

/// A live object in a scope that was read, of which the manifests and the state store know nothing. Left alone.
struct Unmanaged {
  std::string address;
  std::string scope, live_id;
  std::string updated_by, updated_at;
};

/// A scheduled callback that breaks its policy and is left as it is: git asked for a report alone, or moving it is no
/// cure.
struct Violation {
  std::string address;  ///< "Callback/support/4711"
  std::string to;       ///< Masked.
  Instant time;
  std::string message;          ///< What it breaks.
  std::optional<Instant> next;  ///< When it would be permitted, where its time is what breaks the policy.
  Position source;              ///< Of the policy's onViolation, or of the policy.
};

struct PlanSummary {
  std::size_t create = 0, update = 0, remove = 0, rename = 0, deactivate = 0, adopt = 0, release = 0, none = 0;
};

/// Something that a run did and that cannot be undone.
struct Irreversible {
  std::string address;
  std::string reason;
};

/// Changes in the order in which apply makes them, with everything a reviewer needs. Immutable once built. The same
/// inputs give the same plan but for `id` and `created_at`.
struct Plan {
  std::string id;
  Instant created_at;
  std::string tenant_name, base_url;
  std::string digest;
  std::size_t documents = 0;
  std::string git_commit;  ///< "" outside of a repository
  bool git_dirty = false;
  std::vector<Change> changes;
  std::size_t unchanged = 0;
  Diagnostics diagnostics;
  std::vector<Guard> guards;
  std::vector<Held> held;
  std::vector<Violation> violations;
  std::vector<Unmanaged> unmanaged;
  std::vector<Change> missing;             ///< For drift only: what is gone with its campaign, as it should be.
  std::vector<Irreversible> irreversible;  ///< Of a rollback only.
  std::size_t live_objects = 0;            ///< Objects seen in the scopes that were read.
  std::int64_t estimated_requests = 0;
  double estimated_seconds = 0;
  bool is_between_versions = false;  ///< From one version of the manifests to another: no tenant was read.

  PlanSummary Summary() const;
  /// Whether live and manifests differ: adoptions, releases and held policies are no difference. Between versions every
  /// change is one.
  bool HasDifferences() const;
  const Change* Find(std::string_view address) const;
};

}  // namespace cxctl
