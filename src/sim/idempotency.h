#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sim/call.h"
#include "time/instant.h"

namespace cxctl::sim {

/// The first answers to requests with an Idempotency-Key, kept for 24 hours.
class IdempotencyRecords {
 public:
  struct Record {
    std::string fingerprint;  ///< Of method, path and body.
    Instant time;
    int status = 0;
    std::string etag;  ///< "" if the answer had none.
    std::string body;
  };
  static constexpr std::chrono::hours kLifetime{24};

  /// The request's key, or nothing if it has none. 400 if it is not 1 to 255 visible characters.
  static Checked<std::optional<std::string>> KeyOf(const HttpRequest& request);
  /// The same for requests that mean the same: the body's members in any order, numbers by value.
  static std::string Fingerprint(const Call& call);

  /// The first answer, if there was one. 422 if that was to another request, 409 within `processing` of it.
  Checked<std::optional<HttpResponse>> Replay(const std::string& key, const std::string& fingerprint, Instant now,
                                              std::chrono::milliseconds processing) const;
  void Keep(const std::string& key, Record record);
  const std::map<std::string, Record>& records() const { return records_; }

 private:
  std::map<std::string, Record> records_;
  std::multimap<Instant, std::string> by_time_;
};

}  // namespace cxctl::sim
