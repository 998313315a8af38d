// A process that dies while it delivers, with a store on disk: what it had not noted down is delivered by the next one.

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "webhook/world.h"

namespace cxctl {
namespace {

/// Answers each request after it wrote the webhook-id to a pipe.
class PipedSink : public HttpTransport {
 public:
  explicit PipedSink(int pipe) : pipe_(pipe) {}
  Task<HttpOutcome> Send(HttpRequest request) override {
    const std::string line = *request.header(kWebhookId) + "\n";
    if (::write(pipe_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) ::_exit(2);
    co_return HttpResponse{204, {}, ""};
  }

 private:
  int pipe_;
};

/// One process's deliveries over a store on disk.
class Process {
 public:
  Process(const std::string& url, int pipe)
      : store_(OpenAgentStore(url, StoreMode::kWrite).value()), transport_(pipe) {}
  DeliveryReport DeliverAll() { return loop_.RunUntilDone(deliveries_.DeliverOnce(seconds(60))).value(); }
  AgentStore& store() { return *store_; }
  static std::vector<SinkSettings> Sinks() {
    return {{"wfo", "https://wfo.example.com", {"pacing.adjusted"}, "secret", false}};
  }

 private:
  Task<Result<AgentCommit>> Submit(AgentBatch batch) {
    const auto commits = store_->Commit(kTenant, {batch});
    if (!commits) co_return std::unexpected(commits.error());
    co_return commits->at(0);
  }

  SimulatedTime time_;
  Loop loop_{time_, time_};
  std::unique_ptr<AgentStore> store_;
  PipedSink transport_;
  CountingRandom random_;
  RecordedMetrics metrics_;
  RecordedLog log_;
  Deliveries deliveries_{{loop_, *store_, kTenant, transport_, random_, metrics_, log_,
                          [this](AgentBatch batch) { return Submit(std::move(batch)); }, [] { return Sinks(); }}};
};

TEST(DeliveryCrash, LosesNothingAndRepeatsUnderTheSameId) {
  constexpr int kEvents = 60;
  std::string folder = testing::TempDir() + "/cxctl-webhook-XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const std::string url = "sqlite:" + folder + "/state.db";
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  {
    const auto store = OpenAgentStore(url, StoreMode::kWrite).value();
    for (int n = 0; n < kEvents; ++n) {
      AgentBatch batch;
      const Event event{fmt::format("e{:04}", n), "pacing.adjusted", kStart, "{}"};
      batch.writes = WritesOf(event, Process::Sinks(), nullptr);
      ASSERT_TRUE(store->Commit(kTenant, {batch}));
    }
  }
  std::multiset<std::string> received;
  const auto read_line = [&] {
    std::string line;
    for (char c = 0; ::read(ends[0], &c, 1) == 1 && c != '\n';) line += c;
    return line;
  };
  for (int kill_after : {1, 7, 20}) {
    const pid_t child = ::fork();
    if (child == 0) {
      Process process(url, ends[1]);
      process.DeliverAll();
      ::pause();
      ::_exit(0);
    }
    for (int n = 0; n < kill_after; ++n) received.insert(read_line());
    ::kill(child, SIGKILL);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  }
  Process last(url, ends[1]);
  const DeliveryReport report = last.DeliverAll();
  EXPECT_EQ(report.failed + report.dead + report.unknown, 0);
  EXPECT_TRUE(last.store().Count(kTenant, kDeliveryCollection)->empty());
  ::close(ends[1]);
  for (std::string line = read_line(); !line.empty(); line = read_line()) received.insert(line);
  ::close(ends[0]);
  EXPECT_EQ(std::set<std::string>(received.begin(), received.end()).size(), static_cast<std::size_t>(kEvents));
  EXPECT_LE(received.size(), static_cast<std::size_t>(kEvents + 3));  // one at most for each death
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace cxctl
