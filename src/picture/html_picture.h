#pragma once

#include <string>

#include "picture/picture.h"

namespace cxctl {

/// One HTML file that needs nothing else, no script either: bars that fit a phone and a wide screen, light or dark as
/// the reader's system is, and a table with the exact times for everybody who does not see them.
std::string DrawHtml(const Picture& picture);

}  // namespace cxctl
