#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "http/http.h"
#include "sim/call.h"
#include "sim/fault_plan.h"
#include "time/instant.h"

namespace cxctl::sim {

/// Every request that reached the tenant's API, for tests to look at. Holds no token and no client secret; bodies are
/// otherwise as sent. Past a million the oldest go.
class RequestLog {
 public:
  /// `status`: what the tenant itself answered, 0 if the request did not get to it. `fault`: what was done to it.
  void Add(const Call& call, int status, Instant time, const std::optional<Fault>& fault);
  void Clear() { entries_.clear(); }
  /// `{"requests":[{"seq","time","method","path","query","status","headers","body"}]}`; only those with a greater seq.
  /// Requests that a fault struck have the member `fault` before `headers`.
  std::string ToJsonText(std::uint64_t after) const;

 private:
  struct Entry {
    std::uint64_t seq = 0;
    Instant time;
    std::string method, path, query;
    int status = 0;
    std::string_view fault;
    std::vector<HttpHeader> headers;
    std::string body;
  };
  std::deque<Entry> entries_;
  std::uint64_t last_seq_ = 0;  ///< Goes on counting when the log is cleared.
};

/// The text of a form body with the value of client_secret replaced.
std::string RedactForm(std::string_view body);

}  // namespace cxctl::sim
