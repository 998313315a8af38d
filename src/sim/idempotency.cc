#include "sim/idempotency.h"

#include <algorithm>

#include "base/digest.h"
#include "value/json.h"

namespace cxctl::sim {

Checked<std::optional<std::string>> IdempotencyRecords::KeyOf(const HttpRequest& request) {
  const std::string* key = request.header("Idempotency-Key");
  if (!key) return std::nullopt;
  const bool visible = std::ranges::all_of(*key, [](char c) { return c >= '!' && c <= '~'; });
  if (key->empty() || key->size() > 255 || !visible) {
    return RefuseInvalid({{"Idempotency-Key", "must be 1 to 255 visible characters"}});
  }
  return *key;
}

std::string IdempotencyRecords::Fingerprint(const Call& call) {
  return Sha256Hex(call.request.method + " " + call.path + "\n" + ToCanonicalJson(call.body));
}

Checked<std::optional<HttpResponse>> IdempotencyRecords::Replay(const std::string& key, const std::string& fingerprint,
                                                                Instant now,
                                                                std::chrono::milliseconds processing) const {
  const auto it = records_.find(key);
  if (it == records_.end() || now - it->second.time > kLifetime) return std::nullopt;
  const Record& record = it->second;
  if (record.fingerprint != fingerprint) {
    return Refuse(422, "IDEMPOTENCY_KEY_REUSED", "The Idempotency-Key was used for another request.");
  }
  if (now - record.time < processing) {
    return Refuse(409, "IDEMPOTENCY_IN_PROGRESS", "The first request with this Idempotency-Key is still in progress.");
  }
  HttpResponse response = JsonResponse(record.status, record.body);
  if (!record.etag.empty()) response.headers.push_back({"ETag", record.etag});
  return response;
}

void IdempotencyRecords::Keep(const std::string& key, Record record) {
  while (!by_time_.empty() && record.time - by_time_.begin()->first > kLifetime) {
    const auto oldest = by_time_.begin();
    // A key may have been used again after its time: then the record is a younger one's.
    if (const auto it = records_.find(oldest->second); it != records_.end() && it->second.time == oldest->first) {
      records_.erase(it);
    }
    by_time_.erase(oldest);
  }
  by_time_.emplace(record.time, key);
  records_[key] = std::move(record);
}

}  // namespace cxctl::sim
