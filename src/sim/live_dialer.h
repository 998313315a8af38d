#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "dialer/call_log.h"
#include "dialer/dialer.h"
#include "sim/dialed_calls.h"
#include "sim/tenant_state.h"
#include "time/permitted_time.h"
#include "time/zone.h"

namespace cxctl::sim {

/// The tenant's dialer: ACTIVE campaigns call, and the tenant's agents talk, as the tenant's clock goes on. It runs
/// when somebody looks: Advance brings it up to date, with the objects as they have been since it was called last. A
/// tenant without any agents has no dialer.
///
/// Its time is the clock's, or runs so many times as fast (SimOptions::time_scale) from the moment when it starts. It
/// starts a quarter of an hour earlier, so that there are figures at once; that quarter is neither history nor judged.
/// Left alone for more than a day of its time, it starts anew a day ago.
class LiveDialer : private CallListener {
 public:
  LiveDialer(std::uint64_t seed, double time_scale) : seed_(seed), time_scale_(time_scale) {}

  void Advance(TenantState& state, Instant clock);
  /// Forgets everything, as another state was loaded.
  void Reset();

  /// Whether there is one.
  bool runs() const { return dialer_ != nullptr; }
  /// What the dialer takes for now; the clock without one.
  Instant Now(Instant clock) const;
  CallLog::Counts Recent(std::string_view campaign_id, Duration interval) const;
  /// Nothing for an agent that is not there.
  std::optional<std::string_view> StateOf(std::string_view agent_id) const;
  /// Agents that talk, people that wait for one, and how long the first of them has.
  std::int64_t talking() const { return runs() ? dialer_->agents_in(AgentState::kBusy) : 0; }
  std::int64_t waiting() const { return runs() ? dialer_->waiting() : 0; }
  Duration longest_wait() const { return runs() ? dialer_->longest_wait() : Duration{0}; }

 private:
  /// When a schedule permits calls.
  struct Permission {
    Interval life;
    std::vector<DailyWindow> windows;
    std::vector<Blackout> blackouts;
  };
  struct Campaign {
    std::string id, etags;  ///< `etags`: its own and its schedules', as last read.
    Zone zone = Zone::Utc();
    std::vector<Permission> permissions;
    IntervalSet permitted;  ///< From permitted_from_ on, a day.
    CallLog log;
    DialedCampaign dials;
  };
  struct KnownAgent {
    std::size_t index;
    std::string etag;
  };

  void OnDialed(std::size_t campaign) override;
  void OnAnswered(std::size_t campaign) override;
  void OnEnded(std::size_t campaign, CallOutcome outcome) override;

  void Start(TenantState& state, Instant from, Instant recorded_from);
  void Run(Instant to);
  void Turn();
  void ReadObjects(const TenantState& state);
  void ReadAgents(const TenantState& state);
  void ReadCampaigns(const TenantState& state);
  void ReadCampaign(const TenantState& state, const StoredObject& stored);
  void ReadSchedules(const std::vector<const StoredObject*>& schedules, Campaign& campaign);
  void Permit(Campaign& campaign);
  void SetPeople(std::size_t index);
  std::string WhyNot(const Campaign& campaign, Instant time) const;
  DispositionCounts* HourOf(std::size_t campaign);

  const std::uint64_t seed_;
  const double time_scale_;
  std::unique_ptr<Dialer> dialer_;
  DialedCalls* calls_ = nullptr;  ///< The state's, while it advances.
  Instant started_clock_, started_;
  Instant recorded_from_;
  Instant permitted_from_;
  using Signature = std::tuple<std::uint64_t, std::size_t, std::size_t, std::size_t, std::int64_t>;
  std::optional<Signature> read_;
  std::vector<Campaign> campaigns_;
  std::map<std::string, std::size_t, std::less<>> campaign_index_;
  std::map<std::string, KnownAgent, std::less<>> agents_;
};

}  // namespace cxctl::sim
