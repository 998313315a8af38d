#pragma once

#include <string>

#include "picture/picture.h"

namespace cxctl {

/// One SVG file that needs nothing else: a bar for each day from midnight to midnight of the zone's clock, light or
/// dark as the reader's system is. Each bar carries its exact times and its reason as a title.
std::string DrawSvg(const Picture& picture);

}  // namespace cxctl
