#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "audit/sample_records.h"
#include "store/state_store.h"

namespace cxctl {

/// A folder of its own, removed with everything in it at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = testing::TempDir() + "/cxctl-store-XXXXXX";
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string File(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Does to a database file what our own code never does.
inline void RunSql(const std::string& file, const std::string& sql) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr), SQLITE_OK);
  const int code = sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr);
  EXPECT_EQ(code, SQLITE_OK) << sqlite3_errmsg(database) << ": " << sql;
  EXPECT_EQ(sqlite3_close(database), SQLITE_OK);
}

inline constexpr Instant kNow{1795209313000000};

inline Lease SampleLease(const std::string& run, const std::string& tenant = "prod-us") {
  Lease lease;
  lease.tenant = tenant;
  lease.run = run;
  lease.holder = "ci@" + run;
  lease.host = "build-1";
  lease.pid = 4711;
  lease.process_start = "123456";
  lease.since = kNow;
  lease.expires = kNow + std::chrono::seconds(30);
  return lease;
}

inline Intent SampleIntent(const std::string& id, const std::string& run) {
  Intent intent;
  intent.id = id;
  intent.run = run;
  intent.address = "CampaignSchedule/" + id;
  intent.kind = "CampaignSchedule";
  intent.action = "create";
  intent.scope = "camp-1";
  intent.identity = "Live " + id;
  intent.live_id = "live-" + id;
  intent.idempotency_key = "key-" + id;
  intent.etag_before = "\"7\"";
  intent.before = R"({"a":1})";
  intent.after = R"({"a":2})";
  intent.content = R"({"a":3})";
  intent.lifecycle = R"({"removal":"delete"})";
  intent.payload_sha256 = std::string(64, 'c');
  intent.started = kNow;
  return intent;
}

inline AppliedObject SampleApplied(const std::string& address, const std::string& run) {
  AppliedObject object;
  object.address = address;
  object.kind = "CampaignSchedule";
  object.live_id = "live-1";
  object.scope = "camp-1";
  object.identity = "Live name";
  object.content = R"({"name":"Größe"})";
  object.lifecycle = R"({"preventDestroy":true,"removal":"delete"})";
  object.run = run;
  object.applied_at = kNow;
  return object;
}

/// A completion of the intent with an audit record.
inline Completion SampleCompletion(const std::string& intent_id, std::int64_t number) {
  Completion completion;
  completion.intent_id = intent_id;
  completion.audit = SampleEntry(number);
  return completion;
}

/// REQUIRES: the store opens.
inline std::unique_ptr<StateStore> MustOpen(const std::string& url, StoreMode mode = StoreMode::kWrite) {
  auto store = OpenStateStore(url, mode);
  if (!store) {
    ADD_FAILURE() << store.error().message;
    std::abort();
  }
  return std::move(*store);
}

inline std::vector<std::string> AuditLines(StateStore& store, std::int64_t from = 1) {
  std::vector<std::string> lines;
  const auto read = store.ReadAudit(from, [&](std::string_view line) {
    lines.emplace_back(line);
    return true;
  });
  EXPECT_TRUE(read) << read.error().message;
  return lines;
}

inline std::string MessageOf(const Result<void>& result) {
  return result ? "" : result.error().message;
}

}  // namespace cxctl
