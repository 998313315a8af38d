#include "cli/live_tenant.h"

#include <optional>
#include <vector>

namespace cxctl {

namespace {

struct Reads {
  LiveTenant live;
  std::optional<Error> error;
  ReadCount count;
};

Task<void> ReadSchedules(Provider& provider, Reads& reads, std::string campaign) {
  auto listed = co_await provider.List(ObjectKind::kSchedule, campaign);
  if (listed) reads.live.schedules[campaign] = *std::move(listed);
  if (!listed && !reads.error) reads.error = listed.error();
  reads.count.Done();
}

Task<void> ReadCodes(Provider& provider, Reads& reads) {
  auto listed = co_await provider.List(ObjectKind::kCallCode, std::string());
  if (listed) reads.live.codes = *std::move(listed);
  if (!listed && !reads.error) reads.error = listed.error();
  reads.count.Done();
}

}  // namespace

bool WantsKind(const std::set<std::string>& kinds, const std::string& kind) {
  return kinds.empty() || kinds.contains(kind);
}

Task<Result<LiveTenant>> ReadLiveTenant(Loop& loop, Provider& provider, std::set<std::string> kinds,
                                        ReadObserver* observer) {
  Reads reads{{}, std::nullopt, ReadCount(observer)};
  reads.count.Expect(1);
  auto campaigns = co_await provider.List(ObjectKind::kCampaign, std::string());
  if (!campaigns) co_return std::unexpected(campaigns.error());
  reads.live.campaigns = *std::move(campaigns);
  reads.count.Done();
  std::vector<Task<void>> tasks;
  if (WantsKind(kinds, "CallCodeHierarchy")) tasks.push_back(ReadCodes(provider, reads));
  for (const LiveObject& campaign : reads.live.campaigns) {
    if (WantsKind(kinds, "CampaignSchedule")) tasks.push_back(ReadSchedules(provider, reads, campaign.id));
  }
  reads.count.Expect(tasks.size());
  co_await WhenAll(loop, std::move(tasks));
  if (reads.error) co_return std::unexpected(*reads.error);
  co_return std::move(reads.live);
}

}  // namespace cxctl
