#include "plan/plan.h"

#include <algorithm>

namespace cxctl {

std::string_view ActionName(Action action) {
  switch (action) {
    case Action::kCreate:
      return "create";
    case Action::kUpdate:
      return "update";
    case Action::kRename:
      return "rename";
    case Action::kDeactivate:
      return "deactivate";
    case Action::kDelete:
      return "delete";
    case Action::kAdopt:
      return "adopt";
    case Action::kRelease:
      return "release";
  }
  return "";
}

std::string_view RiskName(Risk risk) {
  switch (risk) {
    case Risk::kReduces:
      return "reduces";
    case Risk::kNeutral:
      return "neutral";
    case Risk::kMixed:
      return "mixed";
    case Risk::kIncreases:
      return "increases";
  }
  return "";
}

std::string_view ReasonName(Reason reason) {
  switch (reason) {
    case Reason::kDeclared:
      return "declared";
    case Reason::kRemoved:
      return "removed";
    case Reason::kRenamed:
      return "renamed";
    case Reason::kDrifted:
      return "drifted";
    case Reason::kViolates:
      return "violates";
  }
  return "";
}

WriteRequest RequestOf(const Change& change) {
  WriteRequest request;
  request.kind = change.kind;
  request.operation = change.operation;
  request.scope = change.scope;
  // What is put into the agent has its name from us.
  request.id = LivesInAgent(change.kind) ? change.identity : change.live_id;
  request.payload = change.payload;
  request.etag = change.etag;
  return request;
}

PlanSummary Plan::Summary() const {
  PlanSummary summary;
  summary.none = unchanged;
  for (const Change& change : changes) {
    switch (change.action) {
      case Action::kCreate:
        ++summary.create;
        break;
      case Action::kUpdate:
        ++summary.update;
        break;
      case Action::kRename:
        ++summary.rename;
        break;
      case Action::kDeactivate:
        ++summary.deactivate;
        break;
      case Action::kDelete:
        ++summary.remove;
        break;
      case Action::kAdopt:
        ++summary.adopt;
        break;
      case Action::kRelease:
        ++summary.release;
        break;
    }
  }
  return summary;
}

bool Plan::HasDifferences() const {
  if (is_between_versions) return !changes.empty();
  return std::ranges::any_of(changes, &Change::is_difference);
}

const Change* Plan::Find(std::string_view address) const {
  const auto found = std::ranges::find(changes, address, &Change::address);
  return found == changes.end() ? nullptr : &*found;
}

}  // namespace cxctl
