#include "sim/query_language.h"

#include <chrono>

#include "base/strings.h"

namespace cxctl::sim {
namespace {

/// Reads tokens from the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(Trim(text)) {}

  bool Word(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_ = Trim(rest_.substr(word.size()));
    return true;
  }
  std::optional<std::string> Quoted(char quote) {
    if (rest_.empty() || rest_[0] != quote) return std::nullopt;
    const std::size_t end = rest_.find(quote, 1);
    if (end == rest_.npos || end == 1) return std::nullopt;
    std::string text(rest_.substr(1, end - 1));
    rest_ = Trim(rest_.substr(end + 1));
    return text;
  }
  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

}  // namespace

std::optional<std::string> ParseWhere(std::string_view text) {
  Scanner scanner(text);
  if (!scanner.Word("campaignId") || !scanner.Word("=")) return std::nullopt;
  auto id = scanner.Quoted('\'');
  if (!scanner.done()) return std::nullopt;
  return id;
}

std::optional<HistoryFilter> ParseHistoryFilter(std::string_view text) {
  Scanner scanner(text);
  const auto id_of = [&](std::string_view member) -> std::optional<std::string> {
    if (!scanner.Word(member) || !scanner.Word("eq")) return std::nullopt;
    return scanner.Quoted('"');
  };
  const auto campaign = id_of("campaign.id");
  if (!campaign) return std::nullopt;
  HistoryFilter filter{*campaign, std::nullopt};
  if (scanner.Word("and")) {
    filter.schedule_id = id_of("schedule.id");
    if (!filter.schedule_id) return std::nullopt;
  }
  if (!scanner.done()) return std::nullopt;
  return filter;
}

std::optional<Duration> ParseIsoDuration(std::string_view text) {
  struct Unit {
    char letter;
    bool time;
    std::int64_t seconds;
  };
  static constexpr Unit kUnits[] = {
      {'W', false, 604800}, {'D', false, 86400}, {'H', true, 3600}, {'M', true, 60}, {'S', true, 1}};
  if (!text.starts_with('P')) return std::nullopt;
  bool time = false;
  std::size_t next_unit = 0;
  std::int64_t total = 0;
  std::size_t i = 1;
  while (i < text.size()) {
    if (text[i] == 'T' && !time) {
      time = true;
      if (++i == text.size()) return std::nullopt;
    }
    std::int64_t number = 0;
    const std::size_t digits = i;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) number = number * 10 + (text[i] - '0');
    if (i == digits || i - digits > 9 || i == text.size()) return std::nullopt;
    while (next_unit < std::size(kUnits) && (kUnits[next_unit].letter != text[i] || kUnits[next_unit].time != time)) {
      ++next_unit;
    }
    if (next_unit == std::size(kUnits)) return std::nullopt;
    total += number * kUnits[next_unit++].seconds;
    ++i;
  }
  if (i == 1) return std::nullopt;
  return std::chrono::seconds(total);
}

}  // namespace cxctl::sim
