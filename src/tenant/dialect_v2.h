#pragma once

#include <memory>

#include "tenant/dialect.h"

namespace cxctl {

/// The tenant's REST API, version 2: ETags on every object, idempotency keys for creates, lists in pages of up to 500.
std::unique_ptr<Dialect> MakeDialectV2();

}  // namespace cxctl
