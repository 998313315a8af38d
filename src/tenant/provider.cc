#include "tenant/provider.h"

namespace cxctl {

std::string_view KindName(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kCampaign:
      return "Campaign";
    case ObjectKind::kSchedule:
      return "CampaignSchedule";
    case ObjectKind::kCallCode:
      return "CallCode";
  }
  return "";
}

}  // namespace cxctl
