#include "agent/controller_runner.h"

#include <algorithm>
#include <utility>

namespace cxctl {

namespace {

constexpr Duration kShortest = std::chrono::milliseconds(1);
constexpr Duration kLookEvery = std::chrono::seconds(2);

}  // namespace

/// A controller and what the runner knows of it.
struct ControllerRunner::Place {
  std::unique_ptr<Controller> controller;
  std::string name;
  Tenure* tenure = nullptr;  ///< While this process holds it.
  std::optional<Instant> last_step;
  std::string last_error;
  bool store_failed = false;
  const Source* source = nullptr;  ///< Where it came from; null for one that stays.
  bool wanted = true, started = false, ended = false;
};

ControllerRunner::ControllerRunner(Parts parts)
    : parts_(std::move(parts)), changed_(parts_.loop), stopped_(parts_.loop) {}

ControllerRunner::~ControllerRunner() = default;

void ControllerRunner::Add(std::unique_ptr<Controller> controller) {
  AddPlace(std::move(controller), nullptr);
}

void ControllerRunner::AddSource(std::function<std::vector<std::string>()> wanted,
                                 std::function<std::unique_ptr<Controller>(const std::string& name)> make) {
  sources_.push_back(std::make_unique<Source>(Source{std::move(wanted), std::move(make)}));
}

void ControllerRunner::AddPlace(std::unique_ptr<Controller> controller, const Source* source) {
  auto place = std::make_unique<Place>();
  place->name = controller->name();
  place->controller = std::move(controller);
  place->source = source;
  Place& added = *place;
  added.controller->SetObserver([this, &added](const ControllerStep& step) { Note(added, step); });
  places_.push_back(std::move(place));
}

/// Brings the controllers that come and go to what is wanted now. One that ends is wanted again only once it is gone.
void ControllerRunner::FollowSources() {
  std::erase_if(places_, [](const std::unique_ptr<Place>& place) { return place->ended && !place->wanted; });
  for (const auto& source : sources_) {
    const std::vector<std::string> wanted = source->wanted();
    for (const auto& place : places_) {
      if (place->source != source.get() || !place->wanted || std::ranges::find(wanted, place->name) != wanted.end()) {
        continue;
      }
      place->wanted = false;
      if (place->tenure != nullptr) place->tenure->End();
      changed_.NotifyAll();
    }
    for (const std::string& name : wanted) {
      if (std::ranges::none_of(places_, [&](const auto& place) { return place->name == name; })) {
        AddPlace(source->make(name), source.get());
      }
    }
  }
}

Value ControllerRunner::Describe(Arena& arena) const {
  ObjectBuilder all(arena);
  for (const auto& place : places_) {
    ObjectBuilder one(arena);
    one.Set("running", place->tenure != nullptr);
    if (place->last_step) one.Set("lastStep", FormatUtc(*place->last_step, true));
    if (!place->last_error.empty()) one.Set("lastError", place->last_error);
    const Value own = place->controller->Describe(arena);
    for (const Member& member : own.members()) one.Set(member.key, member.value);
    all.Set(place->name, one.Build());
  }
  return all.Build();
}

void ControllerRunner::Note(Place& place, const ControllerStep& step) {
  place.last_step = parts_.loop.clock().Now();
  parts_.metrics.Count("cxctl_controller_steps_total", {{"controller", place.name}}, 1);
  if (step.error) {
    parts_.metrics.Count("cxctl_controller_errors_total", {{"controller", place.name}}, 1);
    // The same trouble is told once.
    if (place.last_error != step.error->message) {
      parts_.log.Error("controller failed", {{"controller", place.name}, {"reason", step.error->message}});
    }
  } else if (!place.last_error.empty()) {
    parts_.log.Info("controller works again", {{"controller", place.name}});
  }
  place.last_error = step.error ? step.error->message : "";
}

std::optional<AgentLease> ControllerRunner::Acquire(Place& place) {
  auto lease = parts_.store.Acquire(parts_.tenant, place.name, parts_.owner, parts_.loop.clock().Now(), kLease);
  if (lease) {
    place.store_failed = false;
    return *std::move(lease);
  }
  if (!std::exchange(place.store_failed, true)) {
    parts_.log.Error("cannot ask for the lease", {{"controller", place.name}, {"reason", lease.error().message}});
  }
  return std::nullopt;
}

void ControllerRunner::Release(const Place& place) {
  if (const auto released = parts_.store.Release(parts_.tenant, place.name, parts_.owner); !released) {
    parts_.log.Warning("cannot give the lease back; it ends by itself",
                       {{"controller", place.name}, {"reason", released.error().message}});
  }
}

Task<void> ControllerRunner::Run() {
  while (!stopping_) {
    FollowSources();
    for (const auto& place : places_) {
      if (!std::exchange(place->started, true)) parts_.loop.SpawnBackground(RunPlace(*place));
    }
    co_await stopped_.WaitFor(kLookEvery);
  }
  while (std::ranges::any_of(places_, [](const auto& place) { return place->started && !place->ended; })) {
    co_await stopped_.Wait();
  }
}

void ControllerRunner::Stop() {
  stopping_ = true;
  changed_.NotifyAll();
  stopped_.NotifyAll();
  for (const auto& place : places_) {
    if (place->tenure != nullptr) place->tenure->End();
  }
}

void ControllerRunner::Wake(std::string_view name) {
  for (const auto& place : places_) {
    if (place->name == name && place->tenure != nullptr) place->tenure->Wake();
  }
}

Task<void> ControllerRunner::RunPlace(Place& place) {
  while (!stopping_ && place.wanted) {
    std::optional<AgentLease> lease = Acquire(place);
    if (lease) co_await RunTenure(place, std::move(*lease));
    if (!stopping_ && place.wanted) co_await changed_.WaitFor(kRenewEvery);
  }
  place.ended = true;
  stopped_.NotifyAll();
}

Task<void> ControllerRunner::RunTenure(Place& place, AgentLease lease) {
  Tenure tenure(parts_.loop, std::move(lease));
  place.tenure = &tenure;
  parts_.metrics.Set("cxctl_controller_held", 1, {{"controller", place.name}});
  parts_.log.Info("controller runs here", {{"controller", place.name}});
  bool done = false;
  Signal ended(parts_.loop);
  std::vector<Task<void>> both;
  both.push_back(KeepLease(place, tenure, done, ended));
  both.push_back(RunController(place, tenure, done, ended));
  co_await WhenAll(parts_.loop, std::move(both));
  place.tenure = nullptr;
  parts_.metrics.Set("cxctl_controller_held", 0, {{"controller", place.name}});
  Release(place);
}

Task<void> ControllerRunner::RunController(Place& place, Tenure& tenure, bool& done, Signal& ended) {
  co_await place.controller->Run(tenure);
  done = true;
  ended.NotifyAll();
}

/// Renews the lease until the controller returned, and ends the tenure when that did not succeed in time. A failing
/// store is asked again as long as the lease holds.
Task<void> ControllerRunner::KeepLease(Place& place, Tenure& tenure, bool& done, Signal& ended) {
  while (!done) {
    // The last moment of a lease that a failing store does not renew is one to look at, too.
    const Duration left = tenure.lease().expires - parts_.loop.clock().Now();
    co_await ended.WaitFor(std::min(kRenewEvery, std::max(left, kShortest)));
    if (done) co_return;
    auto renewed = parts_.store.Acquire(parts_.tenant, place.name, parts_.owner, parts_.loop.clock().Now(), kLease);
    const AgentLease& held = tenure.lease();
    if (renewed && *renewed && (*renewed)->epoch == held.epoch) {
      tenure.Renew(std::move(**renewed));
    } else if (!renewed && parts_.loop.clock().Now() < held.expires) {
      parts_.log.Warning("cannot renew the lease", {{"controller", place.name}, {"reason", renewed.error().message}});
    } else {
      parts_.log.Error("the lease is lost; the controller stops here", {{"controller", place.name}});
      tenure.End();
      while (!done) co_await ended.Wait();
    }
  }
}

Task<ControllerRunner::OnceReport> ControllerRunner::RunOnce() {
  OnceReport report;
  FollowSources();
  for (const auto& place : places_) {
    if (stopping_) break;
    std::optional<AgentLease> lease = Acquire(*place);
    if (!lease) {
      place->store_failed ? ++report.failed : ++report.held_elsewhere;
      if (!place->store_failed) parts_.log.Info("runs in another process", {{"controller", place->name}});
      continue;
    }
    Tenure tenure(parts_.loop, std::move(*lease));
    place->tenure = &tenure;
    bool done = false;
    Signal ended(parts_.loop);
    ControllerStep step;
    std::vector<Task<void>> both;
    both.push_back(KeepLease(*place, tenure, done, ended));
    both.push_back(StepOnce(*place, tenure, step, done, ended));
    co_await WhenAll(parts_.loop, std::move(both));
    place->tenure = nullptr;
    ++report.steps;
    if (step.error) ++report.failed;
    if (step.missed_metric) ++report.missed_metrics;
    Release(*place);
  }
  co_return report;
}

Task<void> ControllerRunner::StepOnce(Place& place, Tenure& tenure, ControllerStep& step, bool& done, Signal& ended) {
  step = co_await place.controller->Step(tenure);
  Note(place, step);
  done = true;
  ended.NotifyAll();
}

}  // namespace cxctl
