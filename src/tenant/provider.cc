#include "tenant/provider.h"

#include <algorithm>

namespace cxctl {

std::string_view KindName(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kCampaign:
      return "Campaign";
    case ObjectKind::kSchedule:
      return "CampaignSchedule";
    case ObjectKind::kCallCode:
      return "CallCode";
    case ObjectKind::kCallback:
      return "Callback";
    case ObjectKind::kPacingPolicy:
      return "PacingPolicy";
    case ObjectKind::kThrottlePolicy:
      return "ThrottlePolicy";
    case ObjectKind::kCallbackPolicy:
      return "CallbackPolicy";
    case ObjectKind::kSink:
      return "Sink";
  }
  return "";
}

std::optional<ObjectKind> KindNamed(std::string_view name) {
  const auto kind = std::ranges::find(kObjectKinds, name, KindName);
  return kind == std::end(kObjectKinds) ? std::nullopt : std::optional(*kind);
}

bool LivesInAgent(ObjectKind kind) {
  return kind >= ObjectKind::kPacingPolicy;
}

std::string_view ProviderName(ObjectKind kind) {
  return LivesInAgent(kind) ? "agent" : "tenant";
}

}  // namespace cxctl
