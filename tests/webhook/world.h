#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "async/loop.h"
#include "support/memory_agent_store.h"
#include "webhook/delivery.h"
#include "webhook/signature.h"

namespace cxctl {

inline const std::string kTenant = "prod-us";
inline constexpr Instant kStart{1795209313000000};
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// Time passes while the loop waits, and only then.
class SimulatedTime : public Clock, public Waiter {
 public:
  Instant Now() override { return kStart + elapsed; }
  Duration Monotonic() override { return elapsed; }
  void Wait(Duration at_most) override { elapsed += at_most; }
  Duration elapsed{0};
};

class CountingRandom : public Random {
 public:
  std::uint64_t Next() override { return state_ += 0x9E3779B97F4A7C15u; }

 private:
  std::uint64_t state_ = 0;
};

/// "name{label,label}" to value.
class RecordedMetrics : public Metrics {
 public:
  void Count(std::string_view name, const Facts& labels, double by) override { values[Key(name, labels)] += by; }
  void Set(std::string_view name, double value, const Facts& labels) override { values[Key(name, labels)] = value; }
  void Observe(std::string_view name, double value, const Facts& labels) override {
    observed[Key(name, labels)].push_back(value);
  }
  void Forget(std::string_view name, const Facts& labels) override { values.erase(Key(name, labels)); }

  std::map<std::string, double> values;
  std::map<std::string, std::vector<double>> observed;

 private:
  static std::string Key(std::string_view name, const Facts& labels) {
    std::string key(name);
    for (const auto& [label, value] : labels) key += " " + value;
    return key;
  }
};

class RecordedLog : public Log {
 public:
  void Info(std::string_view message, const Facts& facts) override { Add("info", message, facts); }
  void Warning(std::string_view message, const Facts& facts) override { Add("warning", message, facts); }
  void Error(std::string_view message, const Facts& facts) override { Add("error", message, facts); }
  std::string text;

 private:
  void Add(std::string_view level, std::string_view message, const Facts& facts) {
    text.append(level).append(": ").append(message);
    for (const auto& [name, value] : facts) text.append(" ").append(name).append("=").append(value);
    text += "\n";
  }
};

struct Received {
  std::string sink;  ///< The URL's host.
  std::string id;
  Duration at{};
  HttpRequest request;
};

/// Sinks that answer as they are told, by host; 204 at once unless said otherwise.
class ScriptedSinks : public HttpTransport {
 public:
  explicit ScriptedSinks(Loop& loop) : loop_(loop) {}
  Task<HttpOutcome> Send(HttpRequest request) override {
    const std::string url = request.url.substr(request.url.find("://") + 3);
    const std::string host = url.substr(0, url.find('/'));
    const std::string* id = request.header(kWebhookId);
    received.push_back({host, id ? *id : "", loop_.clock().Monotonic(), request});
    ++under_way[host];
    most_under_way[host] = std::max(most_under_way[host], under_way[host]);
    const Duration latency = latencies.contains(host) ? latencies[host] : milliseconds(20);
    co_await loop_.Sleep(latency);
    --under_way[host];
    if (latency >= seconds(15)) co_return std::unexpected(TransportError{true, true, "no answer"});
    if (answers.contains(host)) co_return answers[host](request);
    co_return HttpResponse{204, {}, ""};
  }
  std::size_t CountOf(const std::string& host) const {
    return static_cast<std::size_t>(std::ranges::count(received, host, &Received::sink));
  }

  std::vector<Received> received;
  std::map<std::string, std::function<HttpOutcome(const HttpRequest&)>> answers;
  std::map<std::string, Duration> latencies;
  std::map<std::string, int> under_way, most_under_way;

 private:
  Loop& loop_;
};

/// An agent's outbox, its sinks and their world, in one thread under one clock.
class DeliveryTest : public testing::Test {
 protected:
  static SinkSettings Sink(const std::string& name) {
    return {name,
            "https://" + name + ".example.com/hook?token=canary-token",
            {"pacing.adjusted", "sink.disabled"},
            "canary-secret",
            false};
  }
  static std::string Host(const std::string& sink) { return sink + ".example.com"; }

  /// Puts events e0001, e0002, … into the outbox.
  void Happen(int count) {
    for (int n = 0; n < count; ++n) {
      ++events_;
      const Event event{fmt::format("e{:04}", events_), "pacing.adjusted", time_.Now(), R"({"rate":12})"};
      AgentBatch batch;
      batch.writes = WritesOf(event, sinks_, nullptr);
      ASSERT_TRUE(store_.Commit(kTenant, {batch}));
    }
  }
  Task<void> StopAfter(Duration duration) {
    co_await loop_.Sleep(duration);
    deliveries_->Stop();
  }
  /// Lets the deliveries run for so long, in a process of their own, as it were.
  void RunFor(Duration duration) {
    deliveries_ = std::make_unique<Deliveries>(MakeWorld());
    loop_.Spawn(StopAfter(duration));
    loop_.Spawn(deliveries_->Run());
    loop_.Run();
  }
  Task<Result<AgentCommit>> Submit(AgentBatch batch) {
    const auto commits = store_.Commit(kTenant, {batch});
    if (!commits) co_return std::unexpected(commits.error());
    co_return commits->at(0);
  }
  DeliveryWorld MakeWorld() {
    return {loop_,
            store_,
            kTenant,
            transport_,
            random_,
            metrics_,
            log_,
            [this](AgentBatch batch) { return Submit(std::move(batch)); },
            [this] { return sinks_; },
            [this] { return may_deliver_; },
            false};
  }
  std::int64_t CountOf(const std::string& state) {
    const auto counts = store_.Count(kTenant, kDeliveryCollection).value();
    const auto found = counts.find(state);
    return found == counts.end() ? 0 : found->second;
  }

  SimulatedTime time_;
  Loop loop_{time_, time_};
  MemoryAgentStore store_;
  ScriptedSinks transport_{loop_};
  CountingRandom random_;
  RecordedMetrics metrics_;
  RecordedLog log_;
  std::vector<SinkSettings> sinks_ = {Sink("wfo")};
  bool may_deliver_ = true;
  int events_ = 0;
  std::unique_ptr<Deliveries> deliveries_ = std::make_unique<Deliveries>(MakeWorld());
};

}  // namespace cxctl
