#pragma once

#include <memory>
#include <string>

#include "tenant/event_sender.h"
#include "tenant/tenant_client.h"

namespace cxctl {

/// The agent behind the Provider interface: its policies and sinks, nothing else. Speaks `/v1/policies` with ETags,
/// under the same rules of retries, lost answers and limits as a tenant's client. An object's content is what is
/// deployed:
/// `{"spec", "campaignId"?, "calendar"?, "sinks"?}`, and of a sink with a secret `secretFingerprint`
/// , which says whether it is the same. A write replaces it whole.
///
/// Single-threaded: everything happens in the loop.
class AgentClient : public Provider, public EventSender {
 public:
  /// The secret of a sink. Where a payload has kSecretText as `spec.secret`, the sink is sent this instead; without it
  /// such a write is refused. No message shows it.
  virtual void ProvideSecret(const std::string& sink, std::string secret) = 0;
};

/// "the agent at https://cxctl-agent.internal:8443": how errors name it.
std::string AgentName(const std::string& url);

/// `connection`: the agent's root URL as `base_url`, and the limits; nothing else of it is used. `token` is the bearer
/// token (`spec.agent.token`). `observer` may be null. All references must outlive the client.
std::unique_ptr<AgentClient> MakeAgentClient(TenantConnection connection, std::string token, Arena& arena, Loop& loop,
                                             HttpTransport& transport, Random& random, RequestObserver* observer);

}  // namespace cxctl
