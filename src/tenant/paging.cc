#include "tenant/paging.h"

namespace cxctl {

namespace {

constexpr std::size_t kMostPages = 100'000;

}  // namespace

Result<void> ListCollector::Add(Page page) {
  for (LiveObject& object : page.objects) {
    const auto [place, is_new] = places_.emplace(object.id, objects_.size());
    if (is_new) {
      objects_.push_back(std::move(object));
    } else {
      objects_[place->second] = std::move(object);
    }
  }
  next_ = std::move(page.next);
  if (next_.empty()) return {};
  if (!tokens_.insert(next_).second) {
    return Fail(ErrorCode::kUnavailable, "the pages of the list lead in a circle: a nextPage came twice");
  }
  if (tokens_.size() > kMostPages) return Fail(ErrorCode::kUnavailable, "the pages of the list do not end");
  return {};
}

}  // namespace cxctl
