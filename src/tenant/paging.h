#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "tenant/dialect.h"

namespace cxctl {

/// Puts the pages of a list together. Objects may be added, removed or moved between two pages: one that is seen twice
/// is there once, as it was seen last.
class ListCollector {
 public:
  /// Fails with kUnavailable when the pages lead in a circle or do not end.
  Result<void> Add(Page page);
  /// The token of the page to read next; "" before the first page and after the last.
  const std::string& next() const { return next_; }
  std::vector<LiveObject> Take() { return std::move(objects_); }

 private:
  std::vector<LiveObject> objects_;
  std::unordered_map<std::string, std::size_t> places_;  ///< By id.
  std::unordered_set<std::string> tokens_;
  std::string next_;
};

}  // namespace cxctl
