#pragma once

#include <memory>
#include <string>

#include "http/http.h"

namespace cxctl {

/// A transport that cannot write: what is not a GET is refused before it reaches `inner`, as a TransportError with
/// maybe_received false. Exempt are POST to exactly `token_path`, and POST to exactly the two analytics queries, which
/// read though they are POSTs (`/api/analytics/outbound/details/query`, `/api/v2/analytics/campaigns/details/query`).
/// A path is compared as it is written, without its query: what would first have to be decoded or normalised is
/// refused. `inner` must outlive it.
std::unique_ptr<HttpTransport> MakeReadOnlyTransport(HttpTransport& inner, std::string token_path);

}  // namespace cxctl
