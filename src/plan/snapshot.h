#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "async/loop.h"
#include "plan/desired.h"
#include "store/state_store.h"
#include "tenant/provider.h"

namespace cxctl {

/// What is read from the tenant and its agent for a plan, and nothing else.
struct SnapshotScope {
  struct CampaignWanted {
    std::string address;          ///< "Campaign/collections-east"
    std::string id;               ///< "" if it is known by its name
    std::string name;             ///< live name, "" if it is known by its id
    std::string known_id;         ///< of one known by its name: the id it had when it was last applied
    std::string place;            ///< "file:line" for messages
    bool schedules = false;       ///< its schedules are read, too
    bool activates = false;       ///< they are read if it does not dial yet: whether it may start depends on them
    bool may_be_missing = false;  ///< its absence, or another name than git has, is a finding, not a failure
  };
  std::vector<CampaignWanted> campaigns;
  bool all_campaigns = false;          ///< the others are listed, too, to see what is unmanaged
  std::set<std::string> schedules_of;  ///< campaign ids whose schedules are read beside those of `campaigns`
  std::set<std::string> categories;
  bool capacity = false;
  std::set<std::string> queues;           ///< ids of those that have to be there
  std::set<std::string> callback_queues;  ///< ids of those whose scheduled callbacks are read
  bool policies = false;                  ///< all policies and sinks of the agent
  /// Objects that were applied before: one that a list does not show is read by itself before it counts as gone,
  /// because lists may miss what was added or moved while they were paged.
  struct Expected {
    ObjectKind kind = ObjectKind::kCallCode;
    std::string scope, id;
  };
  std::vector<Expected> expected;
};

/// What was found.
struct LiveState {
  std::map<std::string, LiveObject> campaigns;               ///< by address
  std::vector<LiveObject> other_campaigns;                   ///< of no document, where all were listed
  std::map<std::string, std::vector<LiveObject>> schedules;  ///< by campaign id
  std::map<std::string, std::vector<LiveObject>> codes;      ///< by category
  std::map<std::string, std::vector<LiveObject>> callbacks;  ///< scheduled ones, by queue
  std::map<std::string, LiveObject> policies;                ///< policies and sinks, by address
  std::set<std::string> missing_campaigns;                   ///< addresses of those that may be missing, and are
  std::set<std::string> missing_queues;                      ///< ids of those that are not there
  std::optional<std::int64_t> capacity;
  Instant read_at;

  /// Of a campaign id; none where they were not read.
  const std::vector<LiveObject>& SchedulesOf(const std::string& campaign_id) const;
};

/// The reads that the desired objects, and what was applied before and may have to be removed, need. `everything`: the
/// schedules of every managed campaign, to see what is unmanaged.
SnapshotScope ScopeOf(const DesiredState& desired, const ManifestSet& set, const std::vector<AppliedObject>& applied,
                      const Selection& selection, bool everything);

/// Told how far reading is: lists and single objects. `total` grows while it is found out what has to be read.
class ReadObserver {
 public:
  virtual ~ReadObserver() = default;
  virtual void OnReads(std::size_t done, std::size_t total) = 0;
};

/// Counts reads for an observer, which may be null.
class ReadCount {
 public:
  explicit ReadCount(ReadObserver* observer) : observer_(observer) {}
  void Expect(std::size_t more) { total_ += more; }
  void Done();

 private:
  ReadObserver* observer_;
  std::size_t done_ = 0, total_ = 0;
};

/// Reads the scope, side by side within the provider's limits. The first read that fails fails it all, named: never a
/// partial snapshot. A campaign that is not there, or whose name is not unique, is kNotFound with the document's place.
Task<Result<LiveState>> TakeSnapshot(Loop& loop, Provider& provider, SnapshotScope scope,
                                     ReadObserver* observer = nullptr);

/// CX106 that only the tenant shows: two Campaign documents, one by id and one by name, that stand for one campaign. At
/// the later document's identifying value.
Diagnostics CheckLiveIdentities(const ManifestSet& set, const LiveState& live);

/// CX503: the queues of callback policies that are not on the tenant, at queueId. Severities and waivers are for
/// ApplyRulePolicy.
Diagnostics CheckLiveQueues(const ManifestSet& set, const LiveState& live);

/// The list of campaigns is read when more than this many are managed: a page's worth, as the API cuts pages by itself.
/// From there on a list, of which up to 500 are asked for at a time, takes fewer requests than campaigns one by one.
inline constexpr std::size_t kCampaignPage = 100;

}  // namespace cxctl
