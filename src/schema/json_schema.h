#pragma once

#include "schema/kind_spec.h"
#include "value/value.h"

namespace cxctl {

/// The JSON Schema (draft 2020-12) of a kind, from its description: what schemas/<Kind>.schema.json holds and
/// `cxctl schema` prints. A text may also be one with a `${…}` expression, any other
/// value a whole `${values.NAME}`.
Value KindJsonSchema(Arena& arena, const KindSpec& kind);

}  // namespace cxctl
