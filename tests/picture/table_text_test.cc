#include "picture/table_text.h"

#include <gmock/gmock.h>

#include "base/strings.h"

namespace cxctl {
namespace {

using Rows = std::vector<std::vector<Cell>>;

TEST(TableText, GivesEachColumnItsRoom) {
  const Rows rows = {{{"kind"}, {"n"}}, {{"Campaign"}, {"✓ pass"}}};
  EXPECT_EQ(TableText(rows, {{}, {}}, 0, false), "kind      n\nCampaign  ✓ pass\n");
  EXPECT_EQ(TableText(rows, {{}, {Fit::kWhole, true}}, 0, false, 2), "  kind           n\n  Campaign  ✓ pass\n");
}

TEST(TableText, ShortensTheLongestColumnOnATerminalOnly) {
  const Rows rows = {{{"CX203"}, {"maxConcurrentCalls is over the capacity", "31"}}};
  const std::vector<Column> columns = {{Fit::kWhole}, {Fit::kText}};
  EXPECT_EQ(TableText(rows, columns, 0, false), "CX203  maxConcurrentCalls is over the capacity\n");
  EXPECT_EQ(TableText(rows, columns, 20, false), "CX203  maxConcurre…\n");
  EXPECT_EQ(TableText(rows, columns, 20, true), "CX203  \x1b[31mmaxConcurre…\x1b[0m\n");
}

TEST(TableText, CutsAddressesLastAndInTheirMiddle) {
  const Rows rows = {{{"12"},
                      {"2026-11-21T16:48:00Z"},
                      {"applied"},
                      {"create"},
                      {"CampaignSchedule/collections-west-arizona"},
                      {"somebody@example.com"},
                      {"run 01M7AAAAAAAAAAAAAAAAAAAAAA"}}};
  const std::vector<Column> columns = {{Fit::kWhole, true}, {Fit::kNice},  {Fit::kNice}, {Fit::kWhole},
                                       {Fit::kAddress},     {Fit::kSpare}, {Fit::kSpare}};
  EXPECT_EQ(
      TableText(rows, columns, 106, false),
      "12  2026-11-21T16:48:00Z  applied  create  CampaignSchedule/collections-west-arizona  somebod…  run 01M7…\n");
  EXPECT_EQ(TableText(rows, columns, 80, false),
            "12  2026-11-21T16:48:00Z  applied  create  CampaignSchedule/c…ions-west-arizona\n");
  EXPECT_EQ(TableText(rows, columns, 60, false), "12  applied  create  CampaignSchedule/co…tions-west-arizona\n");
  EXPECT_EQ(TableText(rows, columns, 40, false), "12  create  CampaignSched…-west-arizona\n");
}

TEST(TableText, FiguresAreNeverCutButComeInParts) {
  const Rows rows = {{{"day"}, {"planned"}, {"actual"}, {"answered"}},
                     {{"Mon 2026-11-23"}, {"1,200"}, {"980"}, {"310"}}};
  const std::vector<Column> columns = {{Fit::kAddress}, {Fit::kWhole, true}, {Fit::kWhole, true}, {Fit::kWhole, true}};
  EXPECT_EQ(TableText(rows, columns, 34, false),
            "day             planned  actual\nMon 2026-11-23    1,200     980\n\n"
            "day             answered\nMon 2026-11-23       310\n");
}

TEST(TableText, ACellMayReachOverTheColumnsThatItsRowLacks) {
  const Rows rows = {{{""}, {"since"}, {"until"}}, {{"apply"}, {"always: the tenant has none"}}};
  const std::vector<Column> columns = {{Fit::kAddress}, {Fit::kNice}, {Fit::kText}};
  EXPECT_EQ(TableText(rows, columns, 0, false), "       since  until\napply  always: the tenant has none\n");
  EXPECT_EQ(TableText(rows, columns, 24, false), "       since  until\napply  always: the\n       tenant has none\n");
  // Where there is hardly any room it is cut.
  EXPECT_EQ(TableText(rows, columns, 18, false), "       until\napply  always: t…\n");
}

TEST(TableText, FitsEveryTerminal) {
  const Rows rows = {{{"Campaign/collections-east"}, {"yes"}, {"2026-11-20 12:00 EST"}, {"closes in 3 h 20 min"}},
                     {{"apply"}, {"no"}, {"always: the tenant has no applyWindows"}}};
  const std::vector<Column> columns = {{Fit::kAddress}, {Fit::kWhole}, {Fit::kNice}, {Fit::kText}};
  for (std::size_t width = 24; width < 120; ++width) {
    const std::string text = TableText(rows, columns, width, false);
    for (const std::string_view line : Split(text, '\n')) EXPECT_LT(CountCodePoints(line), width) << line;
  }
}

}  // namespace
}  // namespace cxctl
