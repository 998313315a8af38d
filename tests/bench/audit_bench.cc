// What the audit chain costs: sealing and verifying a record, and appending one so that it is durable.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "audit/sample_records.h"
#include "store/state_store.h"

namespace cxctl {
namespace {

void BM_Seal(benchmark::State& state) {
  const AuditEntry entry = SampleEntry(1);
  std::string prev(kAuditGenesis);
  std::int64_t seq = 0;
  for (auto _ : state) {
    prev = SealRecord(entry, ++seq, prev).hash;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Seal);

void BM_Verify(benchmark::State& state) {
  const std::vector<std::string> chain = SampleChain(state.range(0));
  for (auto _ : state) {
    ChainVerifier verifier;
    for (const std::string& line : chain) verifier.Add(line);
    if (!verifier.Finish().ok()) state.SkipWithError("the chain does not verify");
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_Verify)->Arg(10'000)->Unit(benchmark::kMillisecond);

/// On the disk that $CXCTL_BENCH_FOLDER is on (default: the current folder's).
void BM_AppendDurable(benchmark::State& state) {
  const char* chosen = std::getenv("CXCTL_BENCH_FOLDER");
  std::string folder = std::string(chosen ? chosen : ".") + "/audit-bench-XXXXXX";
  if (!mkdtemp(folder.data())) {
    state.SkipWithError("no folder for the store");
    return;
  }
  auto store = OpenStateStore("sqlite:" + std::filesystem::absolute(folder).string() + "/state.db", StoreMode::kWrite);
  if (!store) {
    state.SkipWithError(store.error().message.c_str());
    return;
  }
  std::vector<double> milliseconds;
  const AuditEntry entry = SampleEntry(1);
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    if (!(*store)->AppendAudit(entry)) state.SkipWithError("the record was not appended");
    milliseconds.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  store->reset();
  std::filesystem::remove_all(folder);
  if (milliseconds.empty()) return;
  std::ranges::sort(milliseconds);
  state.counters["p50_ms"] = milliseconds[milliseconds.size() / 2];
  state.counters["p99_ms"] = milliseconds[milliseconds.size() * 99 / 100];
}
BENCHMARK(BM_AppendDurable)->Iterations(500)->UseRealTime();

}  // namespace
}  // namespace cxctl
