#include "cli/export_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "env/ids.h"

namespace cxctl {

namespace {

constexpr Duration kFirstDelay = std::chrono::milliseconds(500), kLongestDelay = std::chrono::seconds(10);
constexpr Duration kGlance = std::chrono::milliseconds(200);  // So often a signal is looked for.

}  // namespace

std::optional<std::int64_t> CountCsvRecords(std::string_view csv) {
  std::int64_t records = 0;
  std::size_t fields = 1, first = 0;
  bool quoted = false, empty = true;
  const auto end_record = [&] {
    if (records++ == 0) first = fields;
    const bool same = fields == first;
    fields = 1;
    empty = true;
    return same;
  };
  for (std::size_t i = 0; i < csv.size(); ++i) {
    const char c = csv[i];
    if (c == '"') quoted = !quoted;
    if (!quoted && c == ',') ++fields;
    if (!quoted && c == '\n') {
      if (!end_record()) return std::nullopt;
    } else if (c != '\r') {
      empty = false;
    }
  }
  if (quoted || (!empty && !end_record())) return std::nullopt;
  return records;
}

Result<void> ExportRun::Run(std::vector<ExportJob>& jobs) {
  for (ExportJob& job : jobs) {
    Result<void> done = session_.loop().RunUntilDone(RunOne(job));
    EndLine();
    TRY(done);
  }
  return {};
}

Task<Result<void>> ExportRun::RunOne(ExportJob& job) {
  started_ = context_.system.clock.Monotonic();
  delay_ = kFirstDelay;
  if (job.id.empty()) {
    Task<Result<void>> start = Start(job);
    CO_TRY(co_await std::move(start));
  }
  while (true) {
    Task<Result<ExportStatus>> wait = WaitFor(job);
    CO_TRY_ASSIGN(const ExportStatus status, co_await std::move(wait));
    Task<Result<bool>> fetch = Fetch(job, status);
    CO_TRY_ASSIGN(const bool done, co_await std::move(fetch));
    if (done) co_return Result<void>();
    Task<Result<void>> pause = Pause(job, status);
    CO_TRY(co_await std::move(pause));
  }
}

Task<Result<void>> ExportRun::Start(ExportJob& job) {
  Show(job, "starting");
  ExportOrder order;
  order.name = "cxctl schedules " + FormatUtc(context_.system.clock.Now());
  order.columns = columns_;
  order.filter = job.filter;
  order.idempotency_key = MakeUuid(context_.system.random);
  Task<Result<ExportStatus>> start = session_.client().analytics().StartExport(std::move(order));
  CO_TRY_ASSIGN(const ExportStatus status, co_await std::move(start));
  job.id = status.id;
  if (status.state == "queued" || status.state == "running") {
    Task<Result<void>> pause = Pause(job, status);
    CO_TRY(co_await std::move(pause));
  }
  co_return Result<void>();
}

Task<Result<ExportStatus>> ExportRun::WaitFor(const ExportJob& job) {
  while (true) {
    std::string id = job.id;
    Task<Result<std::optional<ExportStatus>>> look = session_.client().analytics().Export(std::move(id));
    const Result<std::optional<ExportStatus>> status = co_await std::move(look);
    if (!status) co_return Fail(status.error().code, status.error().message + HowToGoOn(job));
    if (!*status) {
      co_return Fail(ErrorCode::kNotFound, fmt::format("The tenant has no export {} (any more): it expired or was "
                                                       "removed. Start a new one without --resume.",
                                                       EscapeControls(job.id)));
    }
    Show(job, (*status)->state);
    if ((*status)->state == "completed") co_return **status;
    if ((*status)->state == "failed") {
      co_return Fail(ErrorCode::kUnavailable,
                     fmt::format("The tenant could not make export {}: its state is failed. Try again, or ask for "
                                 "fewer columns with --columns.",
                                 EscapeControls(job.id)));
    }
    Task<Result<void>> pause = Pause(job, **status);
    CO_TRY(co_await std::move(pause));
  }
}

Task<Result<bool>> ExportRun::Fetch(ExportJob& job, const ExportStatus& status) {
  Show(job, "downloading");
  std::string id = job.id;
  Task<Result<std::optional<std::string>>> fetch = session_.client().analytics().ExportContent(std::move(id));
  Result<std::optional<std::string>> content = co_await std::move(fetch);
  if (!content) co_return Fail(content.error().code, content.error().message + HowToGoOn(job));
  if (!*content) co_return false;
  const auto records = CountCsvRecords(**content);
  if (!records || *records == 0) {
    co_return Fail(ErrorCode::kUnavailable,
                   fmt::format("The content of export {} is no whole CSV: it is cut off, or not CSV at all.{}",
                               EscapeControls(job.id), HowToGoOn(job)));
  }
  job.rows = *records - 1;
  if (status.rows && *status.rows != job.rows) {
    co_return Fail(ErrorCode::kUnavailable,
                   fmt::format("The content of export {} has {} of {} rows.{}", EscapeControls(job.id), job.rows,
                               *status.rows, HowToGoOn(job)));
  }
  job.csv = std::move(**content);
  co_return true;
}

Task<Result<void>> ExportRun::Pause(const ExportJob& job, const ExportStatus& last) {
  const Duration wanted = std::max(delay_, last.retry_after.value_or(Duration::zero()));
  delay_ = std::min(kLongestDelay, delay_ * 3 / 2);
  const Duration end = context_.system.clock.Monotonic() + wanted;
  if (end - started_ > wait_) {
    co_return Fail(ErrorCode::kUnavailable,
                   fmt::format("Export {} is not completed within --wait {}: it is {}.{}", EscapeControls(job.id),
                               FormatDuration(wait_), last.state, HowToGoOn(job)));
  }
  while (context_.system.clock.Monotonic() < end) {
    if (context_.system.stop != 0) {
      co_return Fail(ErrorCode::kInterrupted, "Interrupted while the tenant makes the export." + HowToGoOn(job));
    }
    co_await session_.loop().Sleep(std::min(kGlance, end - context_.system.clock.Monotonic()));
  }
  co_return Result<void>();
}

std::string ExportRun::HowToGoOn(const ExportJob& job) const {
  return fmt::format(" Wait for it again with: cxctl export --resume {}", EscapeControls(job.id));
}

void ExportRun::Show(const ExportJob& job, const std::string& state) {
  Console& console = context_.system.console;
  if (!console.ErrIsTerminal() || context_.quiet() || context_.system.environment.Get("TERM").value_or("") == "dumb") {
    return;
  }
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(context_.system.clock.Monotonic() - started_);
  console.Err(fmt::format("\r\x1b[Kexport{}{}: {}, {} s", job.what.empty() ? "" : " of ", EscapeControls(job.what),
                          EscapeControls(state), seconds.count()));
  shown_ = true;
}

void ExportRun::EndLine() {
  if (shown_) context_.system.console.Err("\r\x1b[K");
  shown_ = false;
}

}  // namespace cxctl
