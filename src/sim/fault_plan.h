#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cxctl::sim {

enum class FaultKind {
  kRateLimit,       ///< 429 with Retry-After.
  kError,           ///< A 5xx.
  kDrop,            ///< The connection ends without a byte of an answer.
  kDelay,           ///< A late answer.
  kCutHead,         ///< The connection ends within the head of the answer.
  kCutBody,         ///< The connection ends within the body of the answer.
  kHtml,            ///< An HTML page, as of a gateway.
  kExpiredToken,    ///< The request's token has expired before its time.
  kConcurrentEdit,  ///< Somebody else changes the item just before it is written.
  kVanishingItem,   ///< An item goes between two pages of a list.
};

/// What goes wrong with one request. Members that a kind has no use for are ignored.
struct Fault {
  FaultKind kind = FaultKind::kDelay;
  bool before_effect = false;  ///< The tenant never sees the request.
  int status = 503;            ///< Of kError and kHtml.
  bool reset = true;           ///< kDrop: RST, else FIN.
  std::chrono::milliseconds delay{0};
  std::size_t bytes = 10;               ///< kCutHead, kCutBody: how much arrives, if there is more.
  bool date = false;                    ///< kRateLimit: Retry-After as an HTTP-date, else in seconds.
  std::chrono::seconds retry_after{1};  ///< kRateLimit
  std::string set;                      ///< kConcurrentEdit: a merge patch as JSON; "": a member that nobody knows.
  bool hidden = false;  ///< kVanishingItem: the item is not listed though it is there, else it is deleted.
};

/// As in faults files.
std::string_view FaultName(FaultKind kind);

/// What of a request decides about faults.
struct FaultTarget {
  std::string_view method, path;
  bool has_token = false;      ///< Carries a bearer token.
  bool writes_item = false;    ///< PUT, PATCH or DELETE of an item with an ETag.
  bool is_next_page = false;   ///< Asks for a page behind the first.
  bool sees_operation = true;  ///< Is for an operation of the API, not for the token endpoint.
};

/// When a fault strikes: where all conditions hold.
struct FaultRule {
  std::optional<std::uint64_t> request;  ///< The number of the request, from 1.
  std::string method;                    ///< "": any
  std::string path;                      ///< A glob (GlobMatches); "": any
  std::optional<double> rate;            ///< The share of the requests that match otherwise.
  std::uint64_t skip = 0;                ///< Lets so many requests that match go by.
  std::optional<std::uint64_t> times;    ///< Strikes so often at most.
  std::optional<Fault> fault;            ///< Nothing: one of any kind that suits the request.
};

/// Decides which requests are spoilt, and how. Pure: the same seed, rules and requests give the same faults, in
/// whatever time they come.
class FaultPlan {
 public:
  /// No faults.
  FaultPlan() = default;
  FaultPlan(std::vector<FaultRule> rules, std::uint64_t seed) : rules_(std::move(rules)), seed_(seed) {
    counts_.resize(rules_.size());
  }

  /// The fault of the next request, of the first rule that has one. A rule whose fault does not suit the request (an
  /// edit for a read) does not match it.
  std::optional<Fault> Next(const FaultTarget& target);

  bool empty() const { return rules_.empty(); }
  std::uint64_t requests() const { return requests_; }
  const std::vector<FaultRule>& rules() const { return rules_; }
  /// How often the rule has struck.
  std::uint64_t struck(std::size_t rule) const { return counts_[rule].struck; }

 private:
  struct Counts {
    std::uint64_t matched = 0, struck = 0;
  };
  std::optional<Fault> Strike(std::size_t index, const FaultTarget& target);
  std::uint64_t Draw(std::size_t rule, std::uint64_t purpose) const;

  std::vector<FaultRule> rules_;
  std::uint64_t seed_ = 0;
  std::uint64_t requests_ = 0;
  std::vector<Counts> counts_;
};

}  // namespace cxctl::sim
