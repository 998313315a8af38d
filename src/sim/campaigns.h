#pragma once

#include "value/value.h"

namespace cxctl::sim {

/// The campaign with all its members in the API's order, unknown ones last. The pause members are null (false) where
/// they are absent.
Value NormalizedCampaign(Arena& arena, const Value& campaign);

/// As NormalizedCampaign, with the pause members cleared unless the campaign is PAUSED.
Value ClearedUnlessPaused(Arena& arena, const Value& campaign);

}  // namespace cxctl::sim
