#pragma once

#include <span>
#include <string>
#include <vector>

#include "time/open_status.h"
#include "time/zone.h"
#include "value/value.h"

namespace cxctl {

/// Whether something may run or dial now.
struct WindowRow {
  std::string name;  ///< "apply", "Campaign/collections-east"
  Zone zone = Zone::Utc();
  OpenStatus status;
  std::string always;  ///< Why nothing limits it: "no schedule and no calendar"; "" where something does.
};

/// A table with a row for each. `width`: as TableText has it.
std::string DrawWindowTable(std::span<const WindowRow> rows, Instant now, std::size_t width, bool color);
/// The row's members but for its name: schemas/window-status.schema.json describes them.
ObjectBuilder& SetWindow(Arena& arena, ObjectBuilder& json, const WindowRow& row);

}  // namespace cxctl
