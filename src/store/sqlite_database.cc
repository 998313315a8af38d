#include "store/sqlite_database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cstring>
#include <utility>

#include "base/strings.h"
#include "store/sqlite_file.h"

namespace cxctl {
namespace {

constexpr int kBusyTimeoutMs = 5000;

/// The path as a URI (RFC 3986), which is how SQLite takes `immutable`.
std::string ImmutableUri(const std::string& path) {
  std::string uri = "file://";
  for (const char c : path) uri += c == '/' ? "/" : PercentEncode(std::string_view(&c, 1));
  return uri + "?immutable=1";
}

/// Whether the failure lies in what the file holds, not in reaching it.
bool IsAboutContent(int primary_code) {
  switch (primary_code) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_ERROR:  // our statements are fixed: it is the tables that differ
      return true;
    default:
      return false;
  }
}

std::string Advice(int primary_code) {
  switch (primary_code) {
    case SQLITE_CORRUPT:
      return "the file is damaged: keep a copy of it, then restore it from a backup";
    case SQLITE_ERROR:
    case SQLITE_MISMATCH:
      return "its tables are not as cxctl made them: keep a copy of the file, then restore it from a backup";
    case SQLITE_NOTADB:
      return "the file is damaged or no state store: check the path, or restore it from a backup";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fmt::format("another process has been writing for more than {} s: try again", kBusyTimeoutMs / 1000);
    case SQLITE_FULL:
      return "the disk is full: make room and run the command again";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return "it cannot be written: check the permissions of the file and its folder";
    case SQLITE_CANTOPEN:
      return "it cannot be opened: check the permissions of the file and its folder";
    case SQLITE_CONSTRAINT:
      return "it does not take a row that contradicts its content: check it with `cxctl audit verify`";
    case SQLITE_IOERR:
      return "the disk or file system failed: check it, then run the command again";
    default:
      return "";
  }
}

}  // namespace

SqliteDatabase::SqliteDatabase(std::string path, std::string name, Access access)
    : path_(std::move(path)), name_(std::move(name)), access_(access) {}

SqliteDatabase::~SqliteDatabase() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  // The last connection to close moves the log into the database and deletes it. A reader must not do the former: it
  // leaves a log in which there is something, after a crash of its writer, as it found it.
  if (handle_ != nullptr && access_ == Access::kReadOnly && HasLog(path_)) {
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  }
  sqlite3_close_v2(handle_);
}

Result<std::unique_ptr<SqliteDatabase>> SqliteDatabase::Open(const std::string& path, const std::string& name,
                                                             Access access) {
  std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(path, name, access));
  // A connection that may only read the files cannot take part in deleting the log's files when it is the last to
  // close. So a reader opens for writing where it may (SQLite falls back to reading by itself), and then forbids itself
  // to write.
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW;
  std::string target = path;
  if (access == Access::kInMemory) target = ":memory:";
  if (access == Access::kImmutable) {
    target = ImmutableUri(path);
    flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_URI;
  }
  const int code = sqlite3_open_v2(target.c_str(), &database->handle_, flags, nullptr);
  if (code != SQLITE_OK) return std::unexpected(database->Failure(code));
  TRY(database->Configure());
  return database;
}

Result<void> SqliteDatabase::Configure() {
  sqlite3_extended_result_codes(handle_, 1);
  if (const int code = sqlite3_busy_timeout(handle_, kBusyTimeoutMs); code != SQLITE_OK) {
    return std::unexpected(Failure(code));
  }
  if (const int code = sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr); code != SQLITE_OK) {
    return std::unexpected(Failure(code));
  }
  TRY(
      Execute("PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON;"
              "PRAGMA synchronous = FULL"));
  if (access_ == Access::kReadOnly || access_ == Access::kImmutable) TRY(Execute("PRAGMA query_only = ON"));
  return {};
}

Error SqliteDatabase::Failure(int result_code) const {
  const int primary = result_code & 0xff;
  const bool about_content = IsAboutContent(primary);
  std::string cause = sqlite3_errstr(primary);
  // The handle's own words say more (which constraint, which table), unless it has gone on to something else.
  if (handle_ != nullptr && sqlite3_errcode(handle_) == result_code) cause = sqlite3_errmsg(handle_);
  if (handle_ != nullptr && (primary == SQLITE_CANTOPEN || primary == SQLITE_IOERR)) {
    if (const int number = sqlite3_system_errno(handle_); number != 0) cause += fmt::format(", {}", strerror(number));
  }
  const std::string advice = Advice(primary);
  return {about_content ? ErrorCode::kIntegrity : ErrorCode::kIo,
          fmt::format("state store {} failed ({}, SQLite code {}){}{}", name_, EscapeControls(cause), result_code,
                      advice.empty() ? "" : ": ", advice)};
}

bool SqliteDatabase::is_busy() const {
  return (sqlite3_errcode(handle_) & 0xff) == SQLITE_BUSY;
}

std::int64_t SqliteDatabase::changes() const {
  return sqlite3_changes64(handle_);
}

Result<void> SqliteDatabase::Execute(const char* statements) {
  const int code = sqlite3_exec(handle_, statements, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return std::unexpected(Failure(code));
  return {};
}

Result<std::int64_t> SqliteDatabase::QueryInt(const char* sql) {
  SqliteQuery query(*this, sql);
  TRY_ASSIGN(const bool found, query.Step());
  return found ? query.Int(0) : 0;
}

Result<std::string> SqliteDatabase::QueryText(const char* sql) {
  SqliteQuery query(*this, sql);
  TRY_ASSIGN(const bool found, query.Step());
  return found ? query.Text(0) : std::string();
}

SqliteQuery::SqliteQuery(SqliteDatabase& database, const char* sql) : database_(database) {
  sqlite3_stmt*& cached = database.statements_[sql];
  owned_ = cached != nullptr && sqlite3_stmt_busy(cached) != 0;
  if (cached != nullptr && !owned_) {
    statement_ = cached;
    return;
  }
  const unsigned flags = owned_ ? 0 : SQLITE_PREPARE_PERSISTENT;
  failure_ = sqlite3_prepare_v3(database.handle_, sql, -1, flags, &statement_, nullptr);
  if (!owned_ && failure_ == SQLITE_OK) cached = statement_;
}

SqliteQuery::~SqliteQuery() {
  if (owned_) {
    sqlite3_finalize(statement_);
  } else if (statement_ != nullptr) {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
}

SqliteQuery& SqliteQuery::Bind(std::string_view text) {
  if (failure_ != SQLITE_OK) return *this;
  // A null pointer would bind NULL instead of an empty text.
  const char* data = text.data() == nullptr ? "" : text.data();
  failure_ = sqlite3_bind_text64(statement_, next_parameter_++, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

SqliteQuery& SqliteQuery::Bind(std::int64_t number) {
  if (failure_ == SQLITE_OK) failure_ = sqlite3_bind_int64(statement_, next_parameter_++, number);
  return *this;
}

Result<bool> SqliteQuery::Step() {
  if (failure_ == SQLITE_OK) {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    failure_ = code;
  }
  return std::unexpected(database_.Failure(failure_));
}

Result<void> SqliteQuery::Run() {
  TRY(Step());
  return {};
}

std::string_view SqliteQuery::TextView(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (data == nullptr) return "";
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::int64_t SqliteQuery::Int(int column) const {
  return sqlite3_column_int64(statement_, column);
}

int SqliteQuery::columns() const {
  return sqlite3_column_count(statement_);
}

Result<void> SqliteTransaction::Begin() {
  if (database_.failed_) {
    return Fail(ErrorCode::kIo, fmt::format("state store {} failed before and takes no more writes: check the disk, "
                                            "then run the command again",
                                            database_.name_));
  }
  TRY(database_.Execute("BEGIN IMMEDIATE"));
  open_ = true;
  return {};
}

Result<void> SqliteTransaction::Commit() {
  const Result<void> committed = database_.Execute("COMMIT");
  if (!committed) {
    // After a failed sync the kernel may have dropped what it could not write and call the next sync a success.
    database_.failed_ = (sqlite3_errcode(database_.handle_) & 0xff) == SQLITE_IOERR;
    return committed;
  }
  open_ = false;
  return {};
}

SqliteTransaction::~SqliteTransaction() {
  // SQLite has rolled back by itself after some failures; then this does nothing, with an error that tells nothing.
  if (open_) sqlite3_exec(database_.handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace cxctl
