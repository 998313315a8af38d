#include "plan/order.h"

#include <algorithm>
#include <map>
#include <queue>
#include <set>
#include <tuple>

namespace cxctl {

namespace {

bool Removes(const Change& change) {
  return change.action == Action::kDelete || change.action == Action::kDeactivate;
}

/// Steps of the compliance order; neutral changes take no part.
int Stage(const Change& change) {
  switch (change.risk) {
    case Risk::kReduces:
      return 1;
    case Risk::kMixed:
      return 2;
    case Risk::kIncreases:
      return change.activates ? 4 : 3;
    case Risk::kNeutral:
      break;
  }
  return 0;
}

class Orderer {
 public:
  explicit Orderer(std::vector<Change> changes) : changes_(std::move(changes)), before_(changes_.size()) {}

  Result<std::vector<Change>> Order() {
    std::ranges::sort(changes_, {}, &Change::address);
    for (std::size_t i = 0; i < changes_.size(); ++i) by_address_.emplace(changes_[i].address, i);
    LinkCodes();
    LinkCampaigns();
    LinkReplacements();
    LinkPolicies();
    return Sort();
  }

 private:
  void Link(std::size_t first, std::size_t second) { before_[second].insert(first); }

  void LinkCodes() {
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      const Change& change = changes_[i];
      if (change.kind != ObjectKind::kCallCode) continue;
      const auto parent = by_address_.find(change.address.substr(0, change.address.rfind('/')));
      if (parent == by_address_.end()) continue;
      const bool up = Removes(change) && Removes(changes_[parent->second]);
      if (up) {
        Link(i, parent->second);
      } else {
        Link(parent->second, i);
      }
    }
  }

  void LinkReplacements() {
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      const auto replaced = by_address_.find(changes_[i].replaces);
      if (replaced != by_address_.end()) Link(replaced->second, i);
    }
  }

  void LinkPolicies() {
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      const Change& change = changes_[i];
      if (const auto first = by_address_.find(change.follows); first != by_address_.end()) Link(first->second, i);
      for (const std::string& address : change.sinks) {
        const auto sink = by_address_.find(address);
        if (sink == by_address_.end()) continue;
        if (Removes(changes_[sink->second])) {
          Link(i, sink->second);
        } else if (!Removes(change)) {
          Link(sink->second, i);
        }
      }
      if (change.kind != ObjectKind::kCallback) continue;
      const auto policy = by_address_.find("CallbackPolicy/" + change.identity);
      if (policy != by_address_.end()) Link(policy->second, i);
    }
  }

  void LinkCampaigns() {
    std::map<std::string_view, std::vector<std::size_t>> touching;
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      if (!changes_[i].campaign.empty()) touching[changes_[i].campaign].push_back(i);
    }
    for (const auto& [campaign, indexes] : touching) {
      for (std::size_t first : indexes) {
        for (std::size_t second : indexes) {
          if (first != second && ComesBefore(changes_[first], changes_[second])) Link(first, second);
        }
      }
    }
  }

  static bool ComesBefore(const Change& first, const Change& second) {
    const int a = Stage(first);
    const int b = Stage(second);
    // Among increasing changes only the activation waits for the others.
    if (a != 0 && b != 0 && a != b) return a < b && (a < 3 || b == 4);
    // Removed before the campaign gets its own rate back: nothing else comes before a removal without a stage.
    if (LivesInAgent(first.kind) && Removes(first))
      return a == 0 && first.follows.empty() && second.kind == ObjectKind::kCampaign;
    if (LivesInAgent(second.kind) && Removes(second)) return false;
    return first.kind == ObjectKind::kCampaign && (second.kind == ObjectKind::kSchedule || LivesInAgent(second.kind));
  }

  Result<std::vector<Change>> Sort() {
    std::vector<std::vector<std::size_t>> after(changes_.size());
    std::vector<std::size_t> waiting(changes_.size());
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      waiting[i] = before_[i].size();
      for (std::size_t first : before_[i]) after[first].push_back(i);
    }
    const auto rank = [&](std::size_t i) { return std::tuple(changes_[i].risk == Risk::kReduces ? 0 : 1, i); };
    const auto later = [&](std::size_t a, std::size_t b) { return rank(a) > rank(b); };
    std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(later)> ready(later);
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      if (waiting[i] == 0) ready.push(i);
    }
    std::vector<Change> ordered;
    ordered.reserve(changes_.size());
    while (!ready.empty()) {
      const std::size_t i = ready.top();
      ready.pop();
      for (std::size_t first : before_[i]) depends_[i].push_back(first);
      for (std::size_t next : after[i]) {
        if (--waiting[next] == 0) ready.push(next);
      }
      order_.push_back(i);
    }
    if (order_.size() != changes_.size())
      return Fail(ErrorCode::kInternal,
                  "the changes depend on each other in a circle: this is a bug of cxctl, please report it with the "
                  "plan's inputs");
    for (std::size_t i : order_) {
      for (std::size_t first : depends_[i]) changes_[i].depends_on.push_back(changes_[first].address);
    }
    for (std::size_t i : order_) ordered.push_back(std::move(changes_[i]));
    return ordered;
  }

  std::vector<Change> changes_;
  std::vector<std::set<std::size_t>> before_;
  std::map<std::size_t, std::vector<std::size_t>> depends_;
  std::map<std::string, std::size_t> by_address_;
  std::vector<std::size_t> order_;
};

}  // namespace

Result<std::vector<Change>> OrderChanges(std::vector<Change> changes) {
  return Orderer(std::move(changes)).Order();
}

}  // namespace cxctl
