#include "base/strings.h"

#include <gtest/gtest.h>

namespace cxctl {
namespace {

TEST(NearestWord, FindsSlipsOfThePen) {
  constexpr std::string_view kFields[] = {"maxConcurrentCalls", "callRate", "capacityThreshold", "name"};
  struct Case {
    std::string_view word, nearest;
  };
  for (const auto& [word, nearest] : std::initializer_list<Case>{
           {"callRate", "callRate"},                    // itself
           {"calRate", "callRate"},                     // one letter left out
           {"callRatee", "callRate"},                   // one too many
           {"callRats", "callRate"},                    // another one
           {"clalRate", "callRate"},                    // two swapped
           {"callrate", "callRate"},                    // case
           {"CALLRATE", "callRate"},                    //
           {"CALLRAET", "callRate"},                    // case and a slip
           {"maxConcurentCall", "maxConcurrentCalls"},  // two slips
           {"maxConcurrentCallsLimit", "maxConcurrentCalls"},
           {"nam", "name"},
           {"nmae", "name"},
           {"noms", ""},                  // two of four is more than a third
           {"callsPerMinute", ""},        //
           {"maxCalls", ""},              //
           {"description", ""},           //
           {"threshold", ""},             //
           {"", ""},                      //
           {"n", ""},                     //
           {"\xff\xfe", ""},              //
           {"callRate\xff", "callRate"},  //
       }) {
    EXPECT_EQ(NearestWord(word, kFields), nearest) << word;
  }
}

TEST(NearestWord, TakesTheNearestThenTheFirst) {
  struct Case {
    std::string_view word;
    std::vector<std::string_view> candidates;
    std::string_view nearest;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"started", {"starred", "start", "starte"}, "starred"},
           {"abcdef", {"abcdeg", "abcdeh"}, "abcdeg"},
           {"abcdef", {"abcxyz", "abcdxx", "abcdex"}, "abcdex"},
           {"name", {"NAME", "name"}, "name"},
           {"a", {"b"}, ""},  // nothing in common
           {"ab", {"ac"}, "ac"},
           {"ab", {"ba"}, "ba"},
           {"", {"a"}, ""},
           {"a", {}, ""},
           {"Zürich", {"Zurich"}, "Zurich"},  // one code point, two bytes
       }) {
    EXPECT_EQ(NearestWord(c.word, c.candidates), c.nearest) << c.word;
  }
}

TEST(NearestWord, IsNotSlowedDownByHugeWords) {
  const std::string huge(1'000'000, 'x');
  constexpr std::string_view kFields[] = {"callRate", "xxxxxxxx"};
  EXPECT_EQ(NearestWord(huge, kFields), "");
}

TEST(GlobMatches, Table) {
  struct Case {
    std::string_view pattern, text;
    bool matches;
  };
  for (const auto& [pattern, text, matches] : std::initializer_list<Case>{
           {"Campaign/*", "Campaign/x", true},
           {"Campaign/*", "Campaign/", true},
           {"Campaign/*", "CallCode/a/B", false},
           {"Campaign/*", "Campaign/a/b", false},
           {"Campaign/*", "Campaign", false},
           {"Campaign/*", "XCampaign/a", false},
           {"CallCode/**", "CallCode/a/B", true},
           {"CallCode/**", "CallCode/a/B/C/D", true},
           {"CallCode/**", "CallCode/", true},
           {"CallCode/**", "CallCode", false},
           {"CallCode/**/D", "CallCode/a/B/C/D", true},
           {"CallCode/**/D", "CallCode/D", false},
           {"CallCode/*/B", "CallCode/a/B", true},
           {"CallCode/*/B", "CallCode/a/c/B", false},
           {"**", "", true},
           {"**", "a/b/c", true},
           {"***", "a/b/c", true},
           {"*", "", true},
           {"*", "abc", true},
           {"*", "a/b", false},
           {"*/*", "a/b", true},
           {"*/*", "a/b/c", false},
           {"**/x", "a/b/x", true},
           {"**/x", "x", false},
           {"**x", "a/b/x", true},
           {"collections-*", "collections-east", true},
           {"collections-*", "collections", false},
           {"*-east", "collections-east", true},
           {"*-east", "collections-east-2", false},
           {"c*t*t", "collections-east-t", true},
           {"a*b*c", "abcbc", true},
           {"a*b*c", "abcb", false},
           {"a?c", "abc", true},
           {"a?c", "a/c", false},
           {"a?c", "ac", false},
           {"a?c", "aüc", true},  // one code point
           {"a?c",
            "a\xff"
            "c",
            true},
           {"?", "", false},
           {"??", "ab", true},
           {"", "", true},
           {"", "a", false},
           {"a", "", false},
           {"a", "A", false},
           {"a.c", "abc", false},  // no regular expression
           {"[a]", "a", false},
           {"[a]", "[a]", true},
           {"\\*", "*", false},
           {"\xfc", "\xfc", true},
           {"\xfc", "ü", false},
       }) {
    EXPECT_EQ(GlobMatches(pattern, text), matches) << pattern << " on " << text;
  }
}

TEST(GlobMatches, IsNotExponential) {
  std::string pattern, text(2000, 'a');
  for (int i = 0; i < 50; ++i) pattern += "*a";
  EXPECT_FALSE(GlobMatches(pattern + "b", text));
  EXPECT_TRUE(GlobMatches(pattern, text));
}

TEST(Utf8, WellFormedOrNot) {
  struct Case {
    std::string_view bytes;
    bool valid;
    std::size_t code_points, first_size;
  };
  using namespace std::literals;
  for (const auto& [bytes, valid, code_points, first_size] : std::initializer_list<Case>{
           {"", true, 0, 0},
           {"abc", true, 3, 1},
           {"\0"sv, true, 1, 1},
           {"\x7f", true, 1, 1},
           {"\xc2\x80", true, 1, 2},
           {"\xdf\xbf", true, 1, 2},
           {"\xe0\xa0\x80", true, 1, 3},
           {"\xed\x9f\xbf", true, 1, 3},
           {"\xee\x80\x80", true, 1, 3},
           {"\xef\xbf\xbf", true, 1, 3},
           {"\xf0\x90\x80\x80", true, 1, 4},
           {"\xf4\x8f\xbf\xbf", true, 1, 4},
           {"Zürich €", true, 8, 1},
           {"\x80", false, 1, 1},              // continuation alone
           {"\xbf\xbf", false, 2, 1},          //
           {"\xc0\x80", false, 2, 1},          // overlong NUL
           {"\xc1\xbf", false, 2, 1},          // overlong DEL
           {"\xe0\x80\x80", false, 3, 1},      // overlong
           {"\xe0\x9f\xbf", false, 3, 1},      // overlong
           {"\xf0\x80\x80\x80", false, 4, 1},  // overlong
           {"\xf0\x8f\xbf\xbf", false, 4, 1},  // overlong
           {"\xed\xa0\x80", false, 3, 1},      // surrogate
           {"\xed\xbf\xbf", false, 3, 1},      // surrogate
           {"\xf4\x90\x80\x80", false, 4, 1},  // behind U+10FFFF
           {"\xf5\x80\x80\x80", false, 4, 1},  //
           {"\xff", false, 1, 1},              //
           {"\xfe\xff", false, 2, 1},          //
           {"\xc3", false, 1, 1},              // cut off
           {"\xe2\x82", false, 2, 1},          //
           {"\xf0\x9f\x98", false, 3, 1},      //
           {"\xc3(", false, 2, 1},             // not continued
           {"\xe2(\xa1", false, 3, 1},         //
           {"\xe2\x82(", false, 3, 1},         //
           {"\xf0\x9f\x98(", false, 4, 1},     //
           {"ok\xffok", false, 5, 1},          //
           {"Z\xfcrich", false, 6, 1},         // Latin-1
       }) {
    EXPECT_EQ(IsUtf8(bytes), valid) << EscapeControls(bytes);
    EXPECT_EQ(CountCodePoints(bytes), code_points) << EscapeControls(bytes);
    EXPECT_EQ(CodePointSize(bytes), first_size) << EscapeControls(bytes);
  }
}

TEST(EscapeControls, Table) {
  struct Case {
    std::string_view text, escaped;
  };
  using namespace std::literals;
  for (const auto& [text, escaped] : std::initializer_list<Case>{
           {"", ""},
           {"plain text, Zürich, 東京, 😀", "plain text, Zürich, 東京, 😀"},
           {"back\\slash \"quotes\"", "back\\slash \"quotes\""},
           {"\x1b[31mred", "\\u001b[31mred"},
           {"\x1b]0;title\x07", "\\u001b]0;title\\u0007"},
           {"line\nforged", "line\\u000aforged"},
           {"over\rwritten", "over\\u000dwritten"},
           {"a\tb", "a\\u0009b"},
           {"\0"sv, "\\u0000"},
           {"\x1f", "\\u001f"},
           {"\x7f", "\\u007f"},
           {"\xc2\x80", "\\u0080"},
           {"\xc2\x9b"
            "31m",
            "\\u009b31m"},            // C1: CSI in one character
           {"\xc2\x9f", "\\u009f"},   //
           {"\xc2\xa0", "\xc2\xa0"},  // no-break space stays
           {"\xd8\x9c", "\\u061c"},   // Arabic letter mark
           {"\xe2\x80\x8e\xe2\x80\x8f", "\\u200e\\u200f"},
           {"\xe2\x80\xa8\xe2\x80\xa9", "\\u2028\\u2029"},  // line and paragraph separator
           {"\xe2\x80\xaa\xe2\x80\xae", "\\u202a\\u202e"},  // embeddings and overrides
           {"\xe2\x80\xaf", "\xe2\x80\xaf"},                // the one behind them stays
           {"\xe2\x81\xa6\xe2\x81\xa9", "\\u2066\\u2069"},  // isolates
           {"\xff", "\\xff"},
           {"a\xc3", "a\\xc3"},
           {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
           {"\xc0\x9b", "\\xc0\\x9b"},
       }) {
    EXPECT_EQ(EscapeControls(text), escaped);
  }
}

TEST(MaskPhoneNumbers, Table) {
  struct Case {
    std::string_view text, masked;
  };
  for (const auto& [text, masked] : std::initializer_list<Case>{
           {"+14155551234", "+1415***1234"},
           {"call +14155551234 now", "call +1415***1234 now"},
           {"+14155551234,+442071838750", "+1415***1234,+4420***8750"},
           {"+14155551234+442071838750", "+1415***1234+4420***8750"},
           {"++14155551234", "++1415***1234"},
           {"+123456789012345", "+1234***2345"},  // 15 digits
           {"+1234567890", "+123***7890"},        // at least three are hidden
           {"+123456789", "+12***6789"},
           {"+12345678", "+1***5678"},                  // 8 digits
           {"+1234567", "+1234567"},                    // 7 digits
           {"+1234567890123456", "+1234567890123456"},  // 16 digits
           {"+1***5678", "+1***5678"},                  // masked already
           {"14155551234", "14155551234"},
           {"2026-10-01T00:00:00+04:00", "2026-10-01T00:00:00+04:00"},
           {"1 + 12345678", "1 + 12345678"},
           {"+", "+"},
           {"", ""},
           {"\"+18005559876\"", "\"+1800***9876\""},
       }) {
    EXPECT_EQ(MaskPhoneNumbers(text), masked);
  }
}

TEST(MaskPhoneNumbers, KeepsTheLengthWhenAsked) {
  struct Case {
    std::string_view text, masked;
  };
  for (const auto& [text, masked] : std::initializer_list<Case>{
           {"+18005559876", "+1800***9876"},
           {"+442071838750", "+4420****8750"},
           {"+123456789012345", "+1234*******2345"},  // 15 digits
           {"+1234567890", "+123***7890"},
           {"+12345678", "+1***5678"},                  // 8 digits
           {"+1234567", "+1234567"},                    // 7 digits
           {"+1234567890123456", "+1234567890123456"},  // 16 digits
           {"a: \"+442071838750\" # +18005559876", "a: \"+4420****8750\" # +1800***9876"},
           {"18005559876", "18005559876"},
           {"", ""},
       }) {
    EXPECT_EQ(MaskPhoneNumbersKeepingLength(text), masked);
  }
}

TEST(Split, GivesOnePieceMoreThanSeparators) {
  using Pieces = std::vector<std::string_view>;
  EXPECT_EQ(Split("a,b,c", ','), (Pieces{"a", "b", "c"}));
  EXPECT_EQ(Split("", ','), (Pieces{""}));
  EXPECT_EQ(Split(",", ','), (Pieces{"", ""}));
  EXPECT_EQ(Split("a,,b,", ','), (Pieces{"a", "", "b", ""}));
  EXPECT_EQ(Split("a b", ','), (Pieces{"a b"}));
}

TEST(JoinAnd, ReadsLikeASentence) {
  using Parts = std::vector<std::string>;
  EXPECT_EQ(JoinAnd(Parts{}), "");
  EXPECT_EQ(JoinAnd(Parts{"a"}), "a");
  EXPECT_EQ(JoinAnd(Parts{"a", "b"}), "a and b");
  EXPECT_EQ(JoinAnd(Parts{"a", "b", "c"}), "a, b and c");
}

TEST(Join, PutsSeparatorsBetween) {
  using Parts = std::vector<std::string>;
  EXPECT_EQ(Join(Parts{}, ", "), "");
  EXPECT_EQ(Join(Parts{"a"}, ", "), "a");
  EXPECT_EQ(Join(Parts{"a", "", "c"}, ", "), "a, , c");
}

TEST(Case, FoldsAsciiOnly) {
  EXPECT_TRUE(EqualsIgnoringCase("Retry-After", "RETRY-aFTER"));
  EXPECT_TRUE(EqualsIgnoringCase("", ""));
  EXPECT_FALSE(EqualsIgnoringCase("a", ""));
  EXPECT_FALSE(EqualsIgnoringCase("a", "b"));
  EXPECT_FALSE(EqualsIgnoringCase("[", "{"));
  EXPECT_FALSE(EqualsIgnoringCase("ü", "Ü"));
  EXPECT_EQ(ToLower("Content-TYPE 9 Ü@["), "content-type 9 Ü@[");
}

TEST(Trim, TakesAsciiWhiteSpaceOff) {
  EXPECT_EQ(Trim(" \t\r\n\v\fa b \n"), "a b");
  EXPECT_EQ(Trim(""), "");
  EXPECT_EQ(Trim(" \n "), "");
  EXPECT_EQ(Trim("\xc2\xa0"), "\xc2\xa0");
}

TEST(Count, FindsThePlural) {
  EXPECT_EQ(Count(0, "change"), "0 changes");
  EXPECT_EQ(Count(1, "change"), "1 change");
  EXPECT_EQ(Count(2, "change"), "2 changes");
  EXPECT_EQ(Count(1, "policy", "policies"), "1 policy");
  EXPECT_EQ(Count(3, "policy", "policies"), "3 policies");
}

TEST(Percent, EncodesAllButTheUnreserved) {
  EXPECT_EQ(PercentEncode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(PercentEncode("a b/c?d=e&f+g%"), "a%20b%2Fc%3Fd%3De%26f%2Bg%25");
  EXPECT_EQ(PercentEncode("ü\n"), "%C3%BC%0A");
  EXPECT_EQ(PercentEncode(""), "");
}

TEST(Percent, DecodesWhatIsComplete) {
  struct Case {
    std::string_view text, decoded;
    bool plus_is_space = false;
  };
  for (const auto& [text, decoded, plus_is_space] : std::initializer_list<Case>{
           {"a%20b", "a b"},
           {"%C3%bc", "ü"},
           {"a+b", "a+b"},
           {"a+b%2B", "a b+", true},
           {"%", "%"},
           {"%2", "%2"},
           {"%zz", "%zz"},
           {"%2g", "%2g"},
           {"%%41", "%A"},
           {"%2541", "%41"},  // once, not twice
           {"100%", "100%"},
           {"", ""},
       }) {
    EXPECT_EQ(PercentDecode(text, plus_is_space), decoded);
  }
}

TEST(Percent, RoundTripsEveryByte) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  EXPECT_EQ(PercentDecode(PercentEncode(bytes)), bytes);
  EXPECT_EQ(PercentDecode(PercentEncode(bytes), true), bytes);
}

TEST(ToHex, IsLowerCase) {
  const std::uint8_t bytes[] = {0x00, 0x0f, 0xa0, 0xff};
  EXPECT_EQ(ToHex(bytes), "000fa0ff");
  EXPECT_EQ(ToHex({}), "");
}

}  // namespace
}  // namespace cxctl
