#pragma once

#include <span>
#include <string>
#include <string_view>

#include "env/env.h"
#include "sim/call.h"
#include "sim/live_dialer.h"
#include "sim/object_store.h"
#include "sim/sim_tenant.h"
#include "sim/tenant_state.h"

namespace cxctl::sim {

/// What operations work on.
struct Tenant {
  const SimOptions& options;
  Clock& clock;
  TenantState state;
  LiveDialer dialer;
};

// One function per operation of the API, by operationId. They are called with the client authorized, the media type
// right and the body read, so what is left to refuse is what the operation itself forbids.

Answer GetDialerCapacity(Tenant& tenant, Call& call);

Answer ListCampaigns(Tenant& tenant, Call& call);
Answer GetCampaign(Tenant& tenant, Call& call);
Answer TransitionCampaign(Tenant& tenant, Call& call);
Answer PatchCampaign(Tenant& tenant, Call& call);

Answer ListSchedules(Tenant& tenant, Call& call);
Answer CreateSchedule(Tenant& tenant, Call& call);
Answer GetSchedule(Tenant& tenant, Call& call);
Answer PatchSchedule(Tenant& tenant, Call& call);
Answer DeleteSchedule(Tenant& tenant, Call& call);

Answer ListCallCodes(Tenant& tenant, Call& call);
Answer CreateCallCode(Tenant& tenant, Call& call);
Answer GetCallCode(Tenant& tenant, Call& call);
Answer PatchCallCode(Tenant& tenant, Call& call);
Answer DeleteCallCode(Tenant& tenant, Call& call);

Answer ListCallbacks(Tenant& tenant, Call& call);
Answer CreateCallback(Tenant& tenant, Call& call);
Answer GetCallback(Tenant& tenant, Call& call);
Answer PatchCallback(Tenant& tenant, Call& call);
Answer SendMessage(Tenant& tenant, Call& call);

Answer GetContact(Tenant& tenant, Call& call);
Answer UpdateContact(Tenant& tenant, Call& call);
Answer GetQueueStats(Tenant& tenant, Call& call);
Answer ListAgents(Tenant& tenant, Call& call);

Answer QueryOutboundMetrics(Tenant& tenant, Call& call);
Answer QueryCampaignHistory(Tenant& tenant, Call& call);

Answer CreateExport(Tenant& tenant, Call& call);
Answer GetExport(Tenant& tenant, Call& call);
Answer GetExportContent(Tenant& tenant, Call& call);

// What several of them share.

/// The object, or 404 with `what` ("campaign") in the message.
Checked<const StoredObject*> FindObject(const ObjectStore& store, const std::string& id, std::string_view what);
/// 428 without If-Match.
Checked<void> RequireIfMatch(const Call& call);
/// 412 unless If-Match is `*` or holds the object's ETag (strong comparison, RFC 9110 section 8.8.3.2).
Checked<void> CheckIfMatch(const Call& call, const StoredObject& object);
/// 400 with all faults of the body, if it has any.
Checked<void> CheckBody(const Call& call, const struct ObjectShape& shape, bool patch);
/// The object's JSON with its ETag in the header.
HttpResponse ObjectResponse(int status, const StoredObject& object);

/// pageSize and nextPage of a list.
struct PageRequest {
  std::size_t size = 100;
  std::string after;  ///< What the cursor holds; "" for the first page.
};
/// 400 for a page size outside 1..500 and for a cursor that does not stem from this list with these filters.
Checked<PageRequest> ReadPage(const Call& call, std::string_view filters);
/// An opaque cursor that ReadPage of the same list takes.
std::string MakeCursor(const Call& call, std::string_view filters, std::string_view last);
/// `{"items":[…],"nextPage":…}`, with `extra` members (`"pageSize":100,`) before nextPage.
HttpResponse ListResponse(const Call& call, std::string_view filters, const ObjectStore::Page& page, bool etags,
                          std::string_view extra = "");

}  // namespace cxctl::sim
