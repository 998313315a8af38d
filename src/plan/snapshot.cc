#include "plan/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/strings.h"
#include "manifest/excerpt.h"
#include "rules/finding.h"

namespace cxctl {

namespace {

/// The state that the reads of one snapshot share.
struct Reading {
  Provider& provider;
  const SnapshotScope& scope;
  LiveState live;
  std::optional<Error> error;
  ReadCount count;

  /// Remembers the first failure, with what was being read.
  void Failed(const Error& cause, const std::string& what) {
    if (!error) error = Error{cause.code, fmt::format("could not read {}: {}", what, cause.message)};
  }
};

Task<void> Counted(Reading& reading, Task<void> read) {
  co_await std::move(read);
  reading.count.Done();
}

/// Side by side.
Task<void> ReadAll(Loop& loop, Reading& reading, std::vector<Task<void>> reads) {
  reading.count.Expect(reads.size());
  for (Task<void>& read : reads) read = Counted(reading, std::move(read));
  co_await WhenAll(loop, std::move(reads));
}

Task<void> ReadSchedules(Reading& reading, std::string campaign_id) {
  if (reading.live.schedules.contains(campaign_id)) co_return;
  reading.live.schedules[campaign_id];
  std::vector<std::string> scopes = reading.provider.ReadScopes(ObjectKind::kSchedule);
  if (!reading.scope.capacity) std::erase(scopes, "dialer:read");
  reading.provider.RequireScopes(scopes);
  auto listed = co_await reading.provider.List(ObjectKind::kSchedule, campaign_id);
  if (!listed) {
    reading.Failed(listed.error(), fmt::format("the schedules of campaign {}", EscapeControls(campaign_id)));
    co_return;
  }
  reading.live.schedules[campaign_id] = *std::move(listed);
}

/// Schedules that are left of a campaign which is no longer in the manifests; gone with it if it is gone.
Task<void> ReadLeftSchedules(Reading& reading, std::string campaign_id) {
  if (reading.live.schedules.contains(campaign_id)) co_return;
  reading.live.schedules[campaign_id];
  auto listed = co_await reading.provider.List(ObjectKind::kSchedule, campaign_id);
  if (listed) {
    reading.live.schedules[campaign_id] = *std::move(listed);
  } else if (listed.error().code != ErrorCode::kNotFound) {
    reading.Failed(listed.error(), fmt::format("the schedules of campaign {}", EscapeControls(campaign_id)));
  }
}

Task<void> ReadCategory(Reading& reading, std::string category) {
  auto listed = co_await reading.provider.List(ObjectKind::kCallCode, category);
  if (!listed) {
    reading.Failed(listed.error(), fmt::format("the call codes of category {}", EscapeControls(category)));
    co_return;
  }
  reading.live.codes[category] = *std::move(listed);
}

Task<void> ReadCapacity(Reading& reading) {
  auto capacity = co_await reading.provider.Capacity();
  if (!capacity) {
    reading.Failed(capacity.error(), "the dialer's capacity");
    co_return;
  }
  reading.live.capacity = *capacity;
}

Task<void> ReadQueue(Reading& reading, std::string id) {
  auto queue = co_await reading.provider.Queue(id);
  if (!queue) {
    reading.Failed(queue.error(), fmt::format("the queue {}", EscapeControls(id)));
    co_return;
  }
  if (!*queue) reading.live.missing_queues.insert(id);
}

Task<void> ReadCallbacks(Reading& reading, std::string queue) {
  auto listed = co_await reading.provider.List(ObjectKind::kCallback, queue);
  if (!listed) {
    reading.Failed(listed.error(), fmt::format("the scheduled callbacks of queue {}", EscapeControls(queue)));
    co_return;
  }
  reading.live.callbacks[queue] = *std::move(listed);
}

std::string AddressOf(ObjectKind kind, std::string_view name) {
  return fmt::format("{}/{}", KindName(kind), name);
}

Task<void> ReadPolicies(Reading& reading) {
  auto listed = co_await reading.provider.Policies();
  if (!listed) {
    reading.Failed(listed.error(), "the agent's policies");
    co_return;
  }
  for (LiveObject& policy : *listed) {
    std::string address = AddressOf(policy.kind, policy.id);
    reading.live.policies.insert_or_assign(std::move(address), std::move(policy));
  }
}

Error NoSuchCampaign(const SnapshotScope::CampaignWanted& wanted) {
  const bool named = wanted.id.empty();
  return {ErrorCode::kNotFound, fmt::format("there is no campaign with the {0} {1} on the tenant: campaigns are made "
                                            "in the platform, with their contact lists; correct the {0}",
                                            named ? "name" : "id", EscapeControls(named ? wanted.name : wanted.id))};
}

Error Renamed(const SnapshotScope::CampaignWanted& wanted, const LiveObject& live) {
  return {ErrorCode::kNotFound,
          fmt::format("there is no campaign with the name {} on the tenant: the one that had it when it was last "
                      "applied, {}, is called {} now; write that name, or the id, or let cxctl drift accept do it",
                      EscapeControls(wanted.name), live.id, EscapeControls(live.content.GetString("name")))};
}

bool NeedsSchedules(const SnapshotScope::CampaignWanted& wanted, const LiveObject& campaign) {
  return wanted.schedules || (wanted.activates && campaign.content.GetString("state") != "ACTIVE");
}

Task<void> ReadCampaign(Reading& reading, const SnapshotScope::CampaignWanted& wanted) {
  auto found = co_await reading.provider.Get(ObjectKind::kCampaign, std::string(), wanted.id);
  if (!found) {
    reading.Failed(found.error(), fmt::format("{} ({})", wanted.address, wanted.place));
    co_return;
  }
  if (!*found && wanted.may_be_missing) {
    reading.live.missing_campaigns.insert(wanted.address);
    co_return;
  }
  if (!*found) {
    reading.Failed(NoSuchCampaign(wanted), fmt::format("{} ({})", wanted.address, wanted.place));
    co_return;
  }
  std::string id = (*found)->id;
  const bool schedules = NeedsSchedules(wanted, **found);
  reading.live.campaigns[wanted.address] = **std::move(found);
  if (!schedules) co_return;
  reading.count.Expect(1);
  co_await ReadSchedules(reading, std::move(id));
  reading.count.Done();
}

/// A list of campaigns, to find them in by their id or name.
class CampaignIndex {
 public:
  explicit CampaignIndex(const std::vector<LiveObject>& listed) {
    for (const LiveObject& campaign : listed) {
      by_id_.emplace(campaign.id, &campaign);
      by_name_.emplace(campaign.content.GetString("name"), &campaign);
    }
  }

  /// Null where there is none, or an error where there are two.
  Result<const LiveObject*> Find(const SnapshotScope::CampaignWanted& wanted) const {
    const auto& index = wanted.id.empty() ? by_name_ : by_id_;
    const auto [first, last] = index.equal_range(wanted.id.empty() ? wanted.name : wanted.id);
    if (first == last) return nullptr;
    if (const auto second = std::next(first); second != last) {
      return Fail(ErrorCode::kNotFound,
                  fmt::format("the name {} is not unique on the tenant: campaigns {} and {} have it; write the id "
                              "instead",
                              EscapeControls(wanted.name), first->second->id, second->second->id));
    }
    return first->second;
  }

  /// Null where there is none.
  const LiveObject* FindId(std::string_view id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
  }

 private:
  std::multimap<std::string_view, const LiveObject*> by_id_, by_name_;
};

Task<void> ReadCampaignList(Loop& loop, Reading& reading) {
  auto listed = co_await reading.provider.List(ObjectKind::kCampaign, std::string());
  if (!listed) {
    reading.Failed(listed.error(), "the list of campaigns");
    co_return;
  }
  const CampaignIndex index(*listed);
  std::vector<Task<void>> reads;
  for (const SnapshotScope::CampaignWanted& wanted : reading.scope.campaigns) {
    auto match = index.Find(wanted);
    const LiveObject* renamed = match && !*match ? index.FindId(wanted.known_id) : nullptr;
    if (renamed && wanted.may_be_missing) match = renamed;
    if (match && !*match && wanted.may_be_missing) {
      reading.live.missing_campaigns.insert(wanted.address);
      continue;
    }
    if (!match || !*match) {
      const Error error = !match ? match.error() : renamed ? Renamed(wanted, *renamed) : NoSuchCampaign(wanted);
      reading.Failed(error, fmt::format("{} ({})", wanted.address, wanted.place));
      continue;
    }
    reading.live.campaigns[wanted.address] = **match;
    if (NeedsSchedules(wanted, **match)) reads.push_back(ReadSchedules(reading, (*match)->id));
  }
  if (reading.scope.all_campaigns) {
    std::set<std::string_view> managed;
    for (const auto& [address, campaign] : reading.live.campaigns) managed.insert(campaign.id);
    std::ranges::copy_if(*listed, std::back_inserter(reading.live.other_campaigns),
                         [&](const LiveObject& campaign) { return !managed.contains(campaign.id); });
  }
  co_await ReadAll(loop, reading, std::move(reads));
}

}  // namespace

void ReadCount::Done() {
  ++done_;
  if (observer_) observer_->OnReads(done_, total_);
}

/// Reads one object that a list should have shown, and adds it if it is there after all.
Task<void> ReadExpected(Reading& reading, const SnapshotScope::Expected& expected, std::vector<LiveObject>& list) {
  auto found = co_await reading.provider.Get(expected.kind, expected.scope, expected.id);
  if (!found) {
    reading.Failed(found.error(), fmt::format("{} {}", KindName(expected.kind), EscapeControls(expected.id)));
    co_return;
  }
  if (*found) list.push_back(**std::move(found));
}

Task<void> ReadExpectedPolicy(Reading& reading, const SnapshotScope::Expected& expected) {
  auto found = co_await reading.provider.Get(expected.kind, expected.scope, expected.id);
  if (!found) {
    reading.Failed(found.error(), AddressOf(expected.kind, EscapeControls(expected.id)));
    co_return;
  }
  if (*found) reading.live.policies.emplace(AddressOf(expected.kind, expected.id), **std::move(found));
}

std::vector<Task<void>> ReadWhatListsMissed(Reading& reading) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const auto& [campaign, listed] : reading.live.schedules) {
    for (const LiveObject& object : listed) seen.emplace(campaign, object.id);
  }
  for (const auto& [category, listed] : reading.live.codes) {
    for (const LiveObject& object : listed) seen.emplace(category, object.id);
  }
  std::vector<Task<void>> reads;
  for (const SnapshotScope::Expected& expected : reading.scope.expected) {
    if (LivesInAgent(expected.kind)) {
      const bool listed = reading.live.policies.contains(AddressOf(expected.kind, expected.id));
      if (reading.scope.policies && !listed) reads.push_back(ReadExpectedPolicy(reading, expected));
      continue;
    }
    auto& lists = expected.kind == ObjectKind::kSchedule ? reading.live.schedules : reading.live.codes;
    const auto list = lists.find(expected.scope);
    if (list == lists.end() || expected.id.empty() || seen.contains({expected.scope, expected.id})) continue;
    reads.push_back(ReadExpected(reading, expected, list->second));
  }
  return reads;
}

const std::vector<LiveObject>& LiveState::SchedulesOf(const std::string& campaign_id) const {
  static const std::vector<LiveObject> kNone;
  const auto found = schedules.find(campaign_id);
  return found == schedules.end() ? kNone : found->second;
}

namespace {

/// Whether a target may mean a code of the hierarchy: one that is on the tenant only has no other sign.
bool ReachesCodes(const Selection& selection, const std::string& hierarchy) {
  return std::ranges::any_of(selection.targets, [&](const std::string& target) {
    const auto parts = Split(target, '/');
    if (parts[0].find("**") != std::string_view::npos) return true;
    if (parts.size() < 2 || !GlobMatches(parts[0], "CallCode")) return false;
    return parts[1].find("**") != std::string_view::npos || GlobMatches(parts[1], hierarchy);
  });
}

/// Live ids of campaigns by the address that they were applied under.
using KnownIds = std::map<std::string_view, std::string_view>;

KnownIds KnownIdsOf(const std::vector<AppliedObject>& applied) {
  KnownIds ids;
  for (const AppliedObject& object : applied) {
    if (object.kind == "Campaign") ids.emplace(object.address, object.live_id);
  }
  return ids;
}

/// By its address or an earlier one; "" if it was never applied.
std::string KnownId(const DesiredObject& campaign, const KnownIds& ids) {
  if (const auto own = ids.find(campaign.address); own != ids.end()) return std::string(own->second);
  for (const std::string& previous : campaign.previous_addresses) {
    if (const auto earlier = ids.find(previous); earlier != ids.end()) return std::string(earlier->second);
  }
  return "";
}

}  // namespace

SnapshotScope ScopeOf(const DesiredState& desired, const ManifestSet& set, const std::vector<AppliedObject>& applied,
                      const Selection& selection, bool everything) {
  SnapshotScope scope;
  const KnownIds known_ids = KnownIdsOf(applied);
  std::set<std::string_view> scheduled;
  for (const DesiredObject& object : desired.objects) {
    if (object.kind == ObjectKind::kSchedule) scheduled.insert(object.campaign);
  }
  for (const DesiredObject& object : desired.objects) {
    if (object.kind == ObjectKind::kCallCode) scope.categories.insert(object.scope);
    if (object.kind == ObjectKind::kSchedule) scope.capacity = true;
    if (LivesInAgent(object.kind)) scope.policies = true;
    if (object.kind == ObjectKind::kCallbackPolicy)
      scope.callback_queues.emplace(object.document->spec().GetString("queueId"));
    if (object.kind != ObjectKind::kCampaign) continue;
    const Value& spec = object.document->spec();
    const Position& at = object.source;
    scope.campaigns.push_back({object.address, std::string(spec.GetString("id")), std::string(spec.GetString("name")),
                               KnownId(object, known_ids),
                               fmt::format("{}:{}", set.workspace->sources.name(at.file), at.line)});
    const Value* exclusive = spec.Find("exclusiveSchedules");
    scope.campaigns.back().schedules =
        everything || (exclusive && exclusive->as_bool()) || scheduled.contains(object.document->name);
    scope.campaigns.back().activates = object.content.GetString("state") == "ACTIVE";
  }
  // A hierarchy without codes still owns its category.
  scope.all_campaigns = everything && selection.everything();
  for (const Document* document : set.OfKind("CallCodeHierarchy")) {
    if (selection.MatchesAddress(document->address) || ReachesCodes(selection, document->name)) {
      if (selection.labels.empty()) scope.categories.insert(std::string(document->spec().GetString("category")));
    }
  }
  for (const Document* policy : set.OfKind("CallbackPolicy")) {
    if (selection.MatchesAddress(policy->address) && selection.MatchesLabels(*policy))
      scope.queues.emplace(policy->spec().GetString("queueId"));
  }
  // Where labels select, what was applied before is not removed, but for what a selected document leaves behind.
  std::set<std::string_view> selected;
  for (const DesiredObject& object : desired.objects) {
    if (selection.everything()) break;  // then all of it is in question
    selected.insert(object.address);
    selected.insert(object.previous_addresses.begin(), object.previous_addresses.end());
  }
  for (const AppliedObject& object : applied) {
    const bool in_question = selection.labels.empty() && selection.MatchesAddress(object.address);
    if (!in_question && !selected.contains(object.address)) continue;
    if (object.kind == "CampaignSchedule") {
      scope.schedules_of.insert(object.scope);
      scope.expected.push_back({ObjectKind::kSchedule, object.scope, object.live_id});
    } else if (object.kind == "CallCode") {
      scope.categories.insert(object.scope);
      scope.expected.push_back({ObjectKind::kCallCode, object.scope, object.live_id});
    } else if (const auto kind = KindNamed(object.kind); kind && LivesInAgent(*kind)) {
      scope.policies = true;
      scope.expected.push_back({*kind, object.scope, object.live_id});
    }
  }
  return scope;
}

Diagnostics CheckLiveIdentities(const ManifestSet& set, const LiveState& live) {
  Diagnostics diagnostics;
  std::map<std::string_view, const Document*> seen;
  for (const Document* document : set.OfKind("Campaign")) {
    const auto campaign = live.campaigns.find(document->address);
    if (campaign == live.campaigns.end()) continue;
    const auto [first, is_new] = seen.emplace(campaign->second.id, document);
    if (is_new) continue;
    const Value* identity = document->spec().Find("id");
    if (!identity) identity = document->spec().Find("name");
    diagnostics.push_back(
        {"CX106", Severity::kError,
         fmt::format("the campaign with id {} is claimed by {} as well", EscapeControls(campaign->second.id),
                     first->second->address),
         "one live object belongs to one document: change or remove one of them; see: cxctl explain CX106",
         document->address, identity->position()});
  }
  return diagnostics;
}

Diagnostics CheckLiveQueues(const ManifestSet& set, const LiveState& live) {
  Diagnostics diagnostics;
  for (const Document* policy : set.OfKind("CallbackPolicy")) {
    const Value& id = *policy->spec().Find("queueId");
    if (!live.missing_queues.contains(std::string(id.as_string()))) continue;
    Report(diagnostics, "CX503", *policy, id.position(),
           fmt::format("there is no queue {} on the tenant", Excerpt(id.as_string())),
           "correct queueId; ids differ between tenants: keep them in spec.values of each Tenant document");
  }
  return diagnostics;
}

Task<Result<LiveState>> TakeSnapshot(Loop& loop, Provider& provider, SnapshotScope scope, ReadObserver* observer) {
  Reading reading{provider, scope, {}, std::nullopt, ReadCount(observer)};
  reading.live.read_at = loop.clock().Now();
  const bool by_name = std::ranges::any_of(scope.campaigns, [](const auto& wanted) { return wanted.id.empty(); });
  std::vector<Task<void>> reads;
  if (scope.capacity) reads.push_back(ReadCapacity(reading));
  for (const std::string& queue : scope.queues) reads.push_back(ReadQueue(reading, queue));
  for (const std::string& category : scope.categories) reads.push_back(ReadCategory(reading, category));
  for (const std::string& queue : scope.callback_queues) reads.push_back(ReadCallbacks(reading, queue));
  if (scope.policies) reads.push_back(ReadPolicies(reading));
  if (by_name || scope.all_campaigns || scope.campaigns.size() > kCampaignPage) {
    reads.push_back(ReadCampaignList(loop, reading));
  } else {
    for (const auto& wanted : scope.campaigns) reads.push_back(ReadCampaign(reading, wanted));
  }
  co_await ReadAll(loop, reading, std::move(reads));
  // What else has to be looked through is mostly among what was read already.
  std::vector<Task<void>> rest;
  if (!reading.error) {
    for (const std::string& id : scope.schedules_of) rest.push_back(ReadLeftSchedules(reading, id));
  }
  co_await ReadAll(loop, reading, std::move(rest));
  std::vector<Task<void>> missed;
  if (!reading.error) missed = ReadWhatListsMissed(reading);
  co_await ReadAll(loop, reading, std::move(missed));
  if (reading.error) co_return std::unexpected(*reading.error);
  co_return std::move(reading.live);
}

}  // namespace cxctl
