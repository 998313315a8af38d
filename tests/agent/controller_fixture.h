#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/controller_context.h"
#include "support/memory_agent_store.h"
#include "tenant/fixture.h"
#include "value/json.h"

// A tenant of one campaign, told what to answer, and everything around a controller: one thread, one clock.

namespace cxctl {

/// Keeps what was logged.
class ListLog : public Log {
 public:
  std::vector<std::string> lines;
  void Info(std::string_view message, const Facts& facts = {}) override { Add("info", message, facts); }
  void Warning(std::string_view message, const Facts& facts = {}) override { Add("warning", message, facts); }
  void Error(std::string_view message, const Facts& facts = {}) override { Add("error", message, facts); }

 private:
  void Add(std::string_view level, std::string_view message, const Facts& facts) {
    std::string line = std::string(level) + ": " + std::string(message);
    for (const auto& [name, value] : facts) line += ' ' + std::string(name) + '=' + value;
    lines.push_back(line);
  }
};

/// Sums what was counted, keeps what was set last.
class MapMetrics : public Metrics {
 public:
  std::map<std::string, double> values;
  void Count(std::string_view name, const Facts&, double by) override { values[std::string(name)] += by; }
  void Set(std::string_view name, double value, const Facts&) override { values[std::string(name)] = value; }
  void Observe(std::string_view name, double seconds, const Facts&) override { values[std::string(name)] = seconds; }
  void Forget(std::string_view name, const Facts&) override { values.erase(std::string(name)); }
};

/// What a write to the campaign meets.
enum class WriteFault {
  kNone,
  kEditedBefore,  ///< Somebody changes something else first: 412.
  kNotSent,       ///< No connection.
  kLostBefore,    ///< No answer, and it was not done.
  kLostAfter,     ///< No answer, but it was done.
  kRejected,      ///< A final 4xx.
};

/// A campaign, its figures and its agents.
class OneCampaignTenant : public CampaignControl, public ContactCenter {
 public:
  explicit OneCampaignTenant(Loop& loop) : loop_(loop) {
    campaign.id = "c-1";
    campaign.name = "Collections East";
    campaign.state = "ACTIVE";
    campaign.dialing_mode = "PREDICTIVE";
    campaign.dial_rate = 42;
    campaign.etag = "\"1\"";
  }

  LiveCampaign campaign;
  bool has_campaign = true;
  std::vector<std::string> schedules;
  Result<std::optional<CampaignMetrics>> figures = std::optional<CampaignMetrics>(CampaignMetrics{100, 60, 1, 0.6});
  Result<AgentCounts> agents = AgentCounts{10, 5, 1, 2};
  Duration figures_latency{0};
  std::deque<WriteFault> faults;    ///< Of the writes to come; none once it is empty.
  std::vector<std::string> writes;  ///< "dialRate 40", "pause CARRIER_THROTTLE 2026-…", "resume"
  std::vector<Duration> asked_intervals;
  int agent_requests = 0;

  void EditBySomebody(const std::function<void(LiveCampaign&)>& edit) {
    edit(campaign);
    NextEtag();
  }

  Task<Result<std::optional<LiveCampaign>>> Campaign(std::string id) override {
    if (!has_campaign || id != campaign.id) co_return std::optional<LiveCampaign>();
    co_return std::optional(campaign);
  }
  Task<Result<std::vector<std::string>>> Schedules(std::string) override { co_return schedules; }
  Task<ActionResult> SetDialRate(std::string, std::string etag, std::int64_t rate) override {
    writes.push_back("dialRate " + std::to_string(rate));
    co_return Write(etag, [rate](LiveCampaign& live) { live.dial_rate = rate; });
  }
  Task<ActionResult> Pause(std::string, std::string etag, std::string reason, Instant resume_time) override {
    writes.push_back("pause " + reason + ' ' + FormatUtc(resume_time));
    co_return Write(etag, [&](LiveCampaign& live) {
      live.state = "PAUSED";
      live.pause_reason = reason;
      live.resume_time = resume_time;
    });
  }
  Task<ActionResult> Resume(std::string, std::string etag) override {
    writes.push_back("resume");
    co_return Write(etag, [](LiveCampaign& live) {
      live.state = "ACTIVE";
      live.pause_reason.clear();
      live.resume_time.reset();
    });
  }

  Task<Result<std::optional<CampaignMetrics>>> Metrics(std::string, Duration interval) override {
    asked_intervals.push_back(interval);
    if (figures_latency > Duration(0)) co_await loop_.Sleep(figures_latency);
    co_return figures;
  }
  Task<Result<AgentCounts>> Agents() override {
    ++agent_requests;
    co_return agents;
  }

  // What controllers of campaigns do not ask for.
  Task<ActionResult> CreateCallback(CallbackWish, Duration) override { co_return ActionResult(); }
  Task<ActionResult> ChangeCallback(std::string, std::string, std::optional<Instant>) override {
    co_return ActionResult();
  }
  Task<Result<std::optional<LiveCallback>>> GetCallback(std::string) override {
    co_return std::optional<LiveCallback>();
  }
  Task<Result<std::vector<LiveCallback>>> ListCallbacks(std::string, std::string) override {
    co_return std::vector<LiveCallback>();
  }
  Task<ActionResult> SendMessage(std::string, std::string, std::string, std::string) override {
    co_return ActionResult();
  }
  Task<ActionResult> UpdateContact(std::string, std::vector<std::pair<std::string, std::string>>) override {
    co_return ActionResult();
  }

 private:
  void NextEtag() { campaign.etag = '"' + std::to_string(++revision_) + '"'; }

  ActionResult Write(const std::string& etag, const std::function<void(LiveCampaign&)>& edit) {
    const WriteFault fault = faults.empty() ? WriteFault::kNone : faults.front();
    if (!faults.empty()) faults.pop_front();
    ActionResult result;
    result.attempts = 1;
    result.request_id = "r-" + std::to_string(writes.size());
    result.message = "PATCH campaign answered (request id " + result.request_id + ").";
    if (fault == WriteFault::kEditedBefore) NextEtag();
    result.status = fault == WriteFault::kNotSent      ? ActionResult::Status::kUnavailable
                    : fault == WriteFault::kRejected   ? ActionResult::Status::kRejected
                    : fault == WriteFault::kLostBefore ? ActionResult::Status::kAmbiguous
                    : etag != campaign.etag            ? ActionResult::Status::kPrecondition
                                                       : ActionResult::Status::kDone;
    if (!result.done()) return result;
    edit(campaign);
    NextEtag();
    result.etag = campaign.etag;
    if (fault == WriteFault::kLostAfter) result.status = ActionResult::Status::kAmbiguous;
    return result;
  }

  Loop& loop_;
  int revision_ = 1;
};

class ControllerTest : public testing::Test {
 protected:
  ManualClock clock_;
  Loop loop_{clock_, clock_};
  SeededRandom random_;
  MemoryAgentStore store_;
  Commits commits_{loop_, store_, "prod-us"};
  OneCampaignTenant tenant_{loop_};
  SharedAgents agents_{loop_, tenant_};
  ListLog log_;
  MapMetrics metrics_;
  Policies policies_;
  ControllerContext context_{loop_,   random_,  commits_,
                             tenant_, tenant_,  agents_,
                             log_,    metrics_, [this] { return std::make_shared<const Policies>(policies_); },
                             "run-1"};

  AgentLease Lease(const std::string& name, const std::string& owner = "agent-1") {
    return **store_.Acquire("prod-us", name, owner, clock_.Now(), std::chrono::hours(24));
  }

  static AgentQuery EventQuery() {
    AgentQuery query;
    query.collection = kEventCollection;
    return query;
  }
  /// The events that were made durable, oldest first: type and data.
  std::vector<std::pair<std::string, std::string>> Events() {
    std::vector<std::pair<std::string, std::string>> events;
    const auto records = store_.List("prod-us", EventQuery());
    for (const AgentRecord& record : *records) {
      Arena arena;
      const Value body = *ParseJson(arena, record.body);
      events.emplace_back(body.GetString("type"), ToJson(*body.Find("data")));
    }
    return events;
  }
  std::vector<std::string> EventTypes() {
    std::vector<std::string> types;
    for (const auto& [type, data] : Events()) types.push_back(type);
    return types;
  }
  std::vector<std::string> AuditOutcomes() {
    std::vector<std::string> outcomes;
    for (const AuditEntry& entry : store_.audit) outcomes.push_back(entry.outcome);
    return outcomes;
  }
};

}  // namespace cxctl
