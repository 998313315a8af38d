#include "rules/text_message.h"

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace cxctl {

namespace {

// Saturday, noon, and a zone without an abbreviation of its own: no time is longer.
constexpr PlaceholderInfo kPlaceholders[] = {
    {"localTime", "Sat 28 Nov 2026, 12:30 PM +0545"},
    {"scheduledTime", "2026-11-28T12:30:00+05:45"},
};

// 3GPP TS 23.038, 6.2.1, without the escape to the extension table.
constexpr std::u32string_view kGsm7 =
    U"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    U"abcdefghijklmnopqrstuvwxyzäöñüà";
// 6.2.1.1
constexpr std::u32string_view kGsm7Extension = U"\f^{}\\[~]|€";
static_assert(kGsm7.size() == 127 && kGsm7Extension.size() == 10);

// What carriers take for a wish to end it (CTIA), and what the law counts as one (47 CFR 64.1200(a)(10)).
constexpr std::string_view kOptOutWords[] = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END",
                                             "QUIT", "REVOKE",  "OPTOUT",      "OPT OUT"};

/// 0 for a character that is not in the alphabet.
std::size_t Gsm7Size(char32_t character) {
  if (kGsm7.contains(character)) return 1;
  return kGsm7Extension.contains(character) ? 2 : 0;
}

bool IsWordByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// ` WORD WORD `: words of the text, but for those in placeholders, with one space before, between and behind.
std::string WordsOf(std::string_view text) {
  std::string plain(text);
  for (const Placeholder& each : FindPlaceholders(text)) std::fill_n(plain.begin() + each.offset, each.size, ' ');
  std::string words = " ";
  for (const char c : plain) {
    if (IsWordByte(c)) {
      words += c;
    } else if (words.back() != ' ') {
      words += ' ';
    }
  }
  if (words.back() != ' ') words += ' ';
  return ToLower(words);
}

}  // namespace

std::vector<Placeholder> FindPlaceholders(std::string_view text) {
  std::vector<Placeholder> found;
  for (std::size_t begin = text.find("{{"); begin != text.npos;) {
    const std::size_t end = text.find("}}", begin + 2);
    const std::size_t next = text.find("{{", begin + 2);
    if (end == text.npos || next < end) {
      found.push_back({text.substr(begin + 2, next == text.npos ? next : next - begin - 2), begin, 2, false});
    } else {
      found.push_back({text.substr(begin + 2, end - begin - 2), begin, end + 2 - begin, true});
    }
    begin = text.find("{{", begin + found.back().size);
  }
  return found;
}

const PlaceholderInfo* FindPlaceholderInfo(std::string_view name) {
  const auto found = std::ranges::find(kPlaceholders, name, &PlaceholderInfo::name);
  return found == std::end(kPlaceholders) ? nullptr : &*found;
}

std::string_view NearestPlaceholder(std::string_view name) {
  std::vector<std::string_view> names;
  for (const PlaceholderInfo& each : kPlaceholders) names.push_back(each.name);
  return NearestWord(Trim(name), names);
}

std::string WithLongestPlaceholders(std::string_view text) {
  std::string filled;
  std::size_t done = 0;
  for (const Placeholder& each : FindPlaceholders(text)) {
    const PlaceholderInfo* info = each.closed ? FindPlaceholderInfo(each.name) : nullptr;
    if (!info) continue;
    filled.append(text.substr(done, each.offset - done)).append(info->longest);
    done = each.offset + each.size;
  }
  return filled.append(text.substr(done));
}

char32_t DecodeCharacter(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  constexpr std::array<unsigned, 5> kLeadBits = {0, 0x7F, 0x1F, 0x0F, 0x07};
  char32_t value = byte(0) & kLeadBits[character.size()];
  for (std::size_t i = 1; i < character.size(); ++i) value = value << 6 | (byte(i) & 0x3FU);
  return value;
}

MessageLength MeasureMessage(std::string_view utf8) {
  std::size_t gsm7 = 0;
  std::size_t ucs2 = 0;
  MessageLength length;
  while (!utf8.empty()) {
    const std::string_view first = utf8.substr(0, CodePointSize(utf8));
    const char32_t character = DecodeCharacter(first);
    const std::size_t size = Gsm7Size(character);
    if (size == 0 && length.outside.empty()) length.outside = first;
    gsm7 += size;
    ucs2 += character > 0xFFFF ? 2 : 1;
    utf8.remove_prefix(first.size());
  }
  length.characters = length.outside.empty() ? gsm7 : ucs2;
  return length;
}

bool HasOptOutWord(std::string_view text) {
  const std::string words = WordsOf(text);
  return std::ranges::any_of(
      kOptOutWords, [&](std::string_view word) { return words.find(" " + ToLower(word) + " ") != std::string::npos; });
}

}  // namespace cxctl
