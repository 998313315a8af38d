#include "edit/member_order.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/strings.h"

namespace cxctl {

namespace {

bool HasAnchors(const SyntaxNode& node) {
  return !node.anchor.empty() || std::ranges::any_of(node.entries, [](const SyntaxEntry& entry) {
    return HasAnchors(entry.key) || HasAnchors(entry.value);
  });
}

std::size_t RankOf(const SyntaxEntry& entry) {
  constexpr std::string_view kFirst[] = {"apiVersion", "kind", "metadata", "spec"};
  return static_cast<std::size_t>(std::ranges::find(kFirst, entry.key.text) - std::begin(kFirst));
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
  if (!lines || std::ranges::is_sorted(entries, {}, RankOf) || HasAnchors(document.root)) return own;
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
