#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sim/dialed_calls.h"
#include "sim/idempotency.h"
#include "sim/object_store.h"
#include "sim/seeded_random.h"
#include "value/value.h"

namespace cxctl::sim {

/// Everything that a tenant remembers but tokens and the request log: what is saved.
struct TenantState {
  explicit TenantState(std::uint64_t seed) : random(seed) {}

  std::int64_t max_concurrent_calls = 200;
  ObjectStore campaigns, schedules, call_codes, callbacks, queues, agents, contacts, messages, exports, metrics;
  IdempotencyRecords idempotency;
  DialedCalls dialed;
  SeededRandom random;
  std::uint64_t revision = 0;  ///< Counts changes; ETags come from it.

  std::string NewId();
  /// A strong ETag that no object had before.
  std::string NextEtag();
  /// Stores the object under its member `id` with a new ETag, or with the old one if nothing in it changes.
  const StoredObject& Put(ObjectStore& store, const Value& content, ObjectKeys keys);
};

/// The keys of an object, from its content. A schedule's campaign is no part of its content.
ObjectKeys CampaignKeys(const Value& content);
ObjectKeys ScheduleKeys(std::string_view campaign_id, const Value& content);
ObjectKeys CallCodeKeys(const Value& content);
ObjectKeys CallbackKeys(const Value& content);
ObjectKeys StateKeys(const Value& content);  ///< The state alone; for queues, contacts and the like all are "".

/// Reads a data file into a new state. kInvalid names the object and member.
Result<TenantState> LoadState(std::string_view json, std::uint64_t seed);
/// The reverse, one object a line.
std::string SaveState(const TenantState& state);

/// The data of SimTenant::DefaultData.
std::string_view DefaultDataText();

}  // namespace cxctl::sim
