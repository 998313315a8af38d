#pragma once

#include "picture/picture.h"
#include "value/value.h"

namespace cxctl {

/// For programs: schemas/schedule-show.schema.json describes it.
Value PictureJson(Arena& arena, const Picture& picture);

}  // namespace cxctl
