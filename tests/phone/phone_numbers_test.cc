#include "phone/phone_numbers.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "phone/load_phone_numbers.h"

namespace cxctl {
namespace {

const PhoneNumbers& Numbers() {
  static const auto kNumbers = LoadPhoneNumbers(CXCTL_BINARY).value();
  return *kNumbers;
}

std::string FaultName(NumberFault fault) {
  constexpr const char* kNames[] = {"fine",     "not a number", "unknown country", "too short",
                                    "too long", "wrong length", "unassigned"};
  return kNames[static_cast<int>(fault)];
}

/// `+14155552671 US fine`; `-` for what there is not.
std::string Read(std::string_view text, std::string_view region) {
  const PhoneNumber number = Numbers().Parse(text, region);
  return fmt::format("{} {} {}{}", number.e164.empty() ? "-" : number.e164, number.region.empty() ? "-" : number.region,
                     FaultName(number.fault), number.has_extension ? " with an extension" : "");
}

TEST(PhoneNumbers, ReadsWhatPeopleWrite) {
  struct Row {
    const char *text, *region, *expected;
  };
  const Row rows[] = {
      {"+18005559876", "US", "+18005559876 US fine"},
      {"+18005559876", "GB", "+18005559876 US fine"},
      {"+18005559876", "", "+18005559876 US fine"},
      {"(800) 555-9876", "US", "+18005559876 US fine"},
      {"1 800 555 9876", "US", "+18005559876 US fine"},
      {"011 44 20 7183 8750", "US", "+442071838750 GB fine"},
      {"tel:+1-415-555-2671", "US", "+14155552671 US fine"},
      {"1-800-FLOWERS", "US", "+18003569377 US fine"},
      {"020 7183 8750", "GB", "+442071838750 GB fine"},
      {"+44 020 7183 8750", "US", "+442071838750 GB fine"},
      {"02 1234 5678", "IT", "+390212345678 IT fine"},
      {"（４１５）５５５－２６７１", "US", "+14155552671 US fine"},
      {"+1 604 555 2671", "US", "+16045552671 CA fine"},
      {"+1 787 555 2671", "US", "+17875552671 PR fine"},
      {"+800 1234 5678", "US", "+80012345678 001 fine"},
      {"415-555-2671 ext. 89", "US", "+14155552671 US fine with an extension"},
      {"+14155552671;ext=89", "US", "+14155552671 US fine with an extension"},
  };
  for (const Row& row : rows) EXPECT_EQ(Read(row.text, row.region), row.expected) << row.text;
}

TEST(PhoneNumbers, SaysWhatIsWrong) {
  struct Row {
    const char *text, *region, *expected;
  };
  const Row rows[] = {
      {"", "US", "- - not a number"},
      {"support", "US", "- - not a number"},
      {"+", "US", "- - not a number"},
      {"1", "US", "- - not a number"},
      {"(800) 555-9876", "", "- - unknown country"},
      {"(800) 555-9876", "us", "- - unknown country"},
      {"(800) 555-9876", "USA", "- - unknown country"},
      {"+999 123 456 789", "US", "- - unknown country"},
      {"+0 800 555 9876", "US", "- - unknown country"},
      {"800-555-987", "US", "+1800555987 - too short"},
      {"555-9876", "US", "+15559876 - wrong length"},
      {"800-555-98765", "US", "+180055598765 - too long"},
      {"+1234567890123456789012345", "US", "- - too long"},
      {"000-555-9876", "US", "+10005559876 - unassigned"},
      {"+1 415 055 2671", "US", "+14150552671 - unassigned"},
      {"+44 20 7183 875", "US", "+44207183875 - unassigned"},
  };
  for (const Row& row : rows) EXPECT_EQ(Read(row.text, row.region), row.expected) << row.text;
}

TEST(PhoneNumbers, PossibleAndValid) {
  EXPECT_TRUE(Numbers().Parse("+14155552671", "US").valid());
  EXPECT_TRUE(Numbers().Parse("+14155552671", "US").possible());
  EXPECT_FALSE(Numbers().Parse("+10005559876", "US").valid());
  EXPECT_TRUE(Numbers().Parse("+10005559876", "US").possible());
  EXPECT_FALSE(Numbers().Parse("+1800555987", "US").possible());
  EXPECT_FALSE(Numbers().Parse("support", "US").possible());
}

TEST(PhoneNumbers, TimeZonesOfAPlace) {
  using Zones = std::vector<std::string>;
  EXPECT_EQ(Numbers().Parse("+14155552671", "US").time_zones, Zones({"America/Los_Angeles"}));
  EXPECT_EQ(Numbers().Parse("+12125552671", "US").time_zones, Zones({"America/New_York"}));
  // Idaho has one area code and two zones.
  EXPECT_EQ(Numbers().Parse("+12083322671", "US").time_zones, Zones({"America/Boise", "America/Los_Angeles"}));
  EXPECT_EQ(Numbers().Parse("+442071838750", "US").time_zones, Zones({"Europe/London"}));
  EXPECT_EQ(Numbers().Parse("+61261234567", "US").time_zones, Zones({"Australia/Sydney"}));
}

TEST(PhoneNumbers, TimeZonesOfNoPlaceAreAllOfTheCountryCode) {
  const auto toll_free = Numbers().Parse("+18005559876", "US").time_zones;
  EXPECT_GT(toll_free.size(), 30U);
  EXPECT_TRUE(std::ranges::is_sorted(toll_free));
  for (const char* zone : {"America/New_York", "America/Los_Angeles", "Pacific/Honolulu"})
    EXPECT_TRUE(std::ranges::binary_search(toll_free, zone)) << zone;
  EXPECT_EQ(Numbers().Parse("+447400123456", "US").time_zones,
            std::vector<std::string>({"Europe/Guernsey", "Europe/Isle_of_Man", "Europe/Jersey", "Europe/London"}));
}

TEST(PhoneNumbers, NoTimeZonesOfWhatIsNotValid) {
  for (const char* text : {"+10005559876", "+1800555987", "support"})
    EXPECT_TRUE(Numbers().Parse(text, "US").time_zones.empty()) << text;
}

TEST(PhoneNumbers, LongAndHostileTexts) {
  EXPECT_EQ(Read(std::string(100'000, '1'), "US"), "- - not a number");
  EXPECT_EQ(Read(std::string(250, '1'), "US"), "- - too long");
  EXPECT_EQ(Read(std::string(250, '+'), "US"), "- - not a number");
  EXPECT_EQ(Read(std::string_view("+1415\0005552671", 13), "US"), "- - not a number");
  EXPECT_EQ(Read("\xff\xfe+1\x80", "US"), "- - not a number");
  EXPECT_EQ(Read("+14155552671", std::string(100, 'U')), "+14155552671 US fine");
}

TEST(HasE164Form, PlusAndDigits) {
  for (const char* text : {"+18005559876", "+12", "+123456789012345"}) EXPECT_TRUE(HasE164Form(text)) << text;
  for (const char* text :
       {"", "+", "+1", "+08005559876", "18005559876", "+1 8005559876", "+1800-5559876", " +18005559876",
        "+18005559876 ", "+1234567890123456", "+1800555FLOW", "+１８００５５５９８７６"})
    EXPECT_FALSE(HasE164Form(text)) << text;
}

TEST(LoadPhoneNumbers, NamesBothPlacesWhereItLooked) {
  const auto loaded = LoadPhoneNumbers("/nowhere/bin/cxctl");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::kIo);
  EXPECT_EQ(loaded.error().message,
            "phone numbers cannot be read: there is no /nowhere/bin/cxctl_phone.so, nor "
            "/nowhere/bin/../lib/cxctl/cxctl_phone.so; install cxctl with all of its files");
}

class InstalledPlugin : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_ / "bin");
    std::filesystem::create_directories(root_ / "lib/cxctl");
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  const std::filesystem::path root_ = std::filesystem::path(::testing::TempDir()) / "cxctl_phone_test";
  const std::filesystem::path built_ = std::filesystem::path(CXCTL_BINARY).parent_path() / "cxctl_phone.so";
};

TEST_F(InstalledPlugin, IsFoundFromTheProgram) {
  std::filesystem::create_symlink(built_, root_ / "lib/cxctl/cxctl_phone.so");
  const auto loaded = LoadPhoneNumbers(root_ / "bin/cxctl");
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_TRUE((*loaded)->Parse("+14155552671", "US").valid());
}

TEST_F(InstalledPlugin, ThatIsBrokenIsNotPassedOver) {
  std::filesystem::create_symlink(built_, root_ / "lib/cxctl/cxctl_phone.so");
  std::ofstream(root_ / "bin/cxctl_phone.so") << "not a library";
  const auto loaded = LoadPhoneNumbers(root_ / "bin/cxctl");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().message,
            fmt::format("phone numbers cannot be read: cannot load {0} ({0}: file too short); install the package "
                        "libphonenumber8",
                        (root_ / "bin/cxctl_phone.so").string()));
}

}  // namespace
}  // namespace cxctl
