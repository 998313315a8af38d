#pragma once

#include <optional>
#include <string>

#include "http/http.h"
#include "sim/fault_plan.h"
#include "sim/operations.h"

namespace cxctl::sim {

/// What of the call decides about faults. `is_token`: it is for the token endpoint.
FaultTarget TargetOf(const Call& call, bool is_token);

/// Changes the item that the call is about to write, as somebody else would: by the fault's `set`, else by the member
/// `note` that nobody knows. An item that is not there stays so. Any other reason not to is a refusal (500).
Checked<void> EditBeforeWrite(Tenant& tenant, const Call& call, const Fault& fault);

/// The first item of the list in the answer that can be deleted is. Returns whether there was one: then the answer has
/// to be made anew.
bool DeleteListedItem(Tenant& tenant, const Call& call, const HttpResponse& listed);
/// The answer without its first item.
HttpResponse WithoutFirstItem(const HttpResponse& listed);

/// An answer in place of the tenant's, where the request does not get to it (Fault::before_effect). Cut ones are made
/// up and look like a success as far as they go.
HttpResponse AnswerBeforeEffect(const Fault& fault, Instant now, const std::string& request_id);

/// The answer, spoilt, and how it is sent.
ServerReply Spoil(const Fault& fault, HttpResponse answer, const std::string& request_id);

}  // namespace cxctl::sim
