#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cxctl {

/// Where a value is written. Lines and columns count from 1, columns in code points. `file` is an index into a
/// SourceMap; 0 means that the value was not written in any file (a default, or something the tenant sent).
struct Position {
  std::uint32_t file = 0;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t width = 1;  ///< Code points that the value takes on its first line, quotes included.

  bool known() const { return file != 0; }
};

/// The files that were read, with their names as shown to people and their text for source lines in messages.
/// Ids stay valid as long as the map lives. Not for sharing between threads: `line` builds an index when it is first
/// asked.
class SourceMap {
 public:
  SourceMap();
  /// Takes a file in and returns its id (from 1).
  std::uint32_t Add(std::string name, std::string text);
  /// "" for id 0.
  const std::string& name(std::uint32_t file) const { return files_[file].name; }
  const std::string& text(std::uint32_t file) const { return files_[file].text; }
  /// The line (from 1) without its line break and, on line 1, without a byte order mark; "" when there is no such line.
  /// Lines end with LF, CR LF or CR, as in YAML 1.2.
  std::string_view line(std::uint32_t file, std::uint32_t number) const;
  std::size_t size() const { return files_.size() - 1; }

 private:
  struct File {
    std::string name, text;
    mutable std::vector<std::size_t> line_starts;  ///< Empty until the first call of `line`.
  };
  std::vector<File> files_;
};

enum class Severity { kError, kWarning };

/// A message about the user's documents. `message` names the value and the limit; `help` says what to do.
struct Diagnostic {
  std::string rule;  ///< "CX203"
  Severity severity = Severity::kError;
  std::string message;
  std::string help;
  std::string address;  ///< "CampaignSchedule/collections-q4"; "" when the document has no name yet.
  Position position;
};

using Diagnostics = std::vector<Diagnostic>;

/// Whether any of them is an error.
bool HasErrors(const Diagnostics& diagnostics);

/// Sorts by file name, line, column, rule and message, and drops exact repeats: the order in which people read them.
void SortAndDeduplicate(Diagnostics& diagnostics, const SourceMap& sources);

/// The text form of one, in the shape of cli.md's example: header, place, source line, caret, help. Everything that
/// stems from outside is shown with control characters escaped. Ends with a newline.
/// The source line shows no secrets: for CX107 the value is shown as one `*` for each of its code points (the whole
/// line if its column is unknown), so are literals of members that hold secrets, whatever the fault is, and phone
/// numbers, as MaskPhoneNumbers knows them, are masked with as many stars as they have hidden digits, so that every
/// column stays where it is; for CX501 the value is, in whatever form it is written. `color`: with ANSI colours.
std::string RenderDiagnostic(const Diagnostic& diagnostic, const SourceMap& sources, bool color);

}  // namespace cxctl
