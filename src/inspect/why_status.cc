#include "inspect/why.h"

namespace cxctl {

std::string_view WhyStatusName(WhyStatus status) {
  switch (status) {
    case WhyStatus::kInStep:
      return "in step";
    case WhyStatus::kDrifted:
      return "drifted";
    case WhyStatus::kPending:
      return "pending";
    case WhyStatus::kConflicting:
      return "conflicting";
    case WhyStatus::kMissing:
      return "missing";
    case WhyStatus::kControlled:
      return "controlled";
    case WhyStatus::kUnmanaged:
      return "unmanaged";
    case WhyStatus::kRemoved:
      return "removed";
    case WhyStatus::kUnknown:
      return "unknown";
    case WhyStatus::kNotSent:
      break;
  }
  return "not sent";
}

std::string_view WhyStatusMeaning(WhyStatus status) {
  switch (status) {
    case WhyStatus::kInStep:
      return "live is as the manifests say";
    case WhyStatus::kDrifted:
      return "it was changed outside of git: cxctl apply takes it back, cxctl drift accept takes it into git";
    case WhyStatus::kPending:
      return "the manifests say something else than what is live: cxctl apply changes it";
    case WhyStatus::kConflicting:
      return "it was changed in git and outside of it since it was last applied: cxctl apply would write what git says";
    case WhyStatus::kMissing:
      return "the object is not there";
    case WhyStatus::kControlled:
      return "a policy of the agent moves it, and git leaves it alone";
    case WhyStatus::kUnmanaged:
      return "no manifest says it, and cxctl leaves it alone";
    case WhyStatus::kRemoved:
      return "its document left the manifests since it was applied: cxctl plan shows what becomes of the object";
    case WhyStatus::kUnknown:
      return "the tenant was not read";
    case WhyStatus::kNotSent:
      break;
  }
  return "it is read here and is not sent to the tenant";
}

}  // namespace cxctl
