// What every state store promises, whatever it keeps its content in. A new implementation adds a backend at the end.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <thread>

#include "store/postgres_server.h"
#include "store/sample_store.h"
#include "store/state_store.h"
#include "store/verify.h"

namespace cxctl {
namespace {

/// One store's worth of storage, empty at first.
class Backend {
 public:
  virtual ~Backend() = default;
  virtual std::string Url() const = 0;
  /// Changes the tables `audit` (seq, line) and `audit_head` (count, hash) behind the store's back.
  virtual void Tamper(const std::string& sql) = 0;
};

class SqliteBackend : public Backend {
 public:
  std::string Url() const override { return "sqlite:" + folder_.File("state/state.db"); }
  void Tamper(const std::string& sql) override { RunSql(folder_.File("state/state.db"), sql); }

 private:
  TemporaryFolder folder_;
};

class PostgresBackend : public Backend {
 public:
  std::string Url() const override { return database_.Url(); }
  void Tamper(const std::string& sql) override { database_.Run(sql); }

 private:
  TemporaryDatabase database_;
};

struct BackendKind {
  const char* name;
  std::unique_ptr<Backend> (*make)();
};

void PrintTo(const BackendKind& kind, std::ostream* out) {
  *out << kind.name;
}

bool NobodyIsGone(const Lease&) {
  return false;
}
bool EverybodyIsGone(const Lease&) {
  return true;
}

class StateStoreContract : public testing::TestWithParam<BackendKind> {
 protected:
  void SetUp() override {
    backend_ = GetParam().make();
    store_ = Open();
  }
  std::unique_ptr<StateStore> Open() { return MustOpen(backend_->Url()); }
  void Reopen() {
    store_.reset();
    store_ = Open();
  }
  /// Who is in the way: "" if the lease was taken.
  std::string Take(StateStore& store, const Lease& lease, Instant now = kNow,
                   bool (*is_gone)(const Lease&) = NobodyIsGone) {
    const auto holder = store.Acquire(lease, now, is_gone);
    if (!holder) return holder.error().message;
    return *holder ? (*holder)->run : "";
  }
  void MustTake(const std::string& run, const std::string& tenant = "prod-us") {
    ASSERT_EQ(Take(*store_, SampleLease(run, tenant)), "");
  }
  void MustCommit(const StoreBatch& batch, const std::string& run = "run-1", const std::string& tenant = "prod-us") {
    ASSERT_EQ(MessageOf(store_->Commit(tenant, run, batch)), "");
  }
  void AppendRecords(std::int64_t count) {
    for (std::int64_t n = 1; n <= count; ++n) ASSERT_EQ(MessageOf(store_->AppendAudit(SampleEntry(n))), "");
  }
  std::vector<std::string> OpenIntentIds(const std::string& tenant = "prod-us") {
    std::vector<std::string> ids;
    const auto intents = store_->OpenIntents(tenant);
    EXPECT_TRUE(intents);
    for (const Intent& intent : intents.value_or(std::vector<Intent>())) ids.push_back(intent.id);
    return ids;
  }
  std::vector<std::string> AppliedAddresses(const std::string& tenant = "prod-us") {
    std::vector<std::string> addresses;
    const auto objects = store_->Applied(tenant);
    EXPECT_TRUE(objects);
    for (const AppliedObject& object : objects.value_or(std::vector<AppliedObject>())) {
      addresses.push_back(object.address);
    }
    return addresses;
  }
  std::vector<std::string> Problems() {
    std::vector<std::string> problems;
    const auto report = VerifyStore(*store_);
    if (!report) return {report.error().message};
    for (const ChainProblem& problem : report->problems) problems.push_back(problem.message);
    return problems;
  }

  using Texts = std::vector<std::string>;
  std::unique_ptr<Backend> backend_;
  std::unique_ptr<StateStore> store_;
};

// --- Content ---

TEST_P(StateStoreContract, IsEmptyAtFirst) {
  EXPECT_EQ(AppliedAddresses(), Texts());
  EXPECT_EQ(OpenIntentIds(), Texts());
  EXPECT_FALSE(store_->Holder("prod-us").value());
  EXPECT_EQ(AuditLines(*store_), Texts());
  EXPECT_EQ(store_->Head()->count, 0);
  EXPECT_EQ(store_->Head()->hash, kAuditGenesis);
  EXPECT_EQ(Problems(), Texts());
}

TEST_P(StateStoreContract, KeepsAnIntentAsItIsUntilItIsCompleted) {
  MustTake("run-1");
  MustCommit({{SampleIntent("a", "run-1")}, {}});
  Reopen();
  const std::vector<Intent> intents = store_->OpenIntents("prod-us").value();
  ASSERT_EQ(intents.size(), 1U);
  const Intent& read = intents[0];
  const Intent written = SampleIntent("a", "run-1");
  EXPECT_EQ(read.id, written.id);
  EXPECT_EQ(read.run, written.run);
  EXPECT_EQ(read.address, written.address);
  EXPECT_EQ(read.kind, written.kind);
  EXPECT_EQ(read.action, written.action);
  EXPECT_EQ(read.scope, written.scope);
  EXPECT_EQ(read.identity, written.identity);
  EXPECT_EQ(read.live_id, written.live_id);
  EXPECT_EQ(read.idempotency_key, written.idempotency_key);
  EXPECT_EQ(read.etag_before, written.etag_before);
  EXPECT_EQ(read.before, written.before);
  EXPECT_EQ(read.after, written.after);
  EXPECT_EQ(read.content, written.content);
  EXPECT_EQ(read.lifecycle, written.lifecycle);
  EXPECT_EQ(read.payload_sha256, written.payload_sha256);
  EXPECT_EQ(read.started, written.started);

  MustCommit({{}, {SampleCompletion("a", 1)}});
  EXPECT_EQ(OpenIntentIds(), Texts());
  EXPECT_EQ(store_->Head()->count, 1);
}

TEST_P(StateStoreContract, GivesOpenIntentsOldestFirst) {
  MustTake("run-1");
  MustCommit({{SampleIntent("z", "run-1"), SampleIntent("m", "run-1")}, {}});
  MustCommit({{SampleIntent("a", "run-1")}, {SampleCompletion("m", 1)}});
  MustCommit({{SampleIntent("b", "run-1")}, {}});
  Reopen();
  EXPECT_EQ(OpenIntentIds(), (Texts{"z", "a", "b"}));
}

TEST_P(StateStoreContract, KeepsAnIntentOpenWhoseOutcomeIsNotKnown) {
  MustTake("run-1");
  MustCommit({{SampleIntent("a", "run-1")}, {}});
  Completion unknown = SampleCompletion("a", 1);
  unknown.keep_open = true;
  MustCommit({{}, {unknown}});
  EXPECT_EQ(OpenIntentIds(), Texts{"a"});
  EXPECT_EQ(store_->Head()->count, 1);
  MustCommit({{}, {SampleCompletion("a", 2)}});
  EXPECT_EQ(OpenIntentIds(), Texts());
  EXPECT_EQ(store_->Head()->count, 2);
}

TEST_P(StateStoreContract, TakesIntentAndCompletionInOneBatch) {
  MustTake("run-1");
  MustCommit({{SampleIntent("a", "run-1")}, {SampleCompletion("a", 1)}});
  EXPECT_EQ(OpenIntentIds(), Texts());
  EXPECT_EQ(AuditLines(*store_).size(), 1U);
}

TEST_P(StateStoreContract, KeepsWhatWasApplied) {
  MustTake("run-1");
  Completion completion;
  completion.put = {SampleApplied("CampaignSchedule/b", "run-1"), SampleApplied("CampaignSchedule/a", "run-1")};
  MustCommit({{}, {completion}});
  Reopen();
  EXPECT_EQ(AppliedAddresses(), (Texts{"CampaignSchedule/a", "CampaignSchedule/b"}));
  const AppliedObject read = store_->Applied("prod-us")->front();
  const AppliedObject written = SampleApplied("CampaignSchedule/a", "run-1");
  EXPECT_EQ(read.kind, written.kind);
  EXPECT_EQ(read.live_id, written.live_id);
  EXPECT_EQ(read.scope, written.scope);
  EXPECT_EQ(read.identity, written.identity);
  EXPECT_EQ(read.content, written.content);
  EXPECT_EQ(read.lifecycle, written.lifecycle);
  EXPECT_EQ(read.run, written.run);
  EXPECT_EQ(read.applied_at, written.applied_at);
}

TEST_P(StateStoreContract, ReplacesAndForgetsWhatWasApplied) {
  MustTake("run-1");
  Completion first;
  first.put = {SampleApplied("K/a", "run-1"), SampleApplied("K/b", "run-1"), SampleApplied("K/c", "run-1")};
  MustCommit({{}, {first}});
  Completion second;
  AppliedObject changed = SampleApplied("K/b", "run-2");
  changed.content = R"({"new":true})";
  second.put = {changed};
  second.remove = {"K/c", "K/never-there"};
  MustCommit({{}, {second}});
  EXPECT_EQ(AppliedAddresses(), (Texts{"K/a", "K/b"}));
  EXPECT_EQ(store_->Applied("prod-us")->at(1).content, R"({"new":true})");
  EXPECT_EQ(store_->Applied("prod-us")->at(1).run, "run-2");
}

TEST_P(StateStoreContract, MovesAnObjectToANewAddressInOneCompletion) {
  MustTake("run-1");
  Completion first;
  first.put = {SampleApplied("K/old", "run-1")};
  MustCommit({{}, {first}});
  Completion rename;
  rename.remove = {"K/old"};
  rename.put = {SampleApplied("K/new", "run-1")};
  MustCommit({{}, {rename}});
  EXPECT_EQ(AppliedAddresses(), Texts{"K/new"});
}

TEST_P(StateStoreContract, KeepsTenantsApart) {
  MustTake("run-1", "prod-us");
  MustTake("run-2", "prod-eu");
  Completion put;
  put.put = {SampleApplied("K/a", "run-1")};
  MustCommit({{SampleIntent("a", "run-1")}, {put}}, "run-1", "prod-us");
  EXPECT_EQ(AppliedAddresses("prod-eu"), Texts());
  EXPECT_EQ(OpenIntentIds("prod-eu"), Texts());
  EXPECT_EQ(store_->Commit("prod-eu", "run-2", {{}, {SampleCompletion("a", 1)}}).error().code, ErrorCode::kIntegrity);
  Completion forget;
  forget.remove = {"K/a"};
  MustCommit({{}, {forget}}, "run-2", "prod-eu");
  EXPECT_EQ(AppliedAddresses("prod-us"), Texts{"K/a"});
  EXPECT_EQ(OpenIntentIds("prod-us"), Texts{"a"});
}

TEST_P(StateStoreContract, KeepsAnyText) {
  MustTake("run-1");
  const std::string text = "'; DROP TABLE audit; -- \"ü\xf0\x9f\x98\x80\n";
  Intent intent = SampleIntent(text, "run-1");
  Completion completion;
  completion.put = {SampleApplied(text, text)};
  MustCommit({{intent}, {completion}});
  Reopen();
  EXPECT_EQ(OpenIntentIds(), Texts{text});
  EXPECT_EQ(AppliedAddresses(), Texts{text});
}

// --- All or nothing ---

TEST_P(StateStoreContract, ChangesNothingWhenAPartOfTheBatchCannotBe) {
  MustTake("run-1");
  MustCommit({{SampleIntent("a", "run-1")}, {}});
  Completion good = SampleCompletion("a", 1);
  good.put = {SampleApplied("K/a", "run-1")};
  const StoreBatch batches[] = {
      {{SampleIntent("b", "run-1")}, {good, SampleCompletion("unknown", 2)}},
      {{SampleIntent("b", "run-1")}, {good, SampleCompletion("a", 2)}},  // completed twice
      {{SampleIntent("b", "run-1"), SampleIntent("a", "run-1")}, {}},    // begun twice
  };
  for (const StoreBatch& batch : batches) {
    const auto result = store_->Commit("prod-us", "run-1", batch);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kIntegrity) << result.error().message;
    EXPECT_EQ(OpenIntentIds(), Texts{"a"});
    EXPECT_EQ(AppliedAddresses(), Texts());
    EXPECT_EQ(AuditLines(*store_), Texts());
    EXPECT_EQ(store_->Head()->count, 0);
  }
  MustCommit({{}, {good}});
  EXPECT_EQ(Problems(), Texts());
}

TEST_P(StateStoreContract, RefusesToCommitWithoutTheLease) {
  const StoreBatch batch{{SampleIntent("a", "run-1")}, {}};
  const auto without = store_->Commit("prod-us", "run-1", batch);
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().code, ErrorCode::kRefused);
  MustTake("run-2");
  const auto with_another = store_->Commit("prod-us", "run-1", batch);
  ASSERT_FALSE(with_another);
  EXPECT_EQ(with_another.error().code, ErrorCode::kRefused);
  EXPECT_NE(with_another.error().message.find("run-2"), std::string::npos) << with_another.error().message;
  EXPECT_EQ(store_->Commit("prod-eu", "run-2", batch).error().code, ErrorCode::kRefused);
  EXPECT_EQ(OpenIntentIds(), Texts());
}

TEST_P(StateStoreContract, RefusesToCommitAfterTheLeaseWasLost) {
  MustTake("run-1");
  MustCommit({{SampleIntent("a", "run-1")}, {}});
  ASSERT_EQ(Take(*Open(), SampleLease("run-2"), kNow + std::chrono::seconds(31)), "");
  const auto result = store_->Commit("prod-us", "run-1", {{}, {SampleCompletion("a", 1)}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kRefused);
  EXPECT_EQ(OpenIntentIds(), Texts{"a"});
  EXPECT_EQ(AuditLines(*store_), Texts());
  MustCommit({{}, {SampleCompletion("a", 1)}}, "run-2");
}

// --- Lease ---

TEST_P(StateStoreContract, GivesTheLeaseToOneAndNamesIt) {
  MustTake("run-1");
  const auto other = Open();
  const auto holder = other->Acquire(SampleLease("run-2"), kNow, NobodyIsGone).value();
  ASSERT_TRUE(holder);
  const Lease written = SampleLease("run-1");
  EXPECT_EQ(holder->tenant, written.tenant);
  EXPECT_EQ(holder->run, written.run);
  EXPECT_EQ(holder->holder, written.holder);
  EXPECT_EQ(holder->host, written.host);
  EXPECT_EQ(holder->pid, written.pid);
  EXPECT_EQ(holder->process_start, written.process_start);
  EXPECT_EQ(holder->since, written.since);
  EXPECT_EQ(holder->expires, written.expires);
  EXPECT_EQ(other->Holder("prod-us").value()->run, "run-1");
}

TEST_P(StateStoreContract, LeavesTheLeaseUntilItExpired) {
  MustTake("run-1");
  EXPECT_EQ(Take(*store_, SampleLease("run-2"), kNow + std::chrono::seconds(29)), "run-1");
  EXPECT_EQ(Take(*store_, SampleLease("run-2"), kNow + std::chrono::seconds(30)), "run-1");
  EXPECT_EQ(Take(*store_, SampleLease("run-2"), kNow + std::chrono::seconds(30) + Duration(1)), "");
  EXPECT_EQ(store_->Holder("prod-us").value()->run, "run-2");
}

TEST_P(StateStoreContract, TakesTheLeaseOfAProcessThatIsGone) {
  MustTake("run-1");
  EXPECT_EQ(Take(*store_, SampleLease("run-2"), kNow, NobodyIsGone), "run-1");
  EXPECT_EQ(Take(*store_, SampleLease("run-2"), kNow, EverybodyIsGone), "");
  EXPECT_EQ(store_->Commit("prod-us", "run-1", {}).error().code, ErrorCode::kRefused);
}

TEST_P(StateStoreContract, AsksOfTheHolderWhetherItIsGone) {
  MustTake("run-1");
  Lease asked;
  ASSERT_TRUE(store_->Acquire(SampleLease("run-2"), kNow, [&](const Lease& holder) {
    asked = holder;
    return false;
  }));
  EXPECT_EQ(asked.run, "run-1");
  EXPECT_EQ(asked.pid, 4711);
}

TEST_P(StateStoreContract, LetsARunTakeItsOwnLeaseAgain) {
  MustTake("run-1");
  MustTake("run-1");
  EXPECT_EQ(store_->Holder("prod-us").value()->run, "run-1");
}

TEST_P(StateStoreContract, RenewsTheLease) {
  MustTake("run-1");
  ASSERT_EQ(MessageOf(store_->Renew("prod-us", "run-1", kNow + std::chrono::seconds(60))), "");
  EXPECT_EQ(Take(*store_, SampleLease("run-2"), kNow + std::chrono::seconds(59)), "run-1");
  EXPECT_EQ(store_->Holder("prod-us").value()->expires, kNow + std::chrono::seconds(60));
}

TEST_P(StateStoreContract, DoesNotRenewWhatIsNotHeld) {
  EXPECT_EQ(store_->Renew("prod-us", "run-1", kNow).error().code, ErrorCode::kRefused);
  MustTake("run-2");
  EXPECT_EQ(store_->Renew("prod-us", "run-1", kNow).error().code, ErrorCode::kRefused);
  EXPECT_EQ(store_->Holder("prod-us").value()->expires, SampleLease("run-2").expires);
}

TEST_P(StateStoreContract, GivesTheLeaseBack) {
  MustTake("run-1");
  ASSERT_EQ(MessageOf(store_->Release("prod-us", "run-1")), "");
  EXPECT_FALSE(store_->Holder("prod-us").value());
  EXPECT_EQ(store_->Renew("prod-us", "run-1", kNow).error().code, ErrorCode::kRefused);
  EXPECT_EQ(Take(*store_, SampleLease("run-2")), "");
}

TEST_P(StateStoreContract, GivesBackNothingThatIsNotHeld) {
  MustTake("run-1");
  EXPECT_EQ(MessageOf(store_->Release("prod-us", "run-2")), "");
  EXPECT_EQ(MessageOf(store_->Release("prod-eu", "run-1")), "");
  EXPECT_EQ(store_->Holder("prod-us").value()->run, "run-1");
}

TEST_P(StateStoreContract, KeepsTheLeaseAcrossAReopen) {
  MustTake("run-1");
  Reopen();
  EXPECT_EQ(Take(*store_, SampleLease("run-2")), "run-1");
  MustCommit({{SampleIntent("a", "run-1")}, {}});
}

TEST_P(StateStoreContract, GivesTheLeaseToExactlyOneOfManyAtOnce) {
  for (int round = 0; round < 5; ++round) {
    const std::string tenant = "tenant-" + std::to_string(round);
    std::vector<std::string> in_the_way(4);
    {
      std::vector<std::jthread> threads;
      for (std::size_t n = 0; n < in_the_way.size(); ++n) {
        threads.emplace_back([&, n] {
          const auto store = Open();
          in_the_way[n] = Take(*store, SampleLease("run-" + std::to_string(n), tenant));
        });
      }
    }
    EXPECT_EQ(std::ranges::count(in_the_way, ""), 1) << testing::PrintToString(in_the_way);
    const std::string winner = store_->Holder(tenant).value()->run;
    for (const std::string& run : in_the_way) EXPECT_TRUE(run.empty() || run == winner) << run;
  }
}

// --- Audit chain ---

TEST_P(StateStoreContract, ChainsRecordsInTheOrderOfTheBatch) {
  MustTake("run-1");
  MustCommit({{}, {SampleCompletion("", 1), SampleCompletion("", 2)}});
  AppendRecords(1);
  Reopen();
  MustCommit({{}, {SampleCompletion("", 4)}});
  const Texts lines = AuditLines(*store_);
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[1], SampleChain(2)[1]);
  EXPECT_EQ(store_->Head()->count, 4);
  EXPECT_EQ(Problems(), Texts());
  EXPECT_EQ(VerifyStore(*store_)->records, 4);
  EXPECT_EQ(VerifyStore(*store_)->head, store_->Head()->hash);
}

TEST_P(StateStoreContract, AppendsWithoutALease) {
  MustTake("run-1");
  AppendRecords(3);
  EXPECT_EQ(AuditLines(*store_), SampleChain(3));
}

TEST_P(StateStoreContract, ReadsFromAnyRecordAndStopsWhenTold) {
  AppendRecords(5);
  EXPECT_EQ(AuditLines(*store_, 4).size(), 2U);
  EXPECT_EQ(AuditLines(*store_, 6).size(), 0U);
  EXPECT_EQ(AuditLines(*store_, 0).size(), 5U);
  int seen = 0;
  ASSERT_TRUE(store_->ReadAudit(1, [&](std::string_view) { return ++seen < 2; }));
  EXPECT_EQ(seen, 2);
}

TEST_P(StateStoreContract, CanBeAskedWhileItReads) {
  AppendRecords(3);
  Texts lines;
  ASSERT_TRUE(store_->ReadAudit(1, [&](std::string_view line) {
    EXPECT_EQ(AuditLines(*store_).size(), 3U);
    EXPECT_EQ(store_->Head()->count, 3);
    lines.emplace_back(line);
    return true;
  }));
  EXPECT_EQ(lines, SampleChain(3));
}

TEST_P(StateStoreContract, KeepsOneChainHoweverManyWrite) {
  {
    std::vector<std::jthread> threads;
    for (int n = 0; n < 3; ++n) {
      threads.emplace_back([&] {
        const auto store = Open();
        for (int i = 0; i < 20; ++i) EXPECT_EQ(MessageOf(store->AppendAudit(SampleEntry(i))), "");
      });
    }
    // Verifying beside the writers raises no false alarm.
    for (int i = 0; i < 10; ++i) EXPECT_EQ(Problems(), Texts());
  }
  EXPECT_EQ(store_->Head()->count, 60);
  EXPECT_EQ(Problems(), Texts());
}

TEST_P(StateStoreContract, KeepsSignedHeadsInTheirOrder) {
  EXPECT_EQ(*store_->SignedHeads(), Texts());
  for (const char* line : {"first", "second", "first"}) ASSERT_EQ(MessageOf(store_->PutSignedHead(line)), "");
  Reopen();
  EXPECT_EQ(*store_->SignedHeads(), (Texts{"first", "second", "first"}));
}

TEST_P(StateStoreContract, OpensOnceForManyAtOnce) {
  backend_ = GetParam().make();
  std::vector<std::jthread> threads;
  for (int n = 0; n < 4; ++n) {
    threads.emplace_back([&] {
      const auto store = OpenStateStore(backend_->Url(), StoreMode::kWrite);
      ASSERT_TRUE(store) << store.error().message;
      EXPECT_EQ(MessageOf((*store)->AppendAudit(SampleEntry(1))), "");
    });
  }
}

TEST_P(StateStoreContract, KeepsWhatItAnsweredWhenTheProcessIsKilled) {
  for (int kills = 0; kills < 5; ++kills) {
    std::array<int, 2> answers{};
    ASSERT_EQ(::pipe(answers.data()), 0);
    const std::int64_t before = store_->Head()->count;
    store_.reset();
    const pid_t child = ::fork();
    if (child == 0) {
      const auto store = OpenStateStore(backend_->Url(), StoreMode::kWrite);
      for (std::int64_t n = 1; store && (*store)->AppendAudit(SampleEntry(n)); ++n) {
        if (::write(answers[1], ".", 1) != 1) break;
      }
      ::_exit(1);
    }
    ::close(answers[1]);
    std::int64_t answered = 0;
    for (char c = 0; answered < 10 + kills && ::read(answers[0], &c, 1) == 1;) ++answered;
    ::kill(child, SIGKILL);
    for (char c = 0; ::read(answers[0], &c, 1) == 1;) ++answered;
    ::close(answers[0]);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    EXPECT_GE(answered, 10 + kills);
    store_ = Open();
    const std::int64_t added = store_->Head()->count - before;
    EXPECT_TRUE(added == answered || added == answered + 1) << added << " of " << answered;
    EXPECT_EQ(Problems(), Texts());
  }
}

// --- Tampering ---

struct Tampering {
  const char* sql;
  const char* problem;
};

const Tampering kTamperings[] = {
    {"UPDATE audit SET line = replace(line, 'ci@example', 'me@example') WHERE seq = 4",
     "record 4 was changed: its hash does not match its content"},
    {"UPDATE audit SET line = '' WHERE seq = 4", "record 4 was changed: it is not a JSON object"},
    {"UPDATE audit SET line = line || ' ' WHERE seq = 8",
     "record 8 was changed: it is not in canonical form (RFC 8785)"},
    {"DELETE FROM audit WHERE seq = 4", "record 4 is missing"},
    {"DELETE FROM audit WHERE seq < 4", "records 1 to 3 are missing"},
    {"DELETE FROM audit WHERE seq = 8", "record 8 is missing: the end of the chain was cut off"},
    {"DELETE FROM audit WHERE seq > 5", "records 6 to 8 are missing: the end of the chain was cut off"},
    {"DELETE FROM audit", "records 1 to 8 are missing: the end of the chain was cut off"},
    {"UPDATE audit SET seq = 99 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 5;"
     "UPDATE audit SET seq = 5 WHERE seq = 99",
     "record 5 stands where record 4 belongs: it was moved or inserted"},
    {"INSERT INTO audit (seq, line) SELECT 9, line FROM audit WHERE seq = 8",
     "record 8 stands after record 8: it was moved, repeated or inserted"},
    {"UPDATE audit_head SET count = 9", "record 9 is missing: the end of the chain was cut off"},
    {"UPDATE audit_head SET count = 7",
     "the chain ends with record 8, but its head says 7: records were added, or the head was set back"},
    {"UPDATE audit_head SET hash = replace(hash, substr(hash, 1, 1), 'x')",
     "record 8 is not the one that the head names: the end of the chain was rewritten, or the head was changed"},
};

TEST_P(StateStoreContract, LetsTamperingBeFound) {
  for (const Tampering& tampering : kTamperings) {
    store_.reset();
    backend_ = GetParam().make();
    store_ = Open();
    AppendRecords(8);
    ASSERT_EQ(Problems(), Texts());
    store_.reset();
    backend_->Tamper(tampering.sql);
    store_ = Open();
    EXPECT_EQ(Problems(), Texts{tampering.problem}) << tampering.sql;
  }
}

TEST_P(StateStoreContract, FindsACutTailAlthoughTheChainWentOn) {
  AppendRecords(5);
  store_.reset();
  backend_->Tamper("DELETE FROM audit WHERE seq = 5");
  store_ = Open();
  AppendRecords(2);
  EXPECT_EQ(Problems(), Texts{"record 5 is missing"});
}

TEST_P(StateStoreContract, SaysSoWhenTheHeadIsLost) {
  AppendRecords(2);
  store_.reset();
  backend_->Tamper("DELETE FROM audit_head");
  store_ = Open();
  EXPECT_EQ(store_->Head().error().code, ErrorCode::kIntegrity);
  EXPECT_EQ(VerifyStore(*store_).error().code, ErrorCode::kIntegrity);
  EXPECT_EQ(store_->AppendAudit(SampleEntry(3)).error().code, ErrorCode::kIntegrity);
}

TEST_P(StateStoreContract, DoesNotWriteOverARecord) {
  AppendRecords(5);
  store_.reset();
  backend_->Tamper("UPDATE audit_head SET count = 3");
  store_ = Open();
  EXPECT_EQ(store_->AppendAudit(SampleEntry(6)).error().code, ErrorCode::kIntegrity);
  EXPECT_EQ(AuditLines(*store_), SampleChain(5));
}

INSTANTIATE_TEST_SUITE_P(
    Stores, StateStoreContract,
    testing::Values(
        BackendKind{"Sqlite", []() -> std::unique_ptr<Backend> { return std::make_unique<SqliteBackend>(); }},
        BackendKind{"Postgres", []() -> std::unique_ptr<Backend> { return std::make_unique<PostgresBackend>(); }}),
    [](const auto& backend) { return std::string(backend.param.name); });

}  // namespace
}  // namespace cxctl
