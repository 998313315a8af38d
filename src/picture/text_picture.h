#pragma once

#include <cstddef>
#include <string>

#include "picture/picture.h"

namespace cxctl {

/// For a terminal: a grid with a row for each day and a cell for each half hour (each hour in a month, and where
/// `width` columns are too few), then the exact times. A cell shows what holds for most of it.
std::string DrawText(const Picture& picture, std::size_t width, bool color);

}  // namespace cxctl
