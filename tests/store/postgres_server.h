#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "base/strings.h"
#include "store/postgres_database.h"

namespace cxctl {

/// The URL of the server that ci/postgres started for the tests.
inline std::string PostgresServerUrl() {
  std::ifstream file(CXCTL_POSTGRES_URL_FILE);
  std::string url;
  std::getline(file, url);
  EXPECT_FALSE(url.empty())
      << "no PostgreSQL server was started: run the tests with ctest, or ci/postgres start "
      << std::string(CXCTL_POSTGRES_URL_FILE).substr(0, std::string(CXCTL_POSTGRES_URL_FILE).rfind('/'));
  return url;
}

/// A database of its own on that server, dropped at the end.
class TemporaryDatabase {
 public:
  TemporaryDatabase() : server_(PostgresServerUrl()) {
    static int number = 0;
    name_ = fmt::format("cxctl_test_{}_{}", ::getpid(), ++number);
    Administer(fmt::format("CREATE DATABASE {}", name_));
  }
  ~TemporaryDatabase() { Administer(fmt::format("DROP DATABASE {} WITH (FORCE)", name_)); }
  TemporaryDatabase(const TemporaryDatabase&) = delete;
  TemporaryDatabase& operator=(const TemporaryDatabase&) = delete;

  std::string Url() const { return server_.substr(0, server_.rfind('/') + 1) + name_; }
  const std::string& name() const { return name_; }
  /// Does in the database what our own code never does.
  void Run(const std::string& sql) const { RunAt(Url(), sql); }
  /// Does it as an administrator, outside of the database.
  void Administer(const std::string& sql) const { RunAt(server_, sql); }

 private:
  static void RunAt(const std::string& url, const std::string& sql) {
    const auto database = PostgresDatabase::Open(url, false);
    ASSERT_TRUE(database) << database.error().message;
    for (const std::string_view each : Split(sql, ';')) {
      const auto done = (*database)->Execute(std::string(each).c_str());
      EXPECT_TRUE(done) << done.error().message << ": " << sql;
    }
  }

  std::string server_, name_;
};

}  // namespace cxctl
