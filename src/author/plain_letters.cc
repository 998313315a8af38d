#include "author/plain_letters.h"

#include <algorithm>
#include <iterator>

#include "base/strings.h"

namespace cxctl {

namespace {

struct LetterRange {
  char32_t first, last;
  std::string_view plain;
};

/// Latin-1, Latin Extended-A, what Romanian, Vietnamese and pinyin need of the others, and combining marks.
constexpr LetterRange kLetters[] = {
    {0x00C0, 0x00C5, "a"},  {0x00C6, 0x00C6, "ae"}, {0x00C7, 0x00C7, "c"},  {0x00C8, 0x00CB, "e"},
    {0x00CC, 0x00CF, "i"},  {0x00D0, 0x00D0, "d"},  {0x00D1, 0x00D1, "n"},  {0x00D2, 0x00D6, "o"},
    {0x00D8, 0x00D8, "o"},  {0x00D9, 0x00DC, "u"},  {0x00DD, 0x00DD, "y"},  {0x00DE, 0x00DE, "th"},
    {0x00DF, 0x00DF, "ss"}, {0x00E0, 0x00E5, "a"},  {0x00E6, 0x00E6, "ae"}, {0x00E7, 0x00E7, "c"},
    {0x00E8, 0x00EB, "e"},  {0x00EC, 0x00EF, "i"},  {0x00F0, 0x00F0, "d"},  {0x00F1, 0x00F1, "n"},
    {0x00F2, 0x00F6, "o"},  {0x00F8, 0x00F8, "o"},  {0x00F9, 0x00FC, "u"},  {0x00FD, 0x00FD, "y"},
    {0x00FE, 0x00FE, "th"}, {0x00FF, 0x00FF, "y"},  {0x0100, 0x0105, "a"},  {0x0106, 0x010D, "c"},
    {0x010E, 0x0111, "d"},  {0x0112, 0x011B, "e"},  {0x011C, 0x0123, "g"},  {0x0124, 0x0127, "h"},
    {0x0128, 0x0131, "i"},  {0x0132, 0x0133, "ij"}, {0x0134, 0x0135, "j"},  {0x0136, 0x0138, "k"},
    {0x0139, 0x0142, "l"},  {0x0143, 0x014B, "n"},  {0x014C, 0x0151, "o"},  {0x0152, 0x0153, "oe"},
    {0x0154, 0x0159, "r"},  {0x015A, 0x0161, "s"},  {0x0162, 0x0167, "t"},  {0x0168, 0x0173, "u"},
    {0x0174, 0x0175, "w"},  {0x0176, 0x0178, "y"},  {0x0179, 0x017E, "z"},  {0x017F, 0x017F, "s"},
    {0x01A0, 0x01A1, "o"},  {0x01AF, 0x01B0, "u"},  {0x01CD, 0x01CE, "a"},  {0x01CF, 0x01D0, "i"},
    {0x01D1, 0x01D2, "o"},  {0x01D3, 0x01DC, "u"},  {0x0218, 0x0219, "s"},  {0x021A, 0x021B, "t"},
    {0x0300, 0x036F, ""},   {0x1E80, 0x1E85, "w"},  {0x1E9E, 0x1E9E, "ss"}, {0x1EA0, 0x1EB7, "a"},
    {0x1EB8, 0x1EC7, "e"},  {0x1EC8, 0x1ECB, "i"},  {0x1ECC, 0x1EE3, "o"},  {0x1EE4, 0x1EF1, "u"},
    {0x1EF2, 0x1EF9, "y"},
};

/// Of one valid sequence of two or three bytes, where all of these letters are; else 0.
char32_t CodePointOf(std::string_view sequence) {
  const auto bits = [&](std::size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(sequence[i]) & 0x3F);
  };
  if (sequence.size() == 2) return (bits(0) & 0x1F) << 6 | bits(1);
  if (sequence.size() == 3) return (bits(0) & 0x0F) << 12 | bits(1) << 6 | bits(2);
  return 0;
}

}  // namespace

std::string PlainLetters(std::string_view utf8) {
  std::string plain;
  while (!utf8.empty()) {
    const std::string_view letter = utf8.substr(0, CodePointSize(utf8));
    utf8.remove_prefix(letter.size());
    if (letter.size() == 1) {
      plain += ToLower(letter);
      continue;
    }
    const char32_t code_point = CodePointOf(letter);
    const auto range = std::ranges::lower_bound(kLetters, code_point, {}, &LetterRange::last);
    plain += range != std::end(kLetters) && code_point >= range->first ? range->plain : letter;
  }
  return plain;
}

}  // namespace cxctl
