#include "store/agent_store.h"

#include <gmock/gmock.h>

#include "store/faulty_vfs.h"
#include "store/postgres_server.h"
#include "store/sample_store.h"
#include "store/sqlite_database.h"
#include "store/verify.h"

// Where the agent's store stands in its databases: stores of earlier versions, reading, disks that fail.

namespace cxctl {
namespace {

using testing::HasSubstr;

constexpr const char* kTenant = "prod-us";
/// Turns a store into what version 1 left: the agent's tables were not there.
constexpr const char* kBackToVersion1 = "DROP TABLE agent_record; DROP TABLE agent_lease; PRAGMA user_version = 1";
constexpr const char* kPostgresBackToVersion1 =
    "DROP TABLE cxctl.agent_record; DROP TABLE cxctl.agent_lease; UPDATE cxctl.meta SET version = 1";

AgentBatch BatchOf(const std::string& id) {
  AgentWrite write;
  write.record.collection = "callback";
  write.record.id = id;
  return {{write}, {SampleEntry(1)}, {}};
}

/// "" if it was stored.
std::string Store(AgentStore& store, const std::string& id) {
  const auto commits = store.Commit(kTenant, {BatchOf(id)});
  return commits ? "" : commits.error().message;
}

std::size_t CountOf(AgentStore& store) {
  AgentQuery all;
  all.collection = "callback";
  return store.List(kTenant, all).value().size();
}

/// REQUIRES: the store opens.
std::unique_ptr<AgentStore> MustOpenAgent(const std::string& url, StoreMode mode = StoreMode::kWrite) {
  auto store = OpenAgentStore(url, mode);
  if (!store) {
    ADD_FAILURE() << store.error().message;
    std::abort();
  }
  return std::move(*store);
}

void ExpectAnOldStoreIsReadAndUpgraded(const std::string& url) {
  {
    const auto old = MustOpen(url, StoreMode::kRead);
    EXPECT_EQ(AuditLines(*old).size(), 1U);
    const auto agent = MustOpenAgent(url, StoreMode::kRead);
    EXPECT_EQ(CountOf(*agent), 0U);
  }
  {
    const auto agent = MustOpenAgent(url);
    EXPECT_EQ(Store(*agent, "a"), "");
  }
  EXPECT_EQ(CountOf(*MustOpenAgent(url, StoreMode::kRead)), 1U);
  const auto store = MustOpen(url);
  EXPECT_EQ(AuditLines(*store).size(), 2U);
  EXPECT_TRUE(VerifyStore(*store)->ok());
}

TEST(AgentStoreVersions, AnOldSqliteStoreIsReadAndUpgraded) {
  const TemporaryFolder folder;
  const std::string url = "sqlite:" + folder.File("state.db");
  ASSERT_EQ(MessageOf(MustOpen(url)->AppendAudit(SampleEntry(1))), "");
  RunSql(folder.File("state.db"), kBackToVersion1);
  ExpectAnOldStoreIsReadAndUpgraded(url);
}

TEST(AgentStoreVersions, AnOldPostgresStoreIsReadAndUpgraded) {
  const TemporaryDatabase database;
  ASSERT_EQ(MessageOf(MustOpen(database.Url())->AppendAudit(SampleEntry(1))), "");
  database.Run(kPostgresBackToVersion1);
  ExpectAnOldStoreIsReadAndUpgraded(database.Url());
}

TEST(AgentStoreVersions, AStateStoreOpenedForWritingUpgradesAsWell) {
  const TemporaryFolder folder;
  const std::string url = "sqlite:" + folder.File("state.db");
  MustOpen(url);
  RunSql(folder.File("state.db"), kBackToVersion1);
  const auto runs = MustOpen(url);
  EXPECT_EQ(Store(*MustOpenAgent(url), "a"), "");
  EXPECT_EQ(MessageOf(runs->AppendAudit(SampleEntry(1))), "");
}

TEST(AgentStoreVersions, AReaderLeavesAnOldStoreAsItIs) {
  const TemporaryFolder folder;
  const std::string url = "sqlite:" + folder.File("state.db");
  MustOpen(url);
  RunSql(folder.File("state.db"), kBackToVersion1);
  MustOpenAgent(url, StoreMode::kRead);
  const auto raw = SqliteDatabase::Open(folder.File("state.db"), "state.db", SqliteDatabase::Access::kReadOnly);
  EXPECT_EQ((*raw)->QueryInt("PRAGMA user_version").value(), 1);
}

TEST(AgentStoreRead, TakesAMissingStoreAsAnEmptyOneAndWritesNothing) {
  const TemporaryFolder folder;
  const std::string url = "sqlite:" + folder.File("state.db");
  EXPECT_EQ(CountOf(*MustOpenAgent(url, StoreMode::kRead)), 0U);
  EXPECT_FALSE(std::filesystem::exists(folder.File("state.db")));
  MustOpenAgent(url);
  EXPECT_NE(Store(*MustOpenAgent(url, StoreMode::kRead), "a"), "");
  EXPECT_EQ(CountOf(*MustOpenAgent(url)), 0U);
}

TEST(AgentStoreUrl, IsThatOfTheStateStore) {
  const auto store = OpenAgentStore("mysql://user:secret@host/db", StoreMode::kWrite);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::kUsage);
  EXPECT_THAT(store.error().message, HasSubstr("sqlite:PATH"));
}

// Looking for work is what the agent does all day: it must not walk through all that it remembers.
TEST(AgentStoreIndices, ServeDueAndStateQueries) {
  const TemporaryFolder folder;
  MustOpenAgent("sqlite:" + folder.File("state.db"));
  const auto raw = SqliteDatabase::Open(folder.File("state.db"), "state.db", SqliteDatabase::Access::kReadOnly);
  const auto plan = [&](const char* sql) {
    SqliteQuery query(**raw, sql);
    std::string text;
    while (query.Step().value()) text += query.Text(3) + "\n";
    return text;
  };
  EXPECT_THAT(plan("EXPLAIN QUERY PLAN SELECT body FROM agent_record WHERE tenant = 'a' AND collection = 'b' "
                   "AND state = 'c' AND due <= 9 ORDER BY due, id LIMIT 9"),
              testing::AllOf(HasSubstr("agent_record_state"), testing::Not(HasSubstr("TEMP B-TREE"))));
  EXPECT_THAT(plan("EXPLAIN QUERY PLAN SELECT body FROM agent_record WHERE tenant = 'a' AND collection = 'b' "
                   "AND due <= 9 ORDER BY due, id LIMIT 9"),
              testing::AllOf(HasSubstr("agent_record_due"), testing::Not(HasSubstr("TEMP B-TREE"))));
  EXPECT_THAT(plan("EXPLAIN QUERY PLAN SELECT due FROM agent_record WHERE tenant = 'a' AND collection = 'b' "
                   "AND due IS NOT NULL ORDER BY due LIMIT 1"),
              HasSubstr("agent_record_due"));
  EXPECT_THAT(plan("EXPLAIN QUERY PLAN SELECT state, count(*) FROM agent_record WHERE tenant = 'a' "
                   "AND collection = 'b' GROUP BY state"),
              HasSubstr("USING COVERING INDEX agent_record_state"));
}

struct Fault {
  const char* name;
  int code;
  bool persistent;
};

void PrintTo(const Fault& fault, std::ostream* out) {
  *out << fault.name;
}

class AgentStoreFault : public testing::TestWithParam<Fault> {};

/// Fails every write, sync and truncation of a commit in turn.
TEST_P(AgentStoreFault, ChangesNothingAndSaysWhy) {
  bool reached = true;
  for (int call = 0; reached; ++call) {
    const TemporaryFolder folder;
    const std::string url = "sqlite:" + folder.File("state.db");
    FaultyVfs disk;
    {
      const auto store = MustOpenAgent(url);
      ASSERT_EQ(Store(*store, "before"), "");
      disk.FailAt(call, GetParam().code, GetParam().persistent);
      const auto result = store->Commit(kTenant, {BatchOf("a"), BatchOf("b")});
      reached = disk.failed();
      ASSERT_EQ(result.has_value(), !reached);
      if (reached) {
        EXPECT_EQ(result.error().code, ErrorCode::kIo) << result.error().message;
        EXPECT_THAT(result.error().message, HasSubstr("disk"));
      }
      disk.Heal();
    }
    EXPECT_EQ(CountOf(*MustOpenAgent(url)), reached ? 1U : 3U);
    const auto store = MustOpen(url);
    EXPECT_EQ(store->Head()->count, reached ? 1 : 3);
    EXPECT_TRUE(VerifyStore(*store)->ok());
    ASSERT_LT(call, 100);
  }
}

/// The same for the upgrade of a store of version 1.
TEST_P(AgentStoreFault, LeavesNoHalfUpgradedStore) {
  bool reached = true;
  for (int call = 0; reached; ++call) {
    const TemporaryFolder folder;
    const std::string url = "sqlite:" + folder.File("state.db");
    ASSERT_EQ(MessageOf(MustOpen(url)->AppendAudit(SampleEntry(1))), "");
    RunSql(folder.File("state.db"), kBackToVersion1);
    FaultyVfs disk;
    disk.FailAt(call, GetParam().code, GetParam().persistent);
    {
      const auto store = OpenAgentStore(url, StoreMode::kWrite);
      if (!store) {
        EXPECT_EQ(store.error().code, ErrorCode::kIo) << store.error().message;
      }
    }
    reached = disk.failed();
    disk.Heal();
    EXPECT_EQ(Store(*MustOpenAgent(url), "a"), "");
    EXPECT_TRUE(VerifyStore(*MustOpen(url))->ok());
    ASSERT_LT(call, 100);
  }
}

INSTANTIATE_TEST_SUITE_P(Disk, AgentStoreFault,
                         testing::Values(Fault{"FullOnce", SQLITE_FULL, false}, Fault{"FullForGood", SQLITE_FULL, true},
                                         Fault{"BrokenOnce", SQLITE_IOERR_WRITE, false},
                                         Fault{"BrokenForGood", SQLITE_IOERR_WRITE, true}),
                         [](const auto& fault) { return std::string(fault.param.name); });

class PostgresAgentStore : public testing::Test {
 protected:
  void CutConnections() {
    database_.Administer(
        fmt::format("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'", database_.name()));
  }
  TemporaryDatabase database_;
};

TEST_F(PostgresAgentStore, ConnectsAgainWhenItsConnectionWasLost) {
  const auto store = MustOpenAgent(database_.Url());
  CutConnections();
  EXPECT_EQ(Store(*store, "a"), "");
  CutConnections();
  EXPECT_TRUE(store->Acquire(kTenant, "pacing/a", "agent-1", kNow, std::chrono::seconds(15)).value());
  EXPECT_EQ(CountOf(*store), 1U);
}

TEST_F(PostgresAgentStore, ReadsAgainWhenItsConnectionWasLost) {
  const auto store = MustOpenAgent(database_.Url());
  EXPECT_EQ(Store(*store, "a"), "");
  CutConnections();
  EXPECT_EQ(CountOf(*store), 1U);
}

TEST_F(PostgresAgentStore, SaysWhatItCannotStore) {
  const auto store = MustOpenAgent(database_.Url());
  EXPECT_THAT(Store(*store, std::string("a\0b", 3)), HasSubstr("NUL character"));
  EXPECT_EQ(Store(*store, "a"), "");
}

TEST_F(PostgresAgentStore, ReadingMakesNothing) {
  EXPECT_EQ(CountOf(*MustOpenAgent(database_.Url(), StoreMode::kRead)), 0U);
  const auto raw = PostgresDatabase::Open(database_.Url(), false);
  EXPECT_EQ((*raw)->Query("SELECT count(*) FROM pg_namespace WHERE nspname = 'cxctl'")->Int(0, 0), 0);
}

}  // namespace
}  // namespace cxctl
