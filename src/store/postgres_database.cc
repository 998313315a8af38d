#include "store/postgres_database.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <thread>

#include "base/strings.h"
#include "env/shared_library.h"

namespace cxctl {

/// The functions of libpq that the store uses, loaded when a store's URL asks for PostgreSQL and not before.
struct PostgresLibrary {
  decltype(&::PQconnectdbParams) connect = nullptr;
  decltype(&::PQfinish) finish = nullptr;
  decltype(&::PQstatus) status = nullptr;
  decltype(&::PQerrorMessage) error_message = nullptr;
  decltype(&::PQexecParams) exec = nullptr;
  decltype(&::PQresultStatus) result_status = nullptr;
  decltype(&::PQresultErrorField) error_field = nullptr;
  decltype(&::PQntuples) rows = nullptr;
  decltype(&::PQnfields) columns = nullptr;
  decltype(&::PQgetvalue) value = nullptr;
  decltype(&::PQgetlength) length = nullptr;
  decltype(&::PQcmdTuples) affected = nullptr;
  decltype(&::PQcmdStatus) command_tag = nullptr;
  decltype(&::PQclear) clear = nullptr;
  decltype(&::PQsetNoticeProcessor) set_notice_processor = nullptr;

  /// kIo naming the package to install if libpq is not there.
  static Result<PostgresLibrary> Load();
};

Result<PostgresLibrary> PostgresLibrary::Load() {
  TRY_ASSIGN(const SharedLibrary library, SharedLibrary::Load("libpq.so.5", "libpq5"));
  PostgresLibrary functions;
  TRY(library.Bind(functions.connect, "PQconnectdbParams"));
  TRY(library.Bind(functions.finish, "PQfinish"));
  TRY(library.Bind(functions.status, "PQstatus"));
  TRY(library.Bind(functions.error_message, "PQerrorMessage"));
  TRY(library.Bind(functions.exec, "PQexecParams"));
  TRY(library.Bind(functions.result_status, "PQresultStatus"));
  TRY(library.Bind(functions.error_field, "PQresultErrorField"));
  TRY(library.Bind(functions.rows, "PQntuples"));
  TRY(library.Bind(functions.columns, "PQnfields"));
  TRY(library.Bind(functions.value, "PQgetvalue"));
  TRY(library.Bind(functions.length, "PQgetlength"));
  TRY(library.Bind(functions.affected, "PQcmdTuples"));
  TRY(library.Bind(functions.command_tag, "PQcmdStatus"));
  TRY(library.Bind(functions.clear, "PQclear"));
  TRY(library.Bind(functions.set_notice_processor, "PQsetNoticeProcessor"));
  return functions;
}

namespace {

constexpr const char* kConnectTimeout = "10";
constexpr int kOutcomeTries = 20;
constexpr auto kOutcomePause = std::chrono::milliseconds(250);

/// `postgresql://user@host/database`: everything that may hold a secret is left out.
std::string ShownUrl(std::string_view url) {
  const std::size_t begin = std::min(url.find("://"), url.size() - 1) + 3;
  std::string_view rest = url.substr(std::min(begin, url.size()));
  rest = rest.substr(0, rest.find_first_of("?#"));
  const std::size_t at = rest.rfind('@');
  std::string user;
  if (at != std::string_view::npos) {
    const std::string_view credentials = rest.substr(0, at);
    user = fmt::format("{}@", credentials.substr(0, credentials.find(':')));
    rest = rest.substr(at + 1);
  }
  return EscapeControls(fmt::format("postgresql://{}{}", user, rest));
}

/// The first line of what libpq says.
std::string FirstLine(const char* text) {
  const std::string_view all(text ? text : "");
  return EscapeControls(Trim(all.substr(0, all.find('\n'))));
}

std::int64_t NowMicros() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

PostgresRows::PostgresRows(std::shared_ptr<const PostgresLibrary> library, pg_result* result)
    : library_(std::move(library)), result_(result, library_->clear) {}

int PostgresRows::count() const {
  return library_->rows(result_.get());
}

int PostgresRows::columns() const {
  return library_->columns(result_.get());
}

std::string_view PostgresRows::tag() const {
  return library_->command_tag(result_.get());
}

std::string_view PostgresRows::Text(int row, int column) const {
  return {library_->value(result_.get(), row, column),
          static_cast<std::size_t>(library_->length(result_.get(), row, column))};
}

std::int64_t PostgresRows::Int(int row, int column) const {
  std::int64_t number = 0;
  const std::string_view text = Text(row, column);
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::int64_t PostgresRows::affected() const {
  std::int64_t number = 0;
  const std::string_view text = library_->affected(result_.get());
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

PostgresDatabase::PostgresDatabase(std::shared_ptr<const PostgresLibrary> library, std::string url, bool read_only)
    : library_(std::move(library)), url_(std::move(url)), name_(ShownUrl(url_)), read_only_(read_only) {}

PostgresDatabase::~PostgresDatabase() {
  if (connection_) library_->finish(connection_);
}

Result<std::unique_ptr<PostgresDatabase>> PostgresDatabase::Open(const std::string& url, bool read_only) {
  // libpq's own messages would show what it takes for the host.
  const std::size_t begin = url.find("://") + 3;
  const std::string_view authority = std::string_view(url).substr(begin, url.find('/', begin) - begin);
  if (std::ranges::count(authority, '@') > 1) {
    return Fail(
        ErrorCode::kUsage,
        "the state store's URL is wrong, it has more than one @ before the host: write %40 for one in a name or "
        "password");
  }
  TRY_ASSIGN(PostgresLibrary functions, PostgresLibrary::Load());
  auto library = std::make_shared<const PostgresLibrary>(functions);
  std::unique_ptr<PostgresDatabase> database(new PostgresDatabase(std::move(library), url, read_only));
  TRY(database->Connect());
  return database;
}

bool PostgresDatabase::is_connected() const {
  return connection_ && library_->status(connection_) == CONNECTION_OK;
}

Result<void> PostgresDatabase::Reconnect() {
  return Connect();
}

std::unexpected<Error> PostgresDatabase::Failure(const std::string& what) const {
  return Fail(ErrorCode::kIo, fmt::format("state store {}: {}", name_, what));
}

Result<void> PostgresDatabase::Connect() {
  if (connection_) library_->finish(connection_);
  // What stands in the URL wins over what stands before it here.
  const char* keywords[] = {"connect_timeout",
                            "keepalives_idle",
                            "tcp_user_timeout",
                            "application_name",
                            "client_encoding",
                            "dbname",
                            nullptr};
  const char* values[] = {kConnectTimeout, "10", "30000", "cxctl", "UTF8", url_.c_str(), nullptr};
  connection_ = library_->connect(keywords, values, 1);
  if (!is_connected()) {
    const std::string why = connection_ ? FirstLine(library_->error_message(connection_)) : "out of memory";
    return Failure(fmt::format("cannot connect: {}; check the URL, the server and the network", why));
  }
  library_->set_notice_processor(
      connection_, [](void*, const char*) {}, nullptr);
  TRY(Execute("SET statement_timeout = 30000"));
  TRY(Execute("SET lock_timeout = 20000"));
  TRY(Execute("SET idle_in_transaction_session_timeout = 60000"));
  TRY(Execute("SET synchronous_commit = on"));
  TRY(Execute("SET search_path = cxctl"));
  TRY(Execute("SET default_transaction_isolation = 'read committed'"));
  if (read_only_) TRY(Execute("SET default_transaction_read_only = on"));
  TRY_ASSIGN(const PostgresRows clock, Query("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"));
  const std::int64_t offset = clock.Int(0, 0) - NowMicros();
  constexpr std::int64_t kSecond = 1'000'000;
  clock_offset_ = std::abs(offset) < kSecond ? 0 : offset / kSecond * kSecond;
  return {};
}

Result<PostgresRows> PostgresDatabase::Query(const char* sql, const std::vector<std::string>& values) {
  std::vector<const char*> pointers;
  for (const std::string& value : values) {
    if (value.find('\0') != std::string::npos)
      return Failure("a text with a NUL character cannot be stored in PostgreSQL");
    pointers.push_back(value.c_str());
  }
  PGresult* result = library_->exec(connection_, sql, static_cast<int>(pointers.size()), nullptr, pointers.data(),
                                    nullptr, nullptr, 0);
  PostgresRows rows(library_, result);
  const ExecStatusType status = library_->result_status(result);
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return rows;
  if (!is_connected()) {
    return Failure(fmt::format("the connection broke: {}; run again when the server is back",
                               FirstLine(library_->error_message(connection_))));
  }
  const char* state = result ? library_->error_field(result, PG_DIAG_SQLSTATE) : nullptr;
  const char* message = result ? library_->error_field(result, PG_DIAG_MESSAGE_PRIMARY) : nullptr;
  auto failure =
      Failure(fmt::format("{} (SQLSTATE {})", FirstLine(message ? message : library_->error_message(connection_)),
                          state ? state : "unknown"));
  // Class 23: integrity constraint violations.
  if (state && std::string_view(state).starts_with("23")) failure.error().code = ErrorCode::kIntegrity;
  return failure;
}

Result<void> PostgresDatabase::Execute(const char* sql, const std::vector<std::string>& values) {
  TRY(Query(sql, values));
  return {};
}

PostgresTransaction::~PostgresTransaction() {
  if (open_ && database_.is_connected()) static_cast<void>(database_.Execute("ROLLBACK"));
}

Result<void> PostgresTransaction::Begin() {
  if (!database_.is_connected()) TRY(database_.Reconnect());
  Result<void> begun = database_.Execute("BEGIN");
  if (!begun && !database_.is_connected()) {
    // It was lost while nobody used it: nothing was under way.
    TRY(database_.Reconnect());
    begun = database_.Execute("BEGIN");
  }
  TRY(begun);
  open_ = true;
  TRY_ASSIGN(const PostgresRows number, database_.Query("SELECT pg_current_xact_id()::text"));
  number_ = number.Text(0, 0);
  return {};
}

Result<void> PostgresTransaction::Commit() {
  open_ = false;
  Result<PostgresRows> committed = database_.Query("COMMIT");
  // A transaction in which something failed is rolled back by COMMIT, successfully.
  if (committed && committed->tag() != "COMMIT")
    return Fail(ErrorCode::kIo, fmt::format("state store {}: the transaction was rolled back", database_.name()));
  if (committed) return {};
  if (database_.is_connected()) return std::unexpected(committed.error());
  return FindOutcome(committed.error());
}

/// The server keeps what became of a transaction (pg_xact_status, PostgreSQL 10 and later). The lost connection's
/// process may still be at it.
Result<void> PostgresTransaction::FindOutcome(const Error& cause) {
  for (int attempt = 0; attempt < kOutcomeTries; ++attempt) {
    std::this_thread::sleep_for(kOutcomePause);
    if (!database_.is_connected() && !database_.Reconnect()) continue;
    const auto status = database_.Query("SELECT coalesce(pg_xact_status($1::xid8), 'unknown')", {number_});
    if (!status) continue;
    const std::string_view outcome = status->Text(0, 0);
    if (outcome == "committed") return {};
    if (outcome == "aborted") return Fail(ErrorCode::kIo, cause.message + " (nothing was stored)");
    if (outcome != "in progress") break;
  }
  return Fail(ErrorCode::kIo, cause.message +
                                  " (whether the last entries were stored could not be found out; the "
                                  "next run finds out on the tenant)");
}

}  // namespace cxctl
