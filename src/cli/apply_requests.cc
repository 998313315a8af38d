#include "cli/apply_requests.h"

#include <fmt/format.h>

#include "apply/executor.h"
#include "base/strings.h"
#include "value/json.h"

namespace cxctl {

int PrintRequests(Context& context, Session& session, const Plan& plan) {
  Arena& arena = session.arena();
  ArrayBuilder requests(arena);
  std::string text;
  std::vector<const Change*> writes;
  for (const Change& change : plan.changes) {
    if (change.writes && change.steps.empty()) writes.push_back(&change);
    for (const Change& step : change.steps) writes.push_back(&step);
  }
  for (const Change* each : writes) {
    const Change& change = *each;
    WriteRequest request = RequestOf(change);
    if (request.etag.empty()) request.etag = "\"(read before the write)\"";
    if (!change.parent.empty())
      request.payload = ObjectBuilder(arena, change.payload).Set("parentCallCodeId", "(known after apply)").Build();
    const bool create = change.operation == WriteOperation::kCreate;
    // Any key does: what is shown says that it is made later.
    if (create) request.idempotency_key = "made-with-the-intent";
    if (create) request.etag.clear();
    const EncodedWrite encoded = session.provider().Encode(request);
    const std::string guard = !create                     ? fmt::format("If-Match: {}", request.etag)
                              : LivesInAgent(change.kind) ? "If-None-Match: *"
                                                          : "Idempotency-Key: (made with the intent)";
    text += fmt::format("# {} {}\n{} {}\n{}\n{}\n", ActionName(change.action), EscapeControls(change.address),
                        encoded.method, encoded.path, guard,
                        encoded.body.empty() ? "" : MaskPhoneNumbers(encoded.body) + "\n");
    requests.Add(ObjectBuilder(arena)
                     .Set("address", change.address)
                     .Set("method", encoded.method)
                     .Set("path", encoded.path)
                     .Set("guard", guard)
                     .Set("body", MaskPhoneNumbers(encoded.body))
                     .Build());
  }
  if (context.json()) {
    context.system.console.Out(ToPrettyJson(ObjectBuilder(arena).Set("requests", requests.Build()).Build()) + "\n");
  } else {
    context.system.console.Out(
        text + fmt::format("{} would be sent. Nothing was written.\n", Count(requests.size(), "request")));
  }
  return kSuccess;
}

}  // namespace cxctl
