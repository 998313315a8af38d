// What it costs the agent to remember something for good: batches of one record and one audit record each, so many to a
// transaction, in a SQLite store on the disk that $CXCTL_BENCH_FOLDER is on (default: the current folder's).

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "audit/sample_records.h"
#include "store/agent_store.h"

namespace cxctl {
namespace {

AgentBatch BatchOf(std::int64_t number) {
  AgentWrite write;
  write.condition = AgentWrite::Condition::kAbsent;
  write.record.collection = "callback";
  write.record.id = std::to_string(number);
  write.record.state = "queued";
  write.record.due = Instant{number};
  write.record.body = R"({"phoneNumber":"+14155551234","queueId":"a1b2c3d4-e5f6-7890-abcd-ef1234567890",)"
                      R"("scheduledTime":"2026-11-24T15:00:00-05:00","attributes":{"reason":"billing"}})";
  return {{write}, {SampleEntry(number)}, {}};
}

void BM_CommitDurable(benchmark::State& state) {
  const char* chosen = std::getenv("CXCTL_BENCH_FOLDER");
  std::string folder = std::string(chosen ? chosen : ".") + "/agent-store-bench-XXXXXX";
  if (!mkdtemp(folder.data())) {
    state.SkipWithError("no folder for the store");
    return;
  }
  auto store = OpenAgentStore("sqlite:" + std::filesystem::absolute(folder).string() + "/state.db", StoreMode::kWrite);
  if (!store) {
    state.SkipWithError(store.error().message.c_str());
    return;
  }
  std::int64_t number = 0;
  for (auto _ : state) {
    std::vector<AgentBatch> batches;
    for (std::int64_t i = 0; i < state.range(0); ++i) batches.push_back(BatchOf(++number));
    if (!(*store)->Commit("prod-us", batches)) state.SkipWithError("the batches were not stored");
  }
  state.SetItemsProcessed(number);
  store->reset();
  std::filesystem::remove_all(folder);
}
BENCHMARK(BM_CommitDurable)->Arg(1)->Arg(16)->Arg(256)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace cxctl
