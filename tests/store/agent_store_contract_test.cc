// What every store of the agent promises. MemoryAgentStore, which other tests stand on, is held to it, too.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <thread>

#include "store/agent_store.h"
#include "store/postgres_server.h"
#include "store/sample_store.h"
#include "store/verify.h"
#include "support/memory_agent_store.h"

namespace cxctl {
namespace {

using Kind = AgentWrite::Kind;
using Condition = AgentWrite::Condition;
using Status = AgentCommit::Status;
using Texts = std::vector<std::string>;
using std::chrono::seconds;

const std::string kTenant = "prod-us";

/// One store's worth of storage, empty at first.
class Backend {
 public:
  virtual ~Backend() = default;
  virtual std::unique_ptr<AgentStore> Open() = 0;
  /// Records of the audit chain; -1 if it does not verify.
  virtual std::int64_t AuditCount() = 0;
  /// What plan and apply keep beside it; null where there is nothing.
  virtual std::unique_ptr<StateStore> OpenForRuns() { return nullptr; }
};

std::unique_ptr<AgentStore> OpenUrl(const std::string& url) {
  auto store = OpenAgentStore(url, StoreMode::kWrite);
  if (!store) {
    ADD_FAILURE() << store.error().message;
    std::abort();
  }
  return std::move(*store);
}

std::int64_t VerifiedCount(const std::string& url) {
  const auto store = MustOpen(url);
  const auto report = VerifyStore(*store);
  return report && report->ok() ? report->records : -1;
}

class SqliteBackend : public Backend {
 public:
  std::unique_ptr<AgentStore> Open() override { return OpenUrl(Url()); }
  std::int64_t AuditCount() override { return VerifiedCount(Url()); }
  std::unique_ptr<StateStore> OpenForRuns() override { return MustOpen(Url()); }

 private:
  std::string Url() const { return "sqlite:" + folder_.File("state/state.db"); }
  TemporaryFolder folder_;
};

class PostgresBackend : public Backend {
 public:
  std::unique_ptr<AgentStore> Open() override { return OpenUrl(database_.Url()); }
  std::int64_t AuditCount() override { return VerifiedCount(database_.Url()); }
  std::unique_ptr<StateStore> OpenForRuns() override { return MustOpen(database_.Url()); }

 private:
  TemporaryDatabase database_;
};

/// Another way to the same memory.
class MemoryDoor final : public AgentStore {
 public:
  explicit MemoryDoor(MemoryAgentStore& store) : store_(store) {}
  Result<std::vector<AgentCommit>> Commit(const std::string& tenant, const std::vector<AgentBatch>& batches) override {
    return store_.Commit(tenant, batches);
  }
  Result<std::optional<AgentRecord>> Get(const std::string& tenant, const std::string& collection,
                                         const std::string& id) override {
    return store_.Get(tenant, collection, id);
  }
  Result<std::vector<AgentRecord>> List(const std::string& tenant, const AgentQuery& query) override {
    return store_.List(tenant, query);
  }
  Result<std::map<std::string, std::int64_t>> Count(const std::string& tenant, const std::string& collection) override {
    return store_.Count(tenant, collection);
  }
  Result<std::optional<Instant>> NextDue(const std::string& tenant, const std::string& collection) override {
    return store_.NextDue(tenant, collection);
  }
  Result<std::optional<AgentLease>> Acquire(const std::string& tenant, const std::string& name,
                                            const std::string& owner, Instant now, Duration ttl) override {
    return store_.Acquire(tenant, name, owner, now, ttl);
  }
  Result<void> Release(const std::string& tenant, const std::string& name, const std::string& owner) override {
    return store_.Release(tenant, name, owner);
  }

 private:
  MemoryAgentStore& store_;
};

class MemoryBackend : public Backend {
 public:
  std::unique_ptr<AgentStore> Open() override { return std::make_unique<MemoryDoor>(store_); }
  std::int64_t AuditCount() override { return static_cast<std::int64_t>(store_.audit.size()); }

 private:
  MemoryAgentStore store_;
};

struct BackendKind {
  const char* name;
  std::unique_ptr<Backend> (*make)();
};

void PrintTo(const BackendKind& kind, std::ostream* out) {
  *out << kind.name;
}

AgentRecord Record(const std::string& id, const std::string& state = "queued", std::optional<Instant> due = {}) {
  return {"callback", id, state, due, R"({"id":")" + id + "\"}", 0};
}

AgentWrite Put(const AgentRecord& record, Condition condition = Condition::kNone, std::int64_t version = 0) {
  AgentWrite write{Kind::kPut, condition, record};
  write.record.version = version;
  return write;
}

AgentWrite Delete(const std::string& id, Condition condition = Condition::kNone, std::int64_t version = 0) {
  AgentWrite write{Kind::kDelete, condition, {}};
  write.record.collection = "callback";
  write.record.id = id;
  write.record.version = version;
  return write;
}

class AgentStoreContract : public testing::TestWithParam<BackendKind> {
 protected:
  void SetUp() override {
    backend_ = GetParam().make();
    store_ = backend_->Open();
  }
  void Reopen() {
    store_.reset();
    store_ = backend_->Open();
  }
  AgentCommit Commit(const AgentBatch& batch) {
    const auto commits = store_->Commit(kTenant, {batch});
    EXPECT_TRUE(commits) << commits.error().message;
    return commits ? commits->at(0) : AgentCommit{Status::kLeaseLost, 99, {}};
  }
  AgentCommit Write(const std::vector<AgentWrite>& writes) { return Commit({writes, {}, {}}); }
  std::optional<AgentRecord> Get(const std::string& id, const std::string& tenant = kTenant) {
    return store_->Get(tenant, "callback", id).value();
  }
  Texts Ids(const AgentQuery& query) {
    Texts ids;
    const auto records = store_->List(kTenant, query);
    EXPECT_TRUE(records) << records.error().message;
    for (const AgentRecord& record : records.value_or(std::vector<AgentRecord>())) ids.push_back(record.id);
    return ids;
  }
  std::optional<AgentLease> Take(const std::string& owner, Instant now = kNow, const std::string& name = "pacing/a") {
    return store_->Acquire(kTenant, name, owner, now, seconds(15)).value();
  }

  std::unique_ptr<Backend> backend_;
  std::unique_ptr<AgentStore> store_;
};

// --- Records ---

TEST_P(AgentStoreContract, IsEmptyAtFirst) {
  EXPECT_FALSE(Get("a"));
  EXPECT_EQ(Ids({"callback"}), Texts());
  EXPECT_TRUE(store_->Count(kTenant, "callback")->empty());
  EXPECT_FALSE(store_->NextDue(kTenant, "callback").value());
  EXPECT_TRUE(store_->Commit(kTenant, {})->empty());
}

TEST_P(AgentStoreContract, KeepsARecordAsItIs) {
  AgentRecord written = Record("'; DROP TABLE audit; -- \"ü\xf0\x9f\x98\x80\n", "queued", kNow);
  written.body = R"({"text":"Größe\u0000","deep":[1,2,{"a":null}]})";
  ASSERT_EQ(Write({Put(written)}).versions, std::vector<std::int64_t>{1});
  Reopen();
  const auto read = Get(written.id);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->collection, written.collection);
  EXPECT_EQ(read->id, written.id);
  EXPECT_EQ(read->state, written.state);
  EXPECT_EQ(read->due, written.due);
  EXPECT_EQ(read->body, written.body);
  EXPECT_EQ(read->version, 1);
}

TEST_P(AgentStoreContract, KeepsARecordThatRestsWithoutAState) {
  ASSERT_EQ(Write({Put(Record("a", ""))}).status, Status::kDone);
  Reopen();
  EXPECT_EQ(Get("a")->state, "");
  EXPECT_FALSE(Get("a")->due);
}

TEST_P(AgentStoreContract, CountsEachWriteInTheVersion) {
  Write({Put(Record("a", "queued", kNow))});
  EXPECT_EQ(Write({Put(Record("a", "done"))}).versions, std::vector<std::int64_t>{2});
  EXPECT_EQ(Write({Put(Record("a", "done"), Condition::kVersion, 2)}).versions, std::vector<std::int64_t>{3});
  EXPECT_EQ(Get("a")->state, "done");
  EXPECT_FALSE(Get("a")->due);
  EXPECT_EQ(Get("a")->version, 3);
}

TEST_P(AgentStoreContract, KeepsTenantsAndCollectionsApart) {
  AgentRecord other = Record("a", "other");
  other.collection = "callback2";
  Write({Put(Record("a")), Put(other)});
  ASSERT_TRUE(store_->Commit("prod-eu", {{{Put(Record("a", "eu"))}, {}, {}}}));
  EXPECT_EQ(Get("a")->state, "queued");
  EXPECT_EQ(Get("a", "prod-eu")->state, "eu");
  EXPECT_EQ(store_->Get(kTenant, "callback2", "a").value()->state, "other");
  Write({Delete("a")});
  EXPECT_FALSE(Get("a"));
  EXPECT_TRUE(Get("a", "prod-eu"));
  EXPECT_EQ(store_->Count("prod-eu", "callback")->at("eu"), 1);
}

TEST_P(AgentStoreContract, DeletesWhatIsThereAndWhatIsNot) {
  Write({Put(Record("a"))});
  const AgentCommit commit = Write({Delete("a"), Delete("never-there"), Put(Record("b"))});
  EXPECT_EQ(commit.versions, (std::vector<std::int64_t>{0, 0, 1}));
  EXPECT_EQ(Ids({"callback"}), Texts{"b"});
}

// --- Conditions ---

TEST_P(AgentStoreContract, WritesAnAbsentRecordOnce) {
  EXPECT_EQ(Write({Put(Record("a", "first"), Condition::kAbsent)}).versions, std::vector<std::int64_t>{1});
  const AgentCommit again = Write({Put(Record("a", "second"), Condition::kAbsent)});
  EXPECT_EQ(again.status, Status::kCondition);
  EXPECT_EQ(again.failed_write, 0U);
  EXPECT_EQ(Get("a")->state, "first");
  EXPECT_EQ(Get("a")->version, 1);
}

TEST_P(AgentStoreContract, WritesOverTheVersionThatWasSeenAlone) {
  Write({Put(Record("a", "first"))});
  EXPECT_EQ(Write({Put(Record("a", "wrong"), Condition::kVersion, 2)}).status, Status::kCondition);
  EXPECT_EQ(Write({Put(Record("b", "wrong"), Condition::kVersion, 1)}).status, Status::kCondition);
  EXPECT_EQ(Write({Put(Record("a", "second"), Condition::kVersion, 1)}).status, Status::kDone);
  EXPECT_EQ(Get("a")->state, "second");
  EXPECT_FALSE(Get("b"));
}

TEST_P(AgentStoreContract, DeletesUnderConditions) {
  Write({Put(Record("a"))});
  EXPECT_EQ(Write({Delete("a", Condition::kVersion, 2)}).status, Status::kCondition);
  EXPECT_EQ(Write({Delete("a", Condition::kAbsent)}).status, Status::kCondition);
  EXPECT_EQ(Write({Delete("b", Condition::kVersion, 1)}).status, Status::kCondition);
  EXPECT_EQ(Write({Delete("b", Condition::kAbsent)}).status, Status::kDone);
  EXPECT_TRUE(Get("a"));
  EXPECT_EQ(Write({Delete("a", Condition::kVersion, 1)}).status, Status::kDone);
  EXPECT_FALSE(Get("a"));
}

TEST_P(AgentStoreContract, WritesABatchAsAWholeOrNotAtAll) {
  Write({Put(Record("kept", "before")), Put(Record("gone"))});
  const std::int64_t audit_before = backend_->AuditCount();
  const AgentCommit commit = Commit({{Put(Record("new")), Put(Record("kept", "after")), Delete("gone"),
                                      Put(Record("kept"), Condition::kAbsent), Put(Record("last"))},
                                     {SampleEntry(1)},
                                     {}});
  EXPECT_EQ(commit.status, Status::kCondition);
  EXPECT_EQ(commit.failed_write, 3U);
  EXPECT_TRUE(commit.versions.empty());
  EXPECT_EQ(Ids({"callback"}), (Texts{"gone", "kept"}));
  EXPECT_EQ(Get("kept")->state, "before");
  EXPECT_EQ(Get("kept")->version, 1);
  EXPECT_EQ(backend_->AuditCount(), audit_before);
}

TEST_P(AgentStoreContract, JudgesEachBatchByItself) {
  const auto commits = store_->Commit(kTenant, {{{Put(Record("a", "first"), Condition::kAbsent)}, {SampleEntry(1)}, {}},
                                                {{Put(Record("b")), Put(Record("a"), Condition::kAbsent)}, {}, {}},
                                                {{Put(Record("a", "third"), Condition::kVersion, 1)}, {}, {}},
                                                {{}, {SampleEntry(2)}, {}}});
  ASSERT_TRUE(commits) << commits.error().message;
  ASSERT_EQ(commits->size(), 4U);
  EXPECT_EQ(commits->at(0).status, Status::kDone);
  EXPECT_EQ(commits->at(1).status, Status::kCondition);
  EXPECT_EQ(commits->at(1).failed_write, 1U);
  EXPECT_EQ(commits->at(2).versions, std::vector<std::int64_t>{2});
  EXPECT_EQ(commits->at(3).status, Status::kDone);
  Reopen();
  EXPECT_EQ(Ids({"callback"}), Texts{"a"});
  EXPECT_EQ(Get("a")->state, "third");
  EXPECT_EQ(backend_->AuditCount(), 2);
}

TEST_P(AgentStoreContract, SeesItsOwnWritesWithinABatch) {
  const AgentCommit commit = Write({Put(Record("a"), Condition::kAbsent), Put(Record("a"), Condition::kVersion, 1),
                                    Delete("a"), Put(Record("a", "again"), Condition::kAbsent)});
  EXPECT_EQ(commit.versions, (std::vector<std::int64_t>{1, 2, 0, 1}));
  EXPECT_EQ(Get("a")->state, "again");
}

TEST_P(AgentStoreContract, TakesManyBatchesAtOnce) {
  std::vector<AgentBatch> batches;
  for (int n = 0; n < 256; ++n) batches.push_back({{Put(Record(std::to_string(n)))}, {SampleEntry(n)}, {}});
  const auto commits = store_->Commit(kTenant, batches);
  ASSERT_TRUE(commits) << commits.error().message;
  EXPECT_EQ(commits->size(), 256U);
  Reopen();
  EXPECT_EQ(store_->Count(kTenant, "callback")->at("queued"), 256);
  EXPECT_EQ(backend_->AuditCount(), 256);
}

// --- Looking up ---

TEST_P(AgentStoreContract, ListsByIdInPages) {
  for (const char* id : {"c", "a", "d", "B", "ä"}) Write({Put(Record(id))});
  EXPECT_EQ(Ids({"callback"}), (Texts{"B", "a", "c", "d", "ä"}));
  AgentQuery page{"callback"};
  page.limit = 2;
  EXPECT_EQ(Ids(page), (Texts{"B", "a"}));
  page.after = "a";
  EXPECT_EQ(Ids(page), (Texts{"c", "d"}));
  page.after = "ä";
  EXPECT_EQ(Ids(page), Texts());
  EXPECT_EQ(Ids({"other"}), Texts());
}

TEST_P(AgentStoreContract, ListsByState) {
  Write({Put(Record("a", "queued")), Put(Record("b", "failed")), Put(Record("c", "queued")), Put(Record("d", ""))});
  AgentQuery queued{"callback", "queued"};
  EXPECT_EQ(Ids(queued), (Texts{"a", "c"}));
  queued.after = "a";
  EXPECT_EQ(Ids(queued), Texts{"c"});
  EXPECT_EQ(Ids({"callback", ""}), Texts{"d"});
  EXPECT_EQ(store_->Count(kTenant, "callback").value(),
            (std::map<std::string, std::int64_t>{{"", 1}, {"failed", 1}, {"queued", 2}}));
}

TEST_P(AgentStoreContract, ListsWhatIsDueEarliestFirst) {
  Write({Put(Record("later", "queued", kNow + seconds(2))), Put(Record("b", "queued", kNow)),
         Put(Record("a", "failed", kNow)), Put(Record("rests", "queued")),
         Put(Record("first", "queued", kNow - seconds(1)))});
  AgentQuery due{"callback", {}, kNow};
  EXPECT_EQ(Ids(due), (Texts{"first", "a", "b"}));
  due.state = "queued";
  EXPECT_EQ(Ids(due), (Texts{"first", "b"}));
  due.limit = 1;
  EXPECT_EQ(Ids(due), Texts{"first"});
  due.due_by = kNow - seconds(2);
  EXPECT_EQ(Ids(due), Texts());
  EXPECT_EQ(store_->NextDue(kTenant, "callback").value(), kNow - seconds(1));
  Write({Delete("first"), Put(Record("a")), Put(Record("b"))});
  EXPECT_EQ(store_->NextDue(kTenant, "callback").value(), kNow + seconds(2));
}

// --- Leases ---

TEST_P(AgentStoreContract, GivesTheLeaseToOne) {
  const auto lease = Take("agent-1");
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->name, "pacing/a");
  EXPECT_EQ(lease->owner, "agent-1");
  EXPECT_EQ(lease->epoch, 1);
  EXPECT_EQ(lease->expires, kNow + seconds(15));
  Reopen();
  EXPECT_FALSE(Take("agent-2"));
  EXPECT_FALSE(Take("agent-2", kNow + seconds(14)));
  EXPECT_TRUE(Take("agent-2", kNow, "pacing/b"));
  EXPECT_TRUE(store_->Acquire("prod-eu", "pacing/a", "agent-2", kNow, seconds(15)).value());
}

TEST_P(AgentStoreContract, RenewsALeaseInItsEpoch) {
  Take("agent-1");
  const auto renewed = Take("agent-1", kNow + seconds(10));
  ASSERT_TRUE(renewed);
  EXPECT_EQ(renewed->epoch, 1);
  EXPECT_EQ(renewed->expires, kNow + seconds(25));
  EXPECT_FALSE(Take("agent-2", kNow + seconds(20)));
}

TEST_P(AgentStoreContract, GivesAnExpiredLeaseToTheNextInANewEpoch) {
  Take("agent-1");
  const auto taken = Take("agent-2", kNow + seconds(15));
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->epoch, 2);
  EXPECT_FALSE(Take("agent-1", kNow + seconds(16)));
}

TEST_P(AgentStoreContract, CountsEpochsOnAfterARelease) {
  Take("agent-1");
  ASSERT_TRUE(store_->Release(kTenant, "pacing/a", "agent-2"));  // not its own
  EXPECT_FALSE(Take("agent-2"));
  ASSERT_TRUE(store_->Release(kTenant, "pacing/a", "agent-1"));
  ASSERT_TRUE(store_->Release(kTenant, "pacing/never", "agent-1"));
  EXPECT_EQ(Take("agent-2")->epoch, 2);
  ASSERT_TRUE(store_->Release(kTenant, "pacing/a", "agent-2"));
  EXPECT_EQ(Take("agent-2")->epoch, 3);
}

TEST_P(AgentStoreContract, WritesUnderALeaseOnlyWhileItIsHeld) {
  const AgentLease first = *Take("agent-1");
  EXPECT_EQ(Commit({{Put(Record("a", "first"))}, {}, first}).status, Status::kDone);
  const AgentLease second = *Take("agent-2", kNow + seconds(15));
  const AgentCommit late = Commit({{Put(Record("a", "late"))}, {SampleEntry(1)}, first});
  EXPECT_EQ(late.status, Status::kLeaseLost);
  EXPECT_EQ(Get("a")->state, "first");
  EXPECT_EQ(backend_->AuditCount(), 0);
  EXPECT_EQ(Commit({{Put(Record("a", "second"))}, {}, second}).status, Status::kDone);
  AgentLease never = second;
  never.name = "pacing/never";
  EXPECT_EQ(Commit({{Put(Record("a", "never"))}, {}, never}).status, Status::kLeaseLost);
}

TEST_P(AgentStoreContract, TellsAnOwnersEpochsApart) {
  const AgentLease first = *Take("agent-1");
  Take("agent-2", kNow + seconds(15));
  Take("agent-1", kNow + seconds(30));
  EXPECT_EQ(Commit({{Put(Record("a"))}, {}, first}).status, Status::kLeaseLost);
}

TEST_P(AgentStoreContract, TakesALeaseThatExpiredForHeldUntilSomebodyElseTakesIt) {
  const AgentLease lease = *Take("agent-1");
  EXPECT_EQ(Commit({{Put(Record("a"))}, {}, lease}).status, Status::kDone);
}

// --- Several at once ---

/// Of the stores that several threads, each with one of its own, and several processes share.
class SharedAgentStoreContract : public AgentStoreContract {};

TEST_P(SharedAgentStoreContract, GivesTheLeaseToExactlyOneOfManyAtOnce) {
  for (int round = 0; round < 5; ++round) {
    const std::string name = "pacing/" + std::to_string(round);
    std::atomic<int> winners = 0;
    {
      std::vector<std::jthread> threads;
      for (int n = 0; n < 4; ++n) {
        threads.emplace_back([&, n] {
          const auto store = backend_->Open();
          const auto lease = store->Acquire(kTenant, name, "agent-" + std::to_string(n), kNow, seconds(15));
          ASSERT_TRUE(lease) << lease.error().message;
          if (*lease) ++winners;
        });
      }
    }
    EXPECT_EQ(winners, 1);
  }
}

TEST_P(SharedAgentStoreContract, LetsOneOfManyWriteAVersion) {
  constexpr int kThreads = 4, kRounds = 15;
  Write({Put(Record("counter"))});
  std::atomic<int> written = 0;
  {
    std::vector<std::jthread> threads;
    for (int n = 0; n < kThreads; ++n) {
      threads.emplace_back([&, n] {
        const auto store = backend_->Open();
        for (int round = 0; round < kRounds; ++round) {
          const std::int64_t seen = store->Get(kTenant, "callback", "counter").value()->version;
          // In another order in each thread: nobody may end up waiting for each other.
          std::vector<AgentWrite> writes = {Put(Record("counter"), Condition::kVersion, seen)};
          writes.insert(n % 2 == 0 ? writes.begin() : writes.end(), Put(Record("beside")));
          const auto commit = store->Commit(kTenant, {{writes, {SampleEntry(1)}, {}}});
          ASSERT_TRUE(commit) << commit.error().message;
          if (commit->at(0).status == Status::kDone) ++written;
        }
      });
    }
  }
  EXPECT_EQ(Get("counter")->version, 1 + written);
  EXPECT_EQ(Get("beside")->version, written);
  EXPECT_EQ(backend_->AuditCount(), written);
  EXPECT_GE(written, kRounds);
}

TEST_P(SharedAgentStoreContract, SharesTheChainWithRunsOfApply) {
  std::vector<std::jthread> threads;
  for (int n = 0; n < 3; ++n) {
    threads.emplace_back([&] {
      const auto store = backend_->Open();
      for (int i = 0; i < 10; ++i) ASSERT_TRUE(store->Commit(kTenant, {{{}, {SampleEntry(i), SampleEntry(i)}, {}}}));
    });
  }
  threads.emplace_back([&] {
    const auto runs = backend_->OpenForRuns();
    for (int i = 0; i < 10; ++i) EXPECT_EQ(MessageOf(runs->AppendAudit(SampleEntry(i))), "");
  });
  threads.clear();
  EXPECT_EQ(backend_->AuditCount(), 70);
}

TEST_P(SharedAgentStoreContract, ALeaseHoldsBetweenProcesses) {
  const AgentLease mine = *Take("agent-1");
  store_.reset();
  const pid_t child = ::fork();
  if (child == 0) {
    const auto store = backend_->Open();
    const auto refused = store->Acquire(kTenant, "pacing/a", "agent-2", kNow, seconds(15));
    const auto taken = store->Acquire(kTenant, "pacing/a", "agent-2", kNow + seconds(15), seconds(15));
    ::_exit(refused && !*refused && taken && *taken && (*taken)->epoch == 2 ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  store_ = backend_->Open();
  EXPECT_EQ(Commit({{Put(Record("a"))}, {}, mine}).status, Status::kLeaseLost);
}

TEST_P(SharedAgentStoreContract, KeepsWhatItAnsweredWhenTheProcessIsKilled) {
  int answers[2];
  ASSERT_EQ(::pipe(answers), 0);
  store_.reset();
  const pid_t child = ::fork();
  if (child == 0) {
    const auto store = backend_->Open();
    for (int n = 0;; ++n) {
      const auto commit = store->Commit(kTenant, {{{Put(Record(std::to_string(2 * n)))}, {SampleEntry(n)}, {}},
                                                  {{Put(Record(std::to_string(2 * n + 1)))}, {SampleEntry(n)}, {}}});
      if (!commit || ::write(answers[1], ".", 1) != 1) break;
    }
    ::_exit(1);
  }
  ::close(answers[1]);
  std::int64_t answered = 0;
  for (char c = 0; answered < 12 && ::read(answers[0], &c, 1) == 1;) ++answered;
  ::kill(child, SIGKILL);
  for (char c = 0; ::read(answers[0], &c, 1) == 1;) ++answered;
  ::close(answers[0]);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  store_ = backend_->Open();
  const std::int64_t kept = store_->Count(kTenant, "callback")->at("queued");
  EXPECT_TRUE(kept == 2 * answered || kept == 2 * (answered + 1)) << kept << " of " << answered;
  EXPECT_EQ(backend_->AuditCount(), kept);
}

std::unique_ptr<Backend> MakeSqlite() {
  return std::make_unique<SqliteBackend>();
}
std::unique_ptr<Backend> MakePostgres() {
  return std::make_unique<PostgresBackend>();
}
std::unique_ptr<Backend> MakeMemory() {
  return std::make_unique<MemoryBackend>();
}

constexpr auto kNameOf = [](const auto& backend) { return std::string(backend.param.name); };

INSTANTIATE_TEST_SUITE_P(Stores, AgentStoreContract,
                         testing::Values(BackendKind{"Sqlite", MakeSqlite}, BackendKind{"Postgres", MakePostgres},
                                         BackendKind{"Memory", MakeMemory}),
                         kNameOf);
INSTANTIATE_TEST_SUITE_P(Stores, SharedAgentStoreContract,
                         testing::Values(BackendKind{"Sqlite", MakeSqlite}, BackendKind{"Postgres", MakePostgres}),
                         kNameOf);

}  // namespace
}  // namespace cxctl
