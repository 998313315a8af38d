#pragma once

#include <memory>

#include "tenant/contact_dialect.h"

namespace cxctl {

/// Conversations, contacts, analytics and agents of the tenant's REST API, version 2.
std::unique_ptr<ContactDialect> MakeContactDialectV2();

}  // namespace cxctl
