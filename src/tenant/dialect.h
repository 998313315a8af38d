#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/http.h"
#include "tenant/campaign_states.h"
#include "tenant/provider.h"
#include "tenant/retry.h"

namespace cxctl {

/// One HTTP request of an API, without what every request of a tenant carries (base URL, token, request id).
struct ApiRequest {
  std::string method;
  std::string path;   ///< From the base URL on, percent-encoded.
  std::string shown;  ///< The path as messages and observers may show it; "" for `path`.
  std::string query;  ///< Without the question mark, percent-encoded; "" for none.
  std::string body;
  std::vector<HttpHeader> headers;  ///< The operation's own: If-Match, Idempotency-Key.
  std::string scope;                ///< The OAuth scope that it needs.
  Safety safety = Safety::kRead;
};

/// One page of a list.
struct Page {
  std::vector<LiveObject> objects;
  std::string next;  ///< The token of the next page, "" on the last one.
};

/// How an API says what a Provider does: operations to requests, answers to objects. Pure; knows nothing of sending.
///
/// Requests fail with kRefused where the API has no such operation or the operation lacks what the API needs (an ETag,
/// a key), with kInvalid where an id cannot be one. Answers fail with a message that goes on after "answered 200 with
/// ".
class Dialect {
 public:
  virtual ~Dialect() = default;

  /// Whether objects have ETags. Without them updates and deletes are not guarded, and none is repeated after a lost
  /// answer.
  virtual bool has_etags() const = 0;
  virtual const CampaignStates& campaign_states() const = 0;
  /// Whether a 404 to the first page of such a list means that it is empty.
  virtual bool missing_list_is_empty(ObjectKind kind) const = 0;

  /// `page` is the token of the page, "" for the first.
  virtual Result<ApiRequest> ListRequest(ObjectKind kind, const std::string& scope, const std::string& page) const = 0;
  /// As ListRequest, for a list as short as the API can make it in which the object of that name is, if there is one.
  virtual Result<ApiRequest> FindRequest(ObjectKind kind, const std::string& scope, const std::string& name,
                                         const std::string& page) const = 0;
  virtual Result<ApiRequest> GetRequest(ObjectKind kind, const std::string& scope, const std::string& id) const = 0;
  virtual ApiRequest CapacityRequest() const = 0;
  virtual Result<ApiRequest> QueueRequest(const std::string& id) const = 0;
  virtual Result<ApiRequest> EncodeWrite(const WriteRequest& request) const = 0;

  // What is read is built in `arena`; nothing of a failed answer is left there that anybody refers to.
  virtual Result<Page> ReadPage(Arena& arena, ObjectKind kind, const std::string& scope,
                                const HttpResponse& response) const = 0;
  virtual Result<LiveObject> ReadObject(Arena& arena, ObjectKind kind, const std::string& scope, const std::string& id,
                                        const HttpResponse& response) const = 0;
  virtual Result<std::int64_t> ReadCapacity(const HttpResponse& response) const = 0;
  virtual Result<QueueFigures> ReadQueue(const std::string& id, const HttpResponse& response) const = 0;
  /// The 2xx answer to a write: the object as it is now, nothing after a delete. Fails unless the answer speaks of the
  /// object that was written.
  virtual Result<std::optional<LiveObject>> ReadWritten(Arena& arena, const WriteRequest& request,
                                                        const HttpResponse& response) const = 0;

  /// Whether the object is the one of that name (the code of a call code) and parent.
  virtual bool Identifies(const LiveObject& object, std::string_view name, std::string_view parent_id) const = 0;

  virtual std::vector<std::string> ReadScopes(ObjectKind kind) const = 0;
  virtual std::vector<std::string> WriteScopes(ObjectKind kind) const = 0;
  virtual std::vector<std::string> QueueScopes() const = 0;
};

}  // namespace cxctl
