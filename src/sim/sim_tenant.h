#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "env/env.h"
#include "http/http.h"

namespace cxctl {

/// How a simulated tenant behaves. The defaults are the strictest tenant that schemas/tenant-api.v2.yaml allows.
struct SimOptions {
  std::uint64_t seed = 1;  ///< Ids, tokens, ETags and figures follow from it and from the requests alone.
  double rate = 20;        ///< Requests a second; the burst is as large (1 at least). 0: no limit.
  enum class RetryAfter { kSeconds, kHttpDate, kAlternating } retry_after = RetryAfter::kSeconds;
  std::chrono::seconds token_ttl{3600};
  std::string token_path = "/oauth/token";
  /// Where the token endpoint takes client credentials from: the form body, HTTP Basic, or either.
  enum class AuthStyle { kAny, kBody, kBasic } auth_style = AuthStyle::kAny;
  /// "": any client id (secret) that is not empty is right.
  std::string client_id, client_secret;
  bool etag_in_lists = true;
  bool list_404_when_empty = false;  ///< An empty call-code list is a 404.
  bool agents_in_envelope = false;   ///< Agents as {"items": …} with pages, not as a bare array of all.
  /// How long after the first request with an Idempotency-Key a repeat finds it "in progress" (409).
  std::chrono::milliseconds idempotency_processing{0};
  /// Whether ACTIVE campaigns call and agents work (README.md, The dialer). Without, agents stay as they are, and
  /// figures follow from the seed.
  bool dialer = true;
  double time_scale = 1;  ///< The dialer runs so many times as fast as the clock; above 0.
};

/// One operation of the API: its method, its path template as in OpenAPI, the scope it needs ("" for the token
/// request).
struct SimOperation {
  std::string method, path, scope;
};

/// A tenant that exists only in memory: the whole of schemas/tenant-api.v2.yaml, judged strictly, plus control
/// endpoints under /_sim for tests (README.md beside this file). It makes no contact with the world but its clock, so
/// the same seed, clock and requests give the same answers, byte for byte. Not for sharing between threads.
///
/// A new tenant has no objects; see Load and DefaultData.
class SimTenant : public HttpHandler {
 public:
  /// The clock must outlive the tenant.
  SimTenant(SimOptions options, Clock& clock);
  ~SimTenant() override;

  /// Replaces everything the tenant holds by the data (format: schemas/sim-data.schema.json). Ids and ETags that are
  /// given are kept, missing ones are made. kInvalid, naming the object and member, leaves the tenant as it was.
  /// Tokens and the request log are not part of it.
  Result<void> Load(std::string_view json);
  /// What Load takes: a tenant that loads it is the same tenant, ETags, idempotency keys and the next id included.
  std::string Save() const;
  /// A small tenant to try things on: six campaigns, two schedules, ten call codes, a queue, agents, contacts.
  static std::string_view DefaultData();

  ServerReply Handle(const HttpRequest& request) override;

  /// Spoils requests from now on as the document says (README.md, schemas/sim-faults.schema.json), in place of the
  /// faults so far; requests are counted anew. kInvalid, with all that is wrong and where, leaves the old ones.
  Result<void> SetFaults(std::string_view json);
  /// Spoils this share of the requests that the faults of SetFaults leave alone, with faults of every kind. 0: none.
  void SetFaultRate(double rate);
  /// Whether there are faults: with them a read may change the tenant as well.
  bool has_faults() const;

  /// All tokens issued so far are unknown from now on. Returns how many were valid.
  std::size_t RevokeTokens();
  /// Every operation of the API (not the control endpoints), in the router's order.
  static std::vector<SimOperation> Operations();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace cxctl
