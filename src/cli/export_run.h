#pragma once

#include <string>
#include <vector>

#include "cli/session.h"

namespace cxctl {

/// One export of the tenant: of a campaign's schedules, or one that was started before.
struct ExportJob {
  std::string what;  ///< "Campaign/east"; "" for one that goes on.
  std::string filter;
  std::string id;  ///< Of the tenant; "" until it is started.
  std::int64_t rows = 0;
  std::string csv;
};

/// Starts exports, waits and fetches. Shows progress on a terminal.
class ExportRun {
 public:
  ExportRun(Context& context, Session& session, std::vector<std::string> columns, Duration wait)
      : context_(context), session_(session), columns_(std::move(columns)), wait_(wait) {}

  /// All of them, one after the other. kInterrupted after a signal, kUnavailable when the time is over; the message
  /// then says how to go on waiting.
  Result<void> Run(std::vector<ExportJob>& jobs);

 private:
  Task<Result<void>> RunOne(ExportJob& job);
  Task<Result<void>> Start(ExportJob& job);
  Task<Result<ExportStatus>> WaitFor(const ExportJob& job);
  Task<Result<bool>> Fetch(ExportJob& job, const ExportStatus& status);
  Task<Result<void>> Pause(const ExportJob& job, const ExportStatus& last);
  void Show(const ExportJob& job, const std::string& state);
  void EndLine();
  std::string HowToGoOn(const ExportJob& job) const;

  Context& context_;
  Session& session_;
  std::vector<std::string> columns_;
  Duration wait_;
  Duration started_{0}, delay_{0};
  bool shown_ = false;
};

/// Records of an RFC 4180 text, its header among them; nothing where it ends within quotes or its records differ in
/// their number of fields.
std::optional<std::int64_t> CountCsvRecords(std::string_view csv);

}  // namespace cxctl
