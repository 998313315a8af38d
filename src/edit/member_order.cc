#include "edit/member_order.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"

namespace cxctl {

namespace {

std::size_t RankOf(const SyntaxEntry& entry) {
  constexpr std::string_view kFirst[] = {"apiVersion", "kind", "metadata", "spec"};
  return static_cast<std::size_t>(std::ranges::find(kFirst, entry.key.text) - std::begin(kFirst));
}

/// Anchors and aliases from left to right: "&" or "*" and the name.
void AddNames(const SyntaxNode& node, std::vector<std::string>& names) {
  if (!node.anchor.empty()) names.push_back((node.kind == NodeKind::kAlias ? '*' : '&') + node.anchor);
  for (const SyntaxEntry& entry : node.entries) {
    AddNames(entry.key, names);
    AddNames(entry.value, names);
  }
}

/// Whether each alias of the mapping still means the same anchor when its members stand in order.
bool KeepsMeaning(const SyntaxNode& root) {
  std::vector<const SyntaxEntry*> entries;
  for (const SyntaxEntry& entry : root.entries) entries.push_back(&entry);
  // Which anchor, by its place in the file, each alias means.
  const auto meanings = [&] {
    std::map<std::string, const SyntaxEntry*> anchored;
    std::map<const SyntaxEntry*, std::vector<const SyntaxEntry*>> meant;
    for (const SyntaxEntry* entry : entries) {
      std::vector<std::string> names;
      AddNames(entry->key, names);
      AddNames(entry->value, names);
      for (const std::string& name : names) {
        if (name.starts_with('&')) anchored[name.substr(1)] = entry;
        if (name.starts_with('*')) meant[entry].push_back(anchored[name.substr(1)]);
      }
    }
    return meant;
  };
  const auto before = meanings();
  std::ranges::stable_sort(entries, {}, [](const SyntaxEntry* entry) { return RankOf(*entry); });
  return before == meanings();
}

/// Where an entry begins with the comments above it.
std::size_t ChunkStart(std::string_view text, std::size_t mark) {
  std::size_t start = LineStart(text, mark);
  while (start > 0) {
    const std::size_t before = LineStart(text, start - 1);
    if (!Trim(text.substr(before, start - before)).starts_with('#')) break;
    start = before;
  }
  return start;
}

/// The document's text with its members in the order that people expect.
std::string Reordered(std::string_view text, const SyntaxDocument& document) {
  const std::string own(text.substr(document.start, document.end - document.start));
  const auto& entries = document.root.entries;
  const bool lines = document.root.kind == NodeKind::kMapping && !document.root.flow;
  if (!lines || std::ranges::is_sorted(entries, {}, RankOf) || !KeepsMeaning(document.root)) return own;
  std::vector<std::pair<std::size_t, std::string>> chunks;
  const std::size_t first = LineStart(text, entries.front().mark);
  const std::size_t last = std::min(LineEnd(text, entries.back().end()) + 1, document.end);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::size_t start = i == 0 ? first : ChunkStart(text, entries[i].mark);
    const std::size_t end = i + 1 < entries.size() ? ChunkStart(text, entries[i + 1].mark) : last;
    std::string chunk(text.substr(start, end - start));
    if (!chunk.ends_with('\n')) chunk += '\n';
    chunks.emplace_back(RankOf(entries[i]), std::move(chunk));
  }
  std::ranges::stable_sort(chunks, {}, [](const auto& chunk) { return chunk.first; });
  std::string result = own.substr(0, first - document.start);
  for (const auto& [rank, chunk] : chunks) result += chunk;
  return result + own.substr(last - document.start);
}

}  // namespace

std::string InOrder(std::string_view text, const SyntaxFile& file) {
  std::string result;
  for (const SyntaxDocument& document : file.documents) result += Reordered(text, document);
  return file.documents.empty() ? std::string(text) : result;
}

}  // namespace cxctl
