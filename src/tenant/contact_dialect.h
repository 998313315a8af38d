#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "http/http.h"
#include "tenant/contact_center.h"
#include "tenant/dialect.h"

namespace cxctl {

/// One page of callbacks, or of agents (id and state).
template <class T>
struct ListedPage {
  std::vector<T> items;
  std::string next;  ///< The token of the next page, "" on the last one.
};

struct ListedAgent {
  std::string id, state;
};

/// How an API says what a ContactCenter does: requests, and what their answers mean. Pure.
///
/// Requests fail with kInvalid where an id cannot be one, with kRefused where the ETag or the idempotency key is
/// missing. Answers fail with a message that goes on after "answered 200 with ", among other things when they do not
/// speak of what was asked for.
class ContactDialect {
 public:
  virtual ~ContactDialect() = default;

  virtual Result<ApiRequest> CreateCallback(const CallbackWish& wish) const = 0;
  virtual Result<ApiRequest> ChangeCallback(const std::string& id, const std::string& etag,
                                            std::optional<Instant> time) const = 0;
  virtual Result<ApiRequest> GetCallback(const std::string& id) const = 0;
  /// `page` is the token of the page, "" for the first; here and below.
  virtual ApiRequest ListCallbacks(const std::string& queue_id, const std::string& state,
                                   const std::string& page) const = 0;
  virtual Result<ApiRequest> SendMessage(const std::string& to, const std::string& from, const std::string& text,
                                         const std::string& idempotency_key) const = 0;
  virtual Result<ApiRequest> UpdateContact(const std::string& id,
                                           const std::vector<std::pair<std::string, std::string>>& fields) const = 0;
  virtual Result<ApiRequest> Metrics(const std::string& campaign_id, Duration interval) const = 0;
  virtual ApiRequest ListAgents(const std::string& page) const = 0;

  /// The callback as it was made.
  virtual Result<LiveCallback> ReadCreated(const CallbackWish& wish, const HttpResponse& response) const = 0;
  /// The callback as it is now: at `time`, or cancelled where there is none.
  virtual Result<LiveCallback> ReadChanged(const std::string& id, std::optional<Instant> time,
                                           const HttpResponse& response) const = 0;
  virtual Result<LiveCallback> ReadCallback(const std::string& id, const HttpResponse& response) const = 0;
  /// Those of the queue alone, and in that state: a tenant that does not know a filter answers with everything.
  virtual Result<ListedPage<LiveCallback>> ReadCallbacks(const std::string& queue_id, const std::string& state,
                                                         const HttpResponse& response) const = 0;
  /// The id of the message.
  virtual Result<std::string> ReadMessage(const HttpResponse& response) const = 0;
  /// Succeeds if the answer is that contact with those fields.
  virtual Result<void> ReadContact(const std::string& id,
                                   const std::vector<std::pair<std::string, std::string>>& fields,
                                   const HttpResponse& response) const = 0;
  virtual Result<std::optional<CampaignMetrics>> ReadMetrics(const std::string& campaign_id,
                                                             const HttpResponse& response) const = 0;
  virtual Result<ListedPage<ListedAgent>> ReadAgents(const HttpResponse& response) const = 0;
};

}  // namespace cxctl
