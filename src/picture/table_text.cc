#include "picture/table_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "base/strings.h"
#include "picture/markup.h"

namespace cxctl {

namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeastToWrap = 12;

using Rows = std::vector<std::vector<Cell>>;
/// Room of each column that is shown: which one, and how wide.
struct Slot {
  std::size_t column = 0, width = 0;
};

std::size_t LeastOf(Fit fit) {
  switch (fit) {
    case Fit::kSpare:
      return 8;
    case Fit::kText:
      return 10;
    case Fit::kPlace:
      return 16;
    case Fit::kAddress:
      return 12;
    case Fit::kNice:
    case Fit::kWhole:
      break;
  }
  return SIZE_MAX;
}

class Table {
 public:
  Table(const Rows& rows, const std::vector<Column>& columns, bool color, std::size_t indent)
      : rows_(rows), columns_(columns), color_(color), indent_(indent) {
    for (std::size_t i = 0; i < columns.size(); ++i) natural_.push_back({i, 0});
    for (const auto& row : rows) {
      const std::size_t measured = row.size() < columns.size() ? row.size() - 1 : row.size();
      for (std::size_t i = 0; i < measured; ++i)
        natural_[i].width = std::max(natural_[i].width, CountCodePoints(row[i].text));
    }
  }

  std::string Draw(std::size_t width) const {
    if (width == 0) return Part(natural_, SIZE_MAX);
    const std::size_t room = width - std::min(width - 1, 1 + indent_);  // the cursor stands at the end
    std::vector<std::size_t> spares = ThatAre({Fit::kSpare}), late = ThatAre({Fit::kNice, Fit::kPlace});
    constexpr std::size_t kWholeAddress = SIZE_MAX, kPlainAddress = 24;
    std::vector<Slot> slots = natural_;
    if (const auto fit = Fitted(slots, kWholeAddress, room)) return Part(*fit, room);
    while (LeaveOut(slots, spares)) {
      if (const auto fit = Fitted(slots, kWholeAddress, room)) return Part(*fit, room);
    }
    do {
      if (const auto fit = Fitted(slots, kPlainAddress, room)) return Part(*fit, room);
    } while (LeaveOut(slots, late));
    if (const auto fit = Fitted(slots, LeastOf(Fit::kAddress), room)) return Part(*fit, room);
    return InParts(room);
  }

 private:
  /// From the first to the last that is left out.
  std::vector<std::size_t> ThatAre(std::initializer_list<Fit> fits) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 1; i < columns_.size(); ++i) {
      if (std::ranges::find(fits, columns_[i].fit) != fits.end()) found.push_back(i);
    }
    if (std::ranges::find(fits, Fit::kSpare) == fits.end()) std::ranges::reverse(found);
    return found;
  }

  /// Takes away the last of `candidates`. False if there is none.
  static bool LeaveOut(std::vector<Slot>& slots, std::vector<std::size_t>& candidates) {
    if (candidates.empty()) return false;
    std::erase_if(slots, [&](const Slot& slot) { return slot.column == candidates.back(); });
    candidates.pop_back();
    return true;
  }

  static std::size_t Total(const std::vector<Slot>& slots) {
    std::size_t total = slots.empty() ? 0 : kGap * (slots.size() - 1);
    for (const Slot& slot : slots) total += slot.width;
    return total;
  }

  /// Takes from the widest column that may be cut until all fit, from addresses last; nothing if they cannot.
  std::optional<std::vector<Slot>> Fitted(std::vector<Slot> slots, std::size_t least_address, std::size_t room) const {
    for (const bool addresses : {false, true}) {
      while (Total(slots) > room) {
        Slot* widest = nullptr;
        for (Slot& slot : slots) {
          const Fit fit = columns_[slot.column].fit;
          const std::size_t least = fit == Fit::kAddress ? least_address : LeastOf(fit);
          if ((fit == Fit::kAddress) != addresses || slot.width <= least) continue;
          if (!widest || slot.width > widest->width) widest = &slot;
        }
        if (!widest) break;
        --widest->width;
      }
    }
    if (Total(slots) > room) return std::nullopt;
    return slots;
  }

  /// As many columns at a time as have room beside the first one.
  std::string InParts(std::size_t room) const {
    std::vector<Slot> all = natural_;
    const auto cut = [&](Slot& slot, std::size_t most) {
      if (columns_[slot.column].fit != Fit::kNice && columns_[slot.column].fit != Fit::kWhole)
        slot.width = std::min(slot.width, most);
    };
    for (Slot& slot : all) cut(slot, std::max(LeastOf(Fit::kAddress), room / 2));
    std::string out;
    for (std::size_t next = 1; next < all.size();) {
      std::vector<Slot> part = {all.front()};
      do part.push_back(all[next++]);
      while (next < all.size() && Total(part) + kGap + all[next].width <= room);
      out += (out.empty() ? "" : "\n") + Part(Fitted(part, 1, room).value_or(part), room);
    }
    return out;
  }

  std::string Part(const std::vector<Slot>& slots, std::size_t room) const {
    std::string out;
    for (const auto& row : rows_) out += Line(row, slots, room);
    return out;
  }

  std::string Line(const std::vector<Cell>& row, const std::vector<Slot>& slots, std::size_t room) const {
    const bool reaches_over = row.size() < columns_.size();
    std::string line;
    std::size_t owed = indent_;  // spaces, which no line ends with
    std::size_t taken = 0;
    for (const Slot& slot : slots) {
      const bool is_last = reaches_over && slot.column + 1 >= row.size();
      const Cell* cell = slot.column < row.size() ? &row[slot.column] : is_last ? &row.back() : nullptr;
      if (!cell) break;
      const std::size_t width = is_last ? (room == SIZE_MAX ? SIZE_MAX : room - std::min(room, taken)) : slot.width;
      if (is_last && cell->color.empty() && width >= kLeastToWrap && width != SIZE_MAX &&
          CountCodePoints(cell->text) > width)
        return line + Wrapped(cell->text, std::exchange(owed, 0), taken + indent_, width);
      const std::string text = Cut(cell->text, columns_[is_last ? row.size() - 1 : slot.column].fit, width);
      const std::size_t space = is_last ? 0 : slot.width - std::min(slot.width, CountCodePoints(text));
      const bool to_the_right = columns_[slot.column].is_figure && !is_last;
      if (to_the_right) owed += space;
      if (!text.empty()) {
        line.append(std::exchange(owed, 0), ' ');
        line += color_ && !cell->color.empty() ? fmt::format("\x1b[{}m{}\x1b[0m", cell->color, text) : text;
      }
      if (is_last) break;
      owed += (to_the_right ? 0 : space) + kGap;
      taken += slot.width + kGap;
    }
    return line + "\n";
  }

  /// What reaches over several columns is a sentence, of which no word may be lost: its further lines begin below it.
  static std::string Wrapped(const std::string& text, std::size_t owed, std::size_t margin, std::size_t width) {
    std::string out(owed, ' ');
    std::size_t column = 0;
    for (const std::string_view each : Split(text, ' ')) {
      const std::string word = Shortened(each, width);
      const std::size_t size = CountCodePoints(word);
      if (column > 0 && column + 1 + size > width) {
        out += "\n" + std::string(margin, ' ');
        column = 0;
      }
      out += fmt::format("{}{}", column > 0 ? " " : "", word);
      column += (column > 0 ? 1 : 0) + size;
    }
    return out + "\n";
  }

  static std::string Cut(const std::string& text, Fit fit, std::size_t width) {
    if (fit == Fit::kAddress) return ShortenedInMiddle(text, width);
    if (fit == Fit::kPlace) return ShortenedAtFront(text, width);
    return Shortened(text, width);
  }

  const Rows& rows_;
  const std::vector<Column>& columns_;
  bool color_;
  std::size_t indent_;
  std::vector<Slot> natural_;
};

}  // namespace

std::string TableText(const std::vector<std::vector<Cell>>& rows, const std::vector<Column>& columns, std::size_t width,
                      bool color, std::size_t indent) {
  return Table(rows, columns, color, indent).Draw(width);
}

}  // namespace cxctl
