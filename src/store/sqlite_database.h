#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace cxctl {

/// A thin layer over SQLite: every return code is checked, every failure names the store, its cause and what to do,
/// and statements are prepared once. Not for sharing between threads.
class SqliteDatabase {
 public:
  enum class Access {
    kReadWrite,
    kReadOnly,   ///< The file is not changed, and no file beside it is left behind that was not there.
    kImmutable,  ///< As kReadOnly, for a file that nobody can be writing: needs no lock and no file beside it.
    kInMemory,   ///< `path` is not looked at.
  };

  /// Opens an existing file, or a database in memory. `path` is absolute and free of symbolic links; `name` is for
  /// messages.
  static Result<std::unique_ptr<SqliteDatabase>> Open(const std::string& path, const std::string& name, Access access);
  ~SqliteDatabase();
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;

  /// Runs statements that give no rows, or whose rows do not matter.
  Result<void> Execute(const char* statements);
  /// The first column of the only row.
  Result<std::int64_t> QueryInt(const char* sql);
  Result<std::string> QueryText(const char* sql);

  /// Whether the last call failed because another connection was in the way.
  bool is_busy() const;
  /// Rows changed by the statement that ran last.
  std::int64_t changes() const;
  const std::string& name() const { return name_; }
  /// The error for a result code that SQLite just gave.
  Error Failure(int result_code) const;

 private:
  friend class SqliteQuery;
  friend class SqliteTransaction;
  SqliteDatabase(std::string path, std::string name, Access access);
  Result<void> Configure();

  std::string path_, name_;
  Access access_;
  sqlite3* handle_ = nullptr;
  /// By the address of their text, which is a literal.
  std::unordered_map<const char*, sqlite3_stmt*> statements_;
  /// A commit failed in a way that leaves open what the disk holds. Nothing is written after that.
  bool failed_ = false;
};

/// One run of a prepared statement. Bind never fails; what went wrong is told by Step or Run.
class SqliteQuery {
 public:
  /// `sql` must be a literal.
  SqliteQuery(SqliteDatabase& database, const char* sql);
  ~SqliteQuery();
  SqliteQuery(const SqliteQuery&) = delete;
  SqliteQuery& operator=(const SqliteQuery&) = delete;

  /// Binds the next parameter. The text must live until the query has run.
  SqliteQuery& Bind(std::string_view text);
  SqliteQuery& Bind(std::int64_t number);

  /// Whether there is a next row.
  Result<bool> Step();
  /// For statements without rows.
  Result<void> Run();

  /// A column of the current row, from 0. The view is valid until the next Step.
  std::string_view TextView(int column) const;
  std::string Text(int column) const { return std::string(TextView(column)); }
  std::int64_t Int(int column) const;
  int columns() const;

 private:
  SqliteDatabase& database_;
  sqlite3_stmt* statement_ = nullptr;
  bool owned_ = false;  ///< The cached statement was in use by an outer query.
  int failure_ = 0;
  int next_parameter_ = 1;
};

/// A write transaction: begun by Begin, undone when it goes unless Commit succeeded.
class SqliteTransaction {
 public:
  explicit SqliteTransaction(SqliteDatabase& database) : database_(database) {}
  ~SqliteTransaction();
  SqliteTransaction(const SqliteTransaction&) = delete;
  SqliteTransaction& operator=(const SqliteTransaction&) = delete;

  /// Waits for another writer as long as the busy timeout says.
  Result<void> Begin();
  /// Durable when it returns.
  Result<void> Commit();

 private:
  SqliteDatabase& database_;
  bool open_ = false;
};

}  // namespace cxctl
