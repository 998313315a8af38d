#include "telemetry/log_writer.h"

#include <fmt/format.h>

#include <string>

#include "base/strings.h"
#include "value/json.h"

namespace cxctl {

namespace {

bool NeedsQuotes(std::string_view text) {
  return text.empty() || text.find_first_of(" \"=\\") != std::string_view::npos;
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

class LogWriter final : public Log {
 public:
  LogWriter(Clock& clock, LogFormat format, std::function<void(std::string_view)> write)
      : clock_(clock), format_(format), write_(std::move(write)) {}

  void Info(std::string_view message, const Facts& facts) override { Write("info", message, facts); }
  void Warning(std::string_view message, const Facts& facts) override { Write("warning", message, facts); }
  void Error(std::string_view message, const Facts& facts) override { Write("error", message, facts); }

 private:
  static std::string Clean(std::string_view text) { return MaskPhoneNumbers(EscapeControls(text)); }

  void Write(std::string_view level, std::string_view message, const Facts& facts) {
    const std::string time = FormatUtc(clock_.Now(), true);
    write_(format_ == LogFormat::kJson ? JsonLine(time, level, message, facts) : TextLine(time, level, message, facts));
  }

  static std::string TextLine(const std::string& time, std::string_view level, std::string_view message,
                              const Facts& facts) {
    std::string line = fmt::format("{} {} {}", time, level, Clean(message));
    for (const auto& [name, value] : facts) {
      const std::string clean = Clean(value);
      line += fmt::format(" {}={}", name, NeedsQuotes(clean) ? Quoted(clean) : clean);
    }
    return line + '\n';
  }

  static std::string JsonLine(const std::string& time, std::string_view level, std::string_view message,
                              const Facts& facts) {
    Arena arena;
    ObjectBuilder line(arena);
    for (const auto& [name, value] : facts) line.Set(name, Clean(value));
    ObjectBuilder whole(arena);
    whole.Set("time", time).Set("level", level).Set("message", Clean(message));
    const Value rest = line.Build();
    for (const Member& member : rest.members()) {
      if (member.key != "time" && member.key != "level" && member.key != "message") whole.Append(member);
    }
    return ToJson(whole.Build()) + '\n';
  }

  Clock& clock_;
  const LogFormat format_;
  const std::function<void(std::string_view)> write_;
};

}  // namespace

std::unique_ptr<Log> MakeLogWriter(Clock& clock, LogFormat format, std::function<void(std::string_view)> write) {
  return std::make_unique<LogWriter>(clock, format, std::move(write));
}

}  // namespace cxctl
