#pragma once

#include <functional>
#include <memory>

#include "tenant/contact_center.h"
#include "tenant/contact_dialect.h"
#include "tenant/rest_client.h"
#include "tenant/token_source.h"

namespace cxctl {

/// The ContactCenter of a TenantClient: its parts, another dialect. Scopes are asked for when an operation first needs
/// them.
class ContactClient final : public ContactCenter {
 public:
  /// All references must outlive it.
  ContactClient(std::unique_ptr<ContactDialect> dialect, Wire& wire, TokenSource& tokens, RestClient& rest);

  Task<ActionResult> CreateCallback(CallbackWish wish, Duration deadline) override;
  Task<ActionResult> ChangeCallback(std::string id, std::string etag, std::optional<Instant> time) override;
  Task<Result<std::optional<LiveCallback>>> GetCallback(std::string id) override;
  Task<Result<std::vector<LiveCallback>>> ListCallbacks(std::string queue_id, std::string state) override;
  Task<ActionResult> SendMessage(std::string to, std::string from, std::string text,
                                 std::string idempotency_key) override;
  Task<ActionResult> UpdateContact(std::string contact_id,
                                   std::vector<std::pair<std::string, std::string>> fields) override;
  Task<Result<std::optional<CampaignMetrics>>> Metrics(std::string campaign_id, Duration interval) override;
  Task<Result<AgentCounts>> Agents() override;

 private:
  using Accept = std::function<Result<void>(const HttpResponse&)>;
  struct Flight;

  Task<RestOutcome> Perform(ApiRequest request, Accept accept, bool once);
  /// One try. `accept` keeps what it reads outside the coroutine, which may go on after this returned.
  Task<ActionResult> Act(Result<ApiRequest> request, Accept accept);
  Task<ActionResult> ActWithin(Result<ApiRequest> request, Accept accept, Duration deadline);
  Task<void> Fly(std::shared_ptr<Flight> flight, RestCall call);
  /// All pages of a list, each item once (by id), as it was seen last.
  template <class T>
  Task<Result<std::vector<T>>> ReadAll(std::function<ApiRequest(const std::string&)> request,
                                       std::function<Result<ListedPage<T>>(const HttpResponse&)> read);

  const std::unique_ptr<ContactDialect> dialect_;
  Wire& wire_;
  TokenSource& tokens_;
  RestClient& rest_;
};

}  // namespace cxctl
