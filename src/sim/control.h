#pragma once

#include "sim/operations.h"

namespace cxctl::sim {

/// POST /_sim/edit: changes, creates or deletes an object as somebody else would (README.md has the body). 400, 404,
/// 409 and 422 leave everything as it was.
Answer EditObject(Tenant& tenant, Call& call);

}  // namespace cxctl::sim
