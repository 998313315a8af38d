#include "agent/policy_cache.h"

#include <fmt/format.h>

#include "value/json.h"

namespace cxctl {

namespace {

constexpr Duration kCheckEvery = std::chrono::seconds(2);
constexpr const char* kGenerationId = "current";

}  // namespace

AgentWrite PolicyChanged() {
  AgentWrite write;
  write.record.collection = kPolicyGenerationCollection;
  write.record.id = kGenerationId;
  return write;
}

Result<std::shared_ptr<const Policies>> PolicyCache::Current() {
  const Duration now = parts_.clock.Monotonic();
  if (checked_ && now - *checked_ < kCheckEvery) return known_;
  if (const auto refreshed = Refresh(); !refreshed) {
    if (known_ == nullptr) return std::unexpected(refreshed.error());
    parts_.log.Warning("cannot look for changed policies", {{"reason", refreshed.error().message}});
  }
  checked_ = now;
  return known_;
}

Result<void> PolicyCache::Refresh() {
  TRY_ASSIGN(const auto generation, parts_.store.Get(parts_.tenant, kPolicyGenerationCollection, kGenerationId));
  const std::int64_t version = generation ? generation->version : 0;
  if (known_ != nullptr && version == generation_) return {};
  TRY_ASSIGN(Policies policies, ReadAll());
  for (const std::string& reason : policies.unreadable) parts_.log.Error("policy cannot be read", {{"policy", reason}});
  const std::size_t count =
      policies.pacing.size() + policies.throttle.size() + policies.callbacks.size() + policies.sinks.size();
  parts_.metrics.Set("cxctl_policies", static_cast<double>(count), {});
  parts_.metrics.Set("cxctl_policies_unreadable", static_cast<double>(policies.unreadable.size()), {});
  known_ = std::make_shared<const Policies>(std::move(policies));
  generation_ = version;
  return {};
}

Result<Policies> PolicyCache::ReadAll() {
  Policies policies;
  AgentQuery query;
  query.collection = kPolicyCollection;
  while (true) {
    TRY_ASSIGN(const std::vector<AgentRecord> records, parts_.store.List(parts_.tenant, query));
    for (const AgentRecord& record : records) {
      if (const auto read = ReadOne(record, policies); !read) {
        policies.unreadable.push_back(fmt::format("{}: {}", record.id, read.error().message));
      }
    }
    if (records.size() < query.limit) return policies;
    query.after = records.back().id;
  }
}

Result<void> PolicyCache::ReadOne(const AgentRecord& record, Policies& policies) {
  Arena arena;
  TRY_ASSIGN(const Value stored, ParseJson(arena, record.body));
  const std::size_t slash = record.id.find('/');
  const std::string kind = record.id.substr(0, slash), name = record.id.substr(slash + 1);
  ObjectBuilder body(arena, stored);
  body.Remove("updatedBy").Remove("updatedAt").Remove("secretFingerprint").Remove("sealedSecret");
  if (const std::string_view sealed = stored.GetString("sealedSecret"); !sealed.empty()) {
    TRY_ASSIGN(const std::string secret, parts_.secrets.Open(name, sealed));
    const Value* spec = stored.Find("spec");
    if (spec != nullptr) body.Set("spec", ObjectBuilder(arena, *spec).Set("secret", secret).Build());
  }
  return ReadPolicy(kind, name, record.version, body.Build(), policies);
}

}  // namespace cxctl
