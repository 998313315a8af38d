#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct pg_conn;
struct pg_result;

namespace cxctl {

struct PostgresLibrary;

/// Rows of a query's answer, as texts.
class PostgresRows {
 public:
  PostgresRows(std::shared_ptr<const PostgresLibrary> library, pg_result* result);

  int count() const;
  int columns() const;
  std::string_view Text(int row, int column) const;
  std::int64_t Int(int row, int column) const;
  /// What was done: `COMMIT`, `ROLLBACK`, …
  std::string_view tag() const;
  /// Rows that an INSERT, UPDATE or DELETE changed.
  std::int64_t affected() const;

 private:
  std::shared_ptr<const PostgresLibrary> library_;
  std::shared_ptr<pg_result> result_;
};

/// A connection to a PostgreSQL server. Not for sharing between threads.
class PostgresDatabase {
 public:
  /// `url` goes to libpq as it is (`sslmode`, `password`, … may stand in it). Waits 10 s for the server, 30 s for a
  /// statement, 20 s for a lock. kIo naming the store without its password.
  static Result<std::unique_ptr<PostgresDatabase>> Open(const std::string& url, bool read_only);
  ~PostgresDatabase();
  PostgresDatabase(const PostgresDatabase&) = delete;
  PostgresDatabase& operator=(const PostgresDatabase&) = delete;

  /// One statement, with $1, $2, … from `values`. kIntegrity if a constraint stands
  /// against it, kIo if the server refuses it otherwise or the connection breaks.
  Result<PostgresRows> Query(const char* sql, const std::vector<std::string>& values = {});
  Result<void> Execute(const char* sql, const std::vector<std::string>& values = {});

  bool is_connected() const;
  /// Gives up the connection and makes another one.
  Result<void> Reconnect();

  /// The URL as it may be shown: without password and options.
  const std::string& name() const { return name_; }
  /// How far the server's clock is ahead of this machine's; zero where they agree within a second.
  std::int64_t clock_offset_micros() const { return clock_offset_; }

 private:
  PostgresDatabase(std::shared_ptr<const PostgresLibrary> library, std::string url, bool read_only);
  Result<void> Connect();
  std::unexpected<Error> Failure(const std::string& what) const;

  std::shared_ptr<const PostgresLibrary> library_;
  std::string url_, name_;
  bool read_only_;
  pg_conn* connection_ = nullptr;
  std::int64_t clock_offset_ = 0;
};

/// A transaction that is rolled back unless it is committed.
class PostgresTransaction {
 public:
  explicit PostgresTransaction(PostgresDatabase& database) : database_(database) {}
  ~PostgresTransaction();
  PostgresTransaction(const PostgresTransaction&) = delete;
  PostgresTransaction& operator=(const PostgresTransaction&) = delete;

  /// Connects again first if the connection was lost since the last transaction.
  Result<void> Begin();
  /// Durable when it succeeds. When the connection breaks before the server answers, the server is asked through
  /// another one what became of the transaction; kIo says so if that cannot be found out either.
  Result<void> Commit();

 private:
  Result<void> FindOutcome(const Error& cause);

  PostgresDatabase& database_;
  std::string number_;
  bool open_ = false;
};

}  // namespace cxctl
