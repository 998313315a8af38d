#include "sim/json_position.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "value/json.h"

namespace cxctl::sim {

namespace {

/// Walks over a JSON text that is known to be right, so that everything unexpected can be passed over.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::size_t at() const { return at_; }
  char Peek() {
    while (at_ < text_.size() && std::string_view(" \t\r\n,:").find(text_[at_]) != std::string_view::npos) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  void Enter() { ++at_; }

  std::string_view TakeString() {
    const std::size_t start = at_++;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    at_ = std::min(at_ + 1, text_.size());
    return text_.substr(start, at_ - start);
  }

  void SkipValue() {
    std::size_t depth = 0;
    do {
      const char c = Peek();
      if (c == '\0') return;
      if (c == '"') {
        TakeString();
      } else if (c == '{' || c == '[') {
        ++depth;
        Enter();
      } else if (c == '}' || c == ']') {
        --depth;
        Enter();
      } else {
        at_ = std::min(text_.find_first_of(" \t\r\n,:]}", at_), text_.size());
      }
    } while (depth > 0);
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

std::string Unquoted(std::string_view quoted) {
  Arena arena;
  const auto value = ParseJson(arena, quoted);
  return value ? std::string(value->as_string()) : std::string(quoted);
}

/// Goes into the object at the scanner to the value of the member; where its name stands.
std::optional<std::size_t> EnterMember(Scanner& scanner, std::string_view name) {
  if (scanner.Peek() != '{') return std::nullopt;
  scanner.Enter();
  while (scanner.Peek() == '"') {
    const std::size_t start = scanner.at();
    if (Unquoted(scanner.TakeString()) == name) {
      scanner.Peek();
      return start;
    }
    scanner.SkipValue();
  }
  return std::nullopt;
}

std::optional<std::size_t> EnterItem(Scanner& scanner, std::size_t index) {
  if (scanner.Peek() != '[') return std::nullopt;
  scanner.Enter();
  for (; scanner.Peek() != ']' && scanner.Peek() != '\0'; --index) {
    if (index == 0) return scanner.at();
    scanner.SkipValue();
  }
  return std::nullopt;
}

TextPosition PositionAt(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  TextPosition position;
  position.line = 1 + static_cast<std::size_t>(std::ranges::count(before, '\n'));
  const std::size_t newline = before.rfind('\n');
  position.column = 1 + before.size() - (newline == std::string_view::npos ? 0 : newline + 1);
  return position;
}

}  // namespace

TextPosition LocateJson(std::string_view json, std::string_view path) {
  Scanner scanner(json);
  scanner.Peek();
  std::size_t found = scanner.at();
  while (!path.empty()) {
    std::optional<std::size_t> next;
    if (path.front() == '[') {
      std::size_t index = 0;
      const char* end = std::from_chars(path.data() + 1, path.data() + path.size(), index).ptr;
      path.remove_prefix(std::min<std::size_t>(static_cast<std::size_t>(end - path.data()) + 1, path.size()));
      next = EnterItem(scanner, index);
    } else {
      if (path.front() == '.') path.remove_prefix(1);
      const std::size_t end = std::min(path.find_first_of(".["), path.size());
      next = EnterMember(scanner, path.substr(0, end));
      path.remove_prefix(end);
    }
    if (!next) break;
    found = *next;
  }
  return PositionAt(json, found);
}

}  // namespace cxctl::sim
