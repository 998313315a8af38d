#include "store/postgres_store.h"

#include <gmock/gmock.h>
#include <sys/wait.h>

#include "store/postgres_server.h"
#include "store/sample_store.h"
#include "store/verify.h"

// What PostgreSQL has of its own, beside what every store promises (state_store_contract_test.cc).

namespace cxctl {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class PostgresStoreTest : public testing::Test {
 protected:
  /// Ends all connections to the database but the administrator's.
  void CutConnections() {
    database_.Administer(
        fmt::format("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'", database_.name()));
  }
  std::string Opened(const std::string& url, StoreMode mode = StoreMode::kWrite) {
    const auto store = OpenStateStore(url, mode);
    return store ? "" : store.error().message;
  }
  TemporaryDatabase database_;
};

TEST_F(PostgresStoreTest, BothSchemesName) {
  EXPECT_EQ(Opened(database_.Url()), "");
  EXPECT_EQ(Opened("postgres" + database_.Url().substr(std::string("postgresql").size())), "");
}

TEST_F(PostgresStoreTest, ReadingMakesNothing) {
  const auto store = MustOpen(database_.Url(), StoreMode::kRead);
  EXPECT_TRUE(store->Applied("prod-us")->empty());
  EXPECT_EQ(store->Head()->count, 0);
  const auto raw = PostgresDatabase::Open(database_.Url(), false);
  const auto schema = (*raw)->Query("SELECT count(*) FROM pg_namespace WHERE nspname = 'cxctl'");
  EXPECT_EQ(schema->Int(0, 0), 0);
}

TEST_F(PostgresStoreTest, AReaderCannotWrite) {
  MustOpen(database_.Url());
  const auto store = MustOpen(database_.Url(), StoreMode::kRead);
  EXPECT_THAT(MessageOf(store->AppendAudit(SampleEntry(1))), HasSubstr("read-only"));
}

TEST_F(PostgresStoreTest, ErrorsNameTheStoreWithoutItsPassword) {
  const std::string url = database_.Url();
  const std::size_t begin = url.find("canary-");
  const std::string password = url.substr(begin, url.find('@') - begin);
  std::string wrong = url;
  wrong.replace(begin, password.size(), "canary-wrong");
  const std::vector<std::string> urls = {wrong,
                                         url + "_not_there",
                                         "postgresql://u:canary-x@127.0.0.1:1/db",
                                         "postgresql://u:canary-x@no.such.host.invalid/d",
                                         "postgresql://u:canary-x@127.0.0.1:port/db",
                                         "postgresql://u@127.0.0.1:1/db?password=canary-x",
                                         "postgresql://u:canary@x@127.0.0.1:1/db"};
  for (const std::string& each : urls) {
    EXPECT_THAT(Opened(each), AllOf(HasSubstr("state store"), Not(HasSubstr("canary")), Not(HasSubstr("x@1")))) << each;
  }
}

TEST_F(PostgresStoreTest, AStoreOfALaterVersionIsLeftAlone) {
  MustOpen(database_.Url());
  database_.Run("UPDATE cxctl.meta SET version = 3");
  for (const StoreMode mode : {StoreMode::kRead, StoreMode::kWrite})
    EXPECT_THAT(Opened(database_.Url(), mode), HasSubstr("has format 3"));
}

TEST_F(PostgresStoreTest, AConnectionThatWasLostBetweenCallsIsMadeAgain) {
  const auto store = MustOpen(database_.Url());
  ASSERT_EQ(MessageOf(store->AppendAudit(SampleEntry(1))), "");
  CutConnections();
  EXPECT_EQ(MessageOf(store->AppendAudit(SampleEntry(2))), "");
  EXPECT_EQ(AuditLines(*store).size(), 2u);
}

TEST_F(PostgresStoreTest, ATransactionThatIsCutOffLeavesNothing) {
  const auto store = MustOpen(database_.Url());
  auto raw = PostgresDatabase::Open(database_.Url(), false);
  ASSERT_TRUE(raw);
  {
    PostgresTransaction transaction(**raw);
    ASSERT_TRUE(transaction.Begin());
    ASSERT_TRUE((*raw)->Execute("INSERT INTO audit (seq, line) VALUES (1, 'x')"));
    CutConnections();
    const auto committed = transaction.Commit();
    ASSERT_FALSE(committed);
    EXPECT_THAT(committed.error().message, HasSubstr("nothing was stored"));
  }
  EXPECT_EQ(AuditLines(*MustOpen(database_.Url())).size(), 0u);
}

TEST_F(PostgresStoreTest, ATransactionThatCannotEndIsSaidToBeRolledBack) {
  MustOpen(database_.Url());
  auto raw = PostgresDatabase::Open(database_.Url(), false);
  PostgresTransaction transaction(**raw);
  ASSERT_TRUE(transaction.Begin());
  EXPECT_FALSE((*raw)->Execute("INSERT INTO nowhere VALUES (1)"));
  // COMMIT of a failed transaction is answered with ROLLBACK, and with success.
  EXPECT_FALSE(transaction.Commit());
}

TEST_F(PostgresStoreTest, ALeaseHoldsBetweenProcesses) {
  const auto store = MustOpen(database_.Url());
  ASSERT_FALSE(*store->Acquire(SampleLease("run-1"), kNow, nullptr));
  const pid_t child = ::fork();
  if (child == 0) {
    const auto other = OpenStateStore(database_.Url(), StoreMode::kWrite);
    const auto holder = (*other)->Acquire(SampleLease("run-2"), kNow, nullptr);
    const bool refused = holder && *holder && (*holder)->run == "run-1";
    const auto late = (*other)->Acquire(SampleLease("run-2"), kNow + std::chrono::seconds(31), nullptr);
    ::_exit(refused && late && !*late ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  const auto refused = store->Commit("prod-us", "run-1", {{SampleIntent("a", "run-1")}, {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kRefused);
  EXPECT_THAT(refused.error().message, HasSubstr("run run-2 of ci@run-2 does"));
}

TEST_F(PostgresStoreTest, WhatCannotBeStoredIsSaid) {
  const auto store = MustOpen(database_.Url());
  ASSERT_FALSE(*store->Acquire(SampleLease("run-1"), kNow, nullptr));
  Intent intent = SampleIntent("a", "run-1");
  intent.identity = std::string("a\0b", 3);
  EXPECT_THAT(MessageOf(store->Commit("prod-us", "run-1", {{intent}, {}})), HasSubstr("NUL character"));
  EXPECT_TRUE(store->OpenIntents("prod-us")->empty());
}

}  // namespace
}  // namespace cxctl
