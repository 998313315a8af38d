#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "http/http.h"
#include "sim/call.h"
#include "time/instant.h"

namespace cxctl::sim {

/// Every request that reached the tenant's API, for tests to look at. Holds no token and no client secret; bodies are
/// otherwise as sent. Past a million the oldest go.
class RequestLog {
 public:
  void Add(const Call& call, int status, Instant time);
  void Clear() { entries_.clear(); }
  /// `{"requests":[{"seq","time","method","path","query","status","headers","body"}]}`; only those with a greater seq.
  std::string ToJsonText(std::uint64_t after) const;

 private:
  struct Entry {
    std::uint64_t seq = 0;
    Instant time;
    std::string method, path, query;
    int status = 0;
    std::vector<HttpHeader> headers;
    std::string body;
  };
  std::deque<Entry> entries_;
  std::uint64_t last_seq_ = 0;  ///< Goes on counting when the log is cleared.
};

/// The text of a form body with the value of client_secret replaced.
std::string RedactForm(std::string_view body);

}  // namespace cxctl::sim
