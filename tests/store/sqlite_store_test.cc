#include "store/sqlite_store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "store/faulty_vfs.h"
#include "store/sample_store.h"
#include "store/verify.h"

namespace cxctl {
namespace {

using Files = std::map<std::string, std::string>;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void WriteFile(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

/// Every file under the folder with its content. The index of the log is left out: it is scratch memory.
Files FilesIn(const TemporaryFolder& folder) {
  Files files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
    const std::string name = entry.path().string().substr(folder.path().size());
    if (entry.is_regular_file() && !name.ends_with("-shm")) files[name] = ReadFile(entry.path());
  }
  return files;
}

mode_t ModeOf(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777;
}

std::string Url(const std::string& path) {
  return "sqlite:" + path;
}

/// The error of an opening that fails.
Error OpenError(const std::string& url, StoreMode mode = StoreMode::kWrite) {
  const auto store = OpenStateStore(url, mode);
  return store ? Error{ErrorCode::kInternal, "it opened"} : store.error();
}

void MakeStoreWithRecords(const std::string& file, std::int64_t records) {
  const auto store = MustOpen(Url(file));
  for (std::int64_t n = 1; n <= records; ++n) ASSERT_EQ(MessageOf(store->AppendAudit(SampleEntry(n))), "");
}

/// As after `kill -9` of the writer: its records stand in the log only.
void MakeStoreOfKilledWriter(const std::string& file, std::int64_t records) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto store = OpenStateStore(Url(file), StoreMode::kWrite);
    bool good = store.has_value();
    for (std::int64_t n = 1; good && n <= records; ++n) good = (*store)->AppendAudit(SampleEntry(n)).has_value();
    ::_exit(good ? 0 : 1);
  }
  int status = 1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
}

// --- URLs ---

TEST(OpenStateStore, RefusesUrlsThatNameNoStore) {
  for (const char* url :
       {"", "state.db", ".cxctl/state.db", "sqlite", "sqlite:", "sqlite:folder/", "sqlite://host/state.db",
        "SQLITE:state.db", "mysql://user:secret@host/db", "mysql://user:secret@host/db"}) {
    const Error error = OpenError(url);
    EXPECT_EQ(error.code, ErrorCode::kUsage) << url;
    EXPECT_NE(error.message.find("sqlite:PATH"), std::string::npos) << error.message;
    EXPECT_EQ(error.message.find("secret"), std::string::npos) << error.message;
  }
}

TEST(OpenStateStore, TakesPathsAsTheyAre) {
  const TemporaryFolder folder;
  for (const char* name : {"state.db", "with space.db", "100%.db", "a?b=c#d.db", "Größe.db", "file:x.db", ":memory:"}) {
    MakeStoreWithRecords(folder.File(name), 1);
    EXPECT_TRUE(std::filesystem::exists(folder.File(name))) << name;
    EXPECT_EQ(AuditLines(*MustOpen(Url(folder.File(name)), StoreMode::kRead)).size(), 1U) << name;
  }
}

TEST(OpenStateStore, TakesAbsolutePathsInUrlForm) {
  const TemporaryFolder folder;
  MakeStoreWithRecords(folder.File("state.db"), 1);
  EXPECT_EQ(AuditLines(*MustOpen("sqlite://" + folder.File("state.db"), StoreMode::kRead)).size(), 1U);
}

// --- Files ---

TEST(SqliteStoreFile, IsForItsOwnerOnlyWhateverTheUmask) {
  const TemporaryFolder folder;
  const mode_t umask_before = ::umask(0);
  {
    const auto store = MustOpen(Url(folder.File("a/b/state.db")));
    EXPECT_EQ(MessageOf(store->AppendAudit(SampleEntry(1))), "");
    for (const char* name : {"a/b/state.db", "a/b/state.db-wal", "a/b/state.db-shm"}) {
      EXPECT_EQ(ModeOf(folder.File(name)), 0600U) << name;
    }
  }
  ::umask(umask_before);
  EXPECT_EQ(ModeOf(folder.File("a")), 0700U);
  EXPECT_EQ(ModeOf(folder.File("a/b")), 0700U);
}

TEST(SqliteStoreFile, IsDurableAndChecked) {
  const TemporaryFolder folder;
  MakeStoreWithRecords(folder.File("state.db"), 1);
  auto database = SqliteDatabase::Open(folder.File("state.db"), "state.db", SqliteDatabase::Access::kReadWrite);
  ASSERT_TRUE(database) << database.error().message;
  EXPECT_EQ((*database)->QueryText("PRAGMA journal_mode").value(), "wal");
  EXPECT_EQ((*database)->QueryInt("PRAGMA synchronous").value(), 2);
  EXPECT_EQ((*database)->QueryInt("PRAGMA foreign_keys").value(), 1);
  EXPECT_EQ((*database)->QueryInt("PRAGMA trusted_schema").value(), 0);
  EXPECT_EQ((*database)->QueryInt("PRAGMA busy_timeout").value(), 5000);
  EXPECT_EQ((*database)->QueryInt("PRAGMA user_version").value(), 2);
}

TEST(SqliteStoreFile, IsNotReachedThroughASymbolicLink) {
  const TemporaryFolder folder;
  MakeStoreWithRecords(folder.File("real.db"), 1);
  std::filesystem::create_symlink(folder.File("real.db"), folder.File("link.db"));
  std::filesystem::create_symlink(folder.File("nowhere.db"), folder.File("dangling.db"));
  for (const char* name : {"link.db", "dangling.db"}) {
    for (const StoreMode mode : {StoreMode::kRead, StoreMode::kWrite}) {
      const Error error = OpenError(Url(folder.File(name)), mode);
      EXPECT_EQ(error.code, ErrorCode::kIo) << name;
      EXPECT_NE(error.message.find("symbolic link"), std::string::npos) << error.message;
    }
  }
  EXPECT_FALSE(std::filesystem::exists(folder.File("nowhere.db")));
}

TEST(SqliteStoreFile, MayStandInALinkedFolder) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.File("real"));
  std::filesystem::create_directory_symlink(folder.File("real"), folder.File("link"));
  MakeStoreWithRecords(folder.File("link/state.db"), 1);
  EXPECT_TRUE(std::filesystem::exists(folder.File("real/state.db")));
}

TEST(SqliteStoreFile, RefusesAPlantedLog) {
  for (const char* suffix : {"-wal", "-shm", "-journal"}) {
    const TemporaryFolder folder;
    MakeStoreWithRecords(folder.File("state.db"), 1);
    WriteFile(folder.File("victim"), "precious");
    std::filesystem::create_symlink(folder.File("victim"), folder.File("state.db") + suffix);
    EXPECT_NE(OpenError(Url(folder.File("state.db"))).message.find(suffix), std::string::npos);
    EXPECT_EQ(ReadFile(folder.File("victim")), "precious");
  }
}

TEST(SqliteStoreFile, SaysWhyItCannotBeMade) {
  const TemporaryFolder folder;
  WriteFile(folder.File("file"), "");
  std::filesystem::create_directory(folder.File("folder.db"));
  const std::string paths[] = {folder.File("file/state.db"),
                               folder.File("file/deep/state.db"),
                               folder.File("folder.db"),
                               "/proc/cxctl/state.db",
                               "/dev/null",
                               folder.File(std::string(300, 'x'))};
  for (const std::string& path : paths) {
    const Error error = OpenError(Url(path));
    EXPECT_EQ(error.code, ErrorCode::kIo) << error.message;
    EXPECT_NE(error.message.find(path), std::string::npos) << error.message;
  }
}

TEST(SqliteStoreFile, NeedsAFolderThatCanBeWritten) {
  if (::geteuid() == 0) GTEST_SKIP() << "the superuser may write anywhere";
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.File("locked"));
  ::chmod(folder.File("locked").c_str(), 0500);
  const Error error = OpenError(Url(folder.File("locked/state.db")));
  EXPECT_EQ(error.code, ErrorCode::kIo);
  EXPECT_NE(error.message.find("Permission denied"), std::string::npos) << error.message;
  ::chmod(folder.File("locked").c_str(), 0700);
}

// --- Reading without a trace ---

TEST(SqliteStoreRead, TakesAMissingStoreAsAnEmptyOne) {
  const TemporaryFolder folder;
  WriteFile(folder.File("empty.db"), "");
  const Files before = FilesIn(folder);
  for (const char* name : {"state.db", "no/such/folder/state.db", "empty.db"}) {
    const auto store = MustOpen(Url(folder.File(name)), StoreMode::kRead);
    EXPECT_TRUE(store->Applied("prod-us")->empty());
    EXPECT_TRUE(store->OpenIntents("prod-us")->empty());
    EXPECT_EQ(store->Head()->count, 0);
    EXPECT_TRUE(VerifyStore(*store)->ok());
  }
  EXPECT_EQ(FilesIn(folder), before);
  EXPECT_FALSE(std::filesystem::exists(folder.File("no")));
}

TEST(SqliteStoreRead, ReadsAClosedStoreAndLeavesNothingBehind) {
  const TemporaryFolder folder;
  MakeStoreWithRecords(folder.File("state.db"), 3);
  const Files before = FilesIn(folder);
  EXPECT_EQ(before.size(), 1U);
  const auto time_before = std::filesystem::last_write_time(folder.File("state.db"));
  EXPECT_EQ(AuditLines(*MustOpen(Url(folder.File("state.db")), StoreMode::kRead)), SampleChain(3));
  EXPECT_EQ(FilesIn(folder), before);
  EXPECT_FALSE(std::filesystem::exists(folder.File("state.db-shm")));
  EXPECT_EQ(std::filesystem::last_write_time(folder.File("state.db")), time_before);
}

TEST(SqliteStoreRead, ReadsTheLogOfAKilledWriterAndLeavesItAsItIs) {
  const TemporaryFolder folder;
  MakeStoreOfKilledWriter(folder.File("state.db"), 3);
  const Files before = FilesIn(folder);
  ASSERT_FALSE(before.at("/state.db-wal").empty());
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(AuditLines(*MustOpen(Url(folder.File("state.db")), StoreMode::kRead)), SampleChain(3));
    EXPECT_EQ(FilesIn(folder), before);
  }
  // The index is made anew when it is gone, or belongs to another log.
  std::filesystem::remove(folder.File("state.db-shm"));
  EXPECT_EQ(AuditLines(*MustOpen(Url(folder.File("state.db")), StoreMode::kRead)), SampleChain(3));
  EXPECT_EQ(FilesIn(folder), before);
}

TEST(SqliteStoreRead, ReadsBesideAWriter) {
  const TemporaryFolder folder;
  const auto writer = MustOpen(Url(folder.File("state.db")));
  ASSERT_EQ(MessageOf(writer->AppendAudit(SampleEntry(1))), "");
  const auto reader = MustOpen(Url(folder.File("state.db")), StoreMode::kRead);
  EXPECT_EQ(AuditLines(*reader).size(), 1U);
  ASSERT_EQ(MessageOf(writer->AppendAudit(SampleEntry(2))), "");
  EXPECT_EQ(AuditLines(*reader), SampleChain(2));
}

TEST(SqliteStoreRead, DoesNotWrite) {
  const TemporaryFolder folder;
  MakeStoreWithRecords(folder.File("state.db"), 1);
  const auto store = MustOpen(Url(folder.File("state.db")), StoreMode::kRead);
  EXPECT_EQ(store->AppendAudit(SampleEntry(2)).error().code, ErrorCode::kIo);
  EXPECT_EQ(store->Commit("prod-us", "run-1", {}).error().code, ErrorCode::kIo);
  EXPECT_FALSE(store->Acquire(SampleLease("run-1"), kNow, {}));
  EXPECT_EQ(AuditLines(*store), SampleChain(1));
}

TEST(SqliteStoreRead, ReadsWithoutAnyLockWhereNothingCanBeWritten) {
  const TemporaryFolder folder;
  MakeStoreWithRecords(folder.File("100% state?.db"), 2);
  auto database = SqliteDatabase::Open(folder.File("100% state?.db"), "state", SqliteDatabase::Access::kImmutable);
  ASSERT_TRUE(database) << database.error().message;
  SqliteStore store(std::move(*database));
  EXPECT_EQ(AuditLines(store), SampleChain(2));
  EXPECT_FALSE(store.AppendAudit(SampleEntry(3)));
  EXPECT_EQ(FilesIn(folder).size(), 1U);
}

TEST(SqliteStoreRead, ReadsInAFolderThatCannotBeWritten) {
  if (::geteuid() == 0) GTEST_SKIP() << "the superuser may write anywhere";
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.File("locked"));
  MakeStoreWithRecords(folder.File("locked/state.db"), 2);
  ::chmod(folder.File("locked/state.db").c_str(), 0400);
  ::chmod(folder.File("locked").c_str(), 0500);
  EXPECT_EQ(AuditLines(*MustOpen(Url(folder.File("locked/state.db")), StoreMode::kRead)), SampleChain(2));
  ::chmod(folder.File("locked").c_str(), 0700);
}

// --- Damage ---

TEST(SqliteStoreDamage, IsNamedForWhatItIs) {
  struct Row {
    const char* sql;
    const char* says;
  };
  const Row rows[] = {
      {"PRAGMA user_version = 3", "format 3"},
      {"PRAGMA user_version = 0", "another program"},
      {"PRAGMA application_id = 0", "another program"},
      {"DROP TABLE audit", "no such table"},
  };
  for (const Row& row : rows) {
    const TemporaryFolder folder;
    MakeStoreWithRecords(folder.File("state.db"), 1);
    RunSql(folder.File("state.db"), row.sql);
    const auto store = OpenStateStore(Url(folder.File("state.db")), StoreMode::kRead);
    const Error error = store ? VerifyStore(**store).error() : store.error();
    EXPECT_NE(error.message.find(row.says), std::string::npos) << error.message;
    EXPECT_EQ(error.code, ErrorCode::kIntegrity) << error.message;
  }
}

TEST(SqliteStoreDamage, LeavesTheDatabaseOfAnotherProgramAlone) {
  const TemporaryFolder folder;
  RunSql(folder.File("other.db"), "CREATE TABLE t (x)");
  const Files before = FilesIn(folder);
  EXPECT_EQ(OpenError(Url(folder.File("other.db"))).code, ErrorCode::kIntegrity);
  EXPECT_EQ(FilesIn(folder), before);
}

TEST(SqliteStoreDamage, LeavesAFileThatIsNoDatabaseAlone) {
  const TemporaryFolder folder;
  for (const std::string& content : {std::string("# notes\n"), std::string(5000, 'x'), std::string(4096, '\0')}) {
    WriteFile(folder.File("notes.md"), content);
    for (const StoreMode mode : {StoreMode::kRead, StoreMode::kWrite}) {
      const Error error = OpenError(Url(folder.File("notes.md")), mode);
      EXPECT_EQ(error.code, ErrorCode::kIntegrity) << error.message;
      EXPECT_NE(error.message.find("notes.md"), std::string::npos) << error.message;
      EXPECT_EQ(FilesIn(folder), (Files{{"/notes.md", content}}));
    }
  }
}

TEST(SqliteStoreDamage, DoesNotTakeACutFileForAnEmptyStore) {
  const TemporaryFolder folder;
  MakeStoreOfKilledWriter(folder.File("state.db"), 3);
  for (const std::uintmax_t size : {std::uintmax_t{511}, std::uintmax_t{1}, std::uintmax_t{0}}) {
    std::filesystem::resize_file(folder.File("state.db"), size);
    const Files before = FilesIn(folder);
    for (const StoreMode mode : {StoreMode::kRead, StoreMode::kWrite}) {
      const Error error = OpenError(Url(folder.File("state.db")), mode);
      EXPECT_EQ(error.code, ErrorCode::kIntegrity) << error.message;
      EXPECT_EQ(FilesIn(folder), before);
    }
  }
}

/// Whatever is done to a file: a clear error, or a problem, or the change was where nothing of the chain stands.
void ExpectFoundOrHarmless(const std::string& path, const std::string& what) {
  const auto store = OpenStateStore(Url(path), StoreMode::kRead);
  const auto report = store ? VerifyStore(**store) : Result<ChainReport>(std::unexpected(store.error()));
  if (!report) {
    EXPECT_TRUE(report.error().code == ErrorCode::kIntegrity || report.error().code == ErrorCode::kIo) << what;
  } else if (report->ok()) {
    EXPECT_EQ(AuditLines(**store), SampleChain(8)) << what;
  }
}

TEST(SqliteStoreDamage, NeverPassesForAWholeChain) {
  const TemporaryFolder folder;
  const std::string path = folder.File("state.db");
  MakeStoreWithRecords(path, 8);
  const std::string whole = ReadFile(path);
  for (std::size_t at = 0; at < whole.size(); at += 97) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x15);
    WriteFile(path, damaged);
    ExpectFoundOrHarmless(path, "byte " + std::to_string(at));
  }
  for (std::size_t size = 1; size < whole.size(); size += 997) {
    WriteFile(path, whole.substr(0, size));
    ExpectFoundOrHarmless(path, "cut to " + std::to_string(size));
  }
}

// --- A disk that fails ---

struct Fault {
  const char* name;
  int code;
  bool persistent;
};

void PrintTo(const Fault& fault, std::ostream* out) {
  *out << fault.name;
}

class SqliteStoreFault : public testing::TestWithParam<Fault> {};

StoreBatch BatchOfEverything() {
  Completion completion = SampleCompletion("a", 1);
  completion.put = {SampleApplied("K/a", "run-1")};
  return {{SampleIntent("b", "run-1")}, {completion}};
}

/// Fails every write, sync and truncation of a commit in turn.
TEST_P(SqliteStoreFault, ChangesNothingAndSaysWhy) {
  bool reached = true;
  for (int call = 0; reached; ++call) {
    const TemporaryFolder folder;
    const std::string url = Url(folder.File("state.db"));
    FaultyVfs disk;
    {
      const auto store = MustOpen(url);
      ASSERT_FALSE(store->Acquire(SampleLease("run-1"), kNow, {}).value());
      ASSERT_EQ(MessageOf(store->Commit("prod-us", "run-1", {{SampleIntent("a", "run-1")}, {}})), "");
      disk.FailAt(call, GetParam().code, GetParam().persistent);
      const auto result = store->Commit("prod-us", "run-1", BatchOfEverything());
      reached = disk.failed();
      ASSERT_EQ(result.has_value(), !reached);
      if (reached) {
        EXPECT_EQ(result.error().code, ErrorCode::kIo) << result.error().message;
        EXPECT_NE(result.error().message.find("disk"), std::string::npos) << result.error().message;
      }
      disk.Heal();
    }
    const auto store = MustOpen(url);
    EXPECT_EQ(store->OpenIntents("prod-us")->front().id, reached ? "a" : "b");
    EXPECT_EQ(store->Applied("prod-us")->size(), reached ? 0U : 1U);
    EXPECT_EQ(store->Head()->count, reached ? 0 : 1);
    EXPECT_TRUE(VerifyStore(*store)->ok());
    ASSERT_LT(call, 100);
  }
}

/// The same for the making of a store.
TEST_P(SqliteStoreFault, LeavesNoHalfMadeStore) {
  bool reached = true;
  for (int call = 0; reached; ++call) {
    const TemporaryFolder folder;
    FaultyVfs disk;
    disk.FailAt(call, GetParam().code, GetParam().persistent);
    {
      const auto store = OpenStateStore(Url(folder.File("state.db")), StoreMode::kWrite);
      if (!store) {
        EXPECT_EQ(store.error().code, ErrorCode::kIo) << store.error().message;
      }
    }
    reached = disk.failed();
    disk.Heal();
    const auto store = MustOpen(Url(folder.File("state.db")));
    EXPECT_EQ(MessageOf(store->AppendAudit(SampleEntry(1))), "");
    EXPECT_TRUE(VerifyStore(*store)->ok());
    ASSERT_LT(call, 100);
  }
}

INSTANTIATE_TEST_SUITE_P(Disk, SqliteStoreFault,
                         testing::Values(Fault{"FullOnce", SQLITE_FULL, false}, Fault{"FullForGood", SQLITE_FULL, true},
                                         Fault{"BrokenOnce", SQLITE_IOERR_WRITE, false},
                                         Fault{"BrokenForGood", SQLITE_IOERR_WRITE, true}),
                         [](const auto& fault) { return std::string(fault.param.name); });

TEST(SqliteStoreSync, TakesNoMoreWritesAfterAFailedSync) {
  const TemporaryFolder folder;
  FaultyVfs disk;
  const auto store = MustOpen(Url(folder.File("state.db")));
  bool synced = false;
  for (int call = 0; !synced; ++call) {
    disk.FailAt(call, SQLITE_FULL, false);  // a write that fails says "full", so what is an I/O error was a sync
    const auto result = store->AppendAudit(SampleEntry(1));
    ASSERT_TRUE(disk.failed());
    ASSERT_FALSE(result);
    synced = result.error().message.find("I/O error") != std::string::npos;
  }
  disk.Heal();
  const auto after = store->AppendAudit(SampleEntry(1));
  ASSERT_FALSE(after);
  EXPECT_EQ(after.error().code, ErrorCode::kIo);
  EXPECT_NE(after.error().message.find("takes no more writes"), std::string::npos) << after.error().message;
}

TEST(SqliteStoreLock, SaysSoWhenAnotherWriterDoesNotFinish) {
  const TemporaryFolder folder;
  const auto store = MustOpen(Url(folder.File("state.db")));
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(folder.File("state.db").c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  const auto result = store->AppendAudit(SampleEntry(1));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kIo);
  EXPECT_NE(result.error().message.find("another process"), std::string::npos) << result.error().message;
  EXPECT_EQ(AuditLines(*store).size(), 0U);  // readers are not held up
  EXPECT_EQ(sqlite3_close(other), SQLITE_OK);
}

}  // namespace
}  // namespace cxctl
