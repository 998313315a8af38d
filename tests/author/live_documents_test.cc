#include "author/live_documents.h"

#include <gtest/gtest.h>

#include "author/plain_letters.h"

namespace cxctl {
namespace {

TEST(PlainLettersTest, LatinLettersLoseTheirMarksAndOthersStay) {
  EXPECT_EQ(PlainLetters("Süd/Öst – Köln"), "sud/ost – koln");
  EXPECT_EQ(PlainLetters("Straße, STRAẞE"), "strasse, strasse");
  EXPECT_EQ(PlainLetters("Ærøskøbing Łódź Þór Œuvre Ijssel"), "aeroskobing lodz thor oeuvre ijssel");
  EXPECT_EQ(PlainLetters("İstanbul Çağrı Ștefan Việt Nam Nǚ"), "istanbul cagri stefan viet nam nu");
  EXPECT_EQ(PlainLetters("Ko\u0308ln Cafe\u0301"), "koln cafe") << "marks behind their letters";
  EXPECT_EQ(PlainLetters("営業 Отдел ×÷"), "営業 Отдел ×÷");
  EXPECT_EQ(PlainLetters("a\xC3"), "a\xC3") << "no UTF-8";
}

TEST(NameForTest, IsMadeOfWhatCanBeReadOfALiveName) {
  std::set<std::string> taken;
  EXPECT_EQ(NameFor("Süd/Öst – Köln", "campaign", taken), "sud-ost-koln");
  EXPECT_EQ(NameFor("Sud Ost Koln", "campaign", taken), "sud-ost-koln-2");
  EXPECT_EQ(NameFor("営業 Café", "campaign", taken), "cafe");
  EXPECT_EQ(NameFor("営業", "campaign", taken), "campaign");
  EXPECT_EQ(NameFor(std::string(70, 'a') + "ß", "campaign", taken), std::string(63, 'a'));
}

}  // namespace
}  // namespace cxctl
