#include "phone/phone_numbers.h"

#include <algorithm>

namespace cxctl {

bool HasE164Form(std::string_view text) {
  if (!text.starts_with('+') || text.size() < 3 || text.size() > 16 || text[1] == '0') return false;
  return std::ranges::all_of(text.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace cxctl
