#pragma once

#include <memory>
#include <vector>

#include "cli/command.h"
#include "manifest/manifests.h"
#include "manifest/tenant_settings.h"
#include "tenant/event_sender.h"
#include "webhook/event.h"

namespace cxctl {

/// The sinks of the manifests that want events of a type, their secrets read. A sink whose secret is not set is left
/// out, with a warning: nothing is sent unsigned that should be signed.
std::vector<SinkSettings> SinksFor(Context& context, const ManifestSet& set, std::string_view type);

/// Tells the sinks of a tenant without an agent: each event becomes durable in the outbox of the state store, and what
/// is due there gets one try. What fails waits there for the next run, or for an agent. `state_url`: of the state
/// store.
class EventOutbox final : public EventSender {
 public:
  EventOutbox(Context& context, const ManifestSet& set, const TenantSettings& settings, std::string state_url,
              Loop& loop, HttpTransport& transport)
      : context_(context),
        set_(set),
        settings_(settings),
        state_url_(std::move(state_url)),
        loop_(loop),
        transport_(transport) {}

  Task<Result<void>> SendEvent(std::string type, std::string data) override;

 private:
  Context& context_;
  const ManifestSet& set_;
  const TenantSettings& settings_;
  const std::string state_url_;
  Loop& loop_;
  HttpTransport& transport_;
};

}  // namespace cxctl
