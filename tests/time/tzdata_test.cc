#include "time/tzdata.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace cxctl {
namespace {

namespace fs = std::filesystem;

TEST(IsZoneName, KnowsTheShapeOfIanaNames) {
  for (const char* name : {"UTC", "America/New_York", "America/Argentina/Buenos_Aires", "America/Port-au-Prince",
                           "Etc/GMT+5", "Etc/GMT-14", "EST5EDT", "GMT0", "NZ-CHAT"}) {
    EXPECT_TRUE(IsZoneName(name)) << name;
  }
  for (const char* name : {"",
                           "/",
                           "/UTC",
                           "UTC/",
                           "America//New_York",
                           "..",
                           "../UTC",
                           "America/../UTC",
                           "./UTC",
                           "localtime",
                           "posixrules",
                           "Factory",
                           "posix/UTC",
                           "right/UTC",
                           "posix",
                           "right",
                           "Fixed/UTC+05:00:00",
                           "libc:localtime",
                           ":UTC",
                           "zone.tab",
                           "tzdata.zi",
                           "America/New York",
                           "America\\New_York",
                           "Europe/Z\u00fcrich",
                           "UTC\n",
                           "<+05>-5"}) {
    EXPECT_FALSE(IsZoneName(name)) << name;
  }
  EXPECT_FALSE(IsZoneName(std::string("UTC\0", 4)));
  EXPECT_FALSE(IsZoneName(std::string(300, 'a')));
}

/// A tzdata folder with one zone, `Area/New`, that a test links in its own ways.
class TzdataFolderTest : public testing::Test {
 protected:
  TzdataFolderTest() {
    std::string pattern = (fs::temp_directory_path() / "tzdata_test.XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    fs::create_directories(folder_ / "Area");
    Write("Area/New", "TZif2...");
  }
  ~TzdataFolderTest() override { fs::remove_all(folder_); }

  void Write(const fs::path& name, const std::string& text) { std::ofstream(folder_ / name) << text; }
  std::string CanonicalName(const std::string& name) { return TzdataFolder(folder_.string()).CanonicalName(name); }

  fs::path folder_;
};

TEST_F(TzdataFolderTest, HasZoneFilesOnly) {
  Write("leapseconds", "# not a zone");
  Write("empty", "");
  const TzdataFolder folder(folder_.string());
  EXPECT_TRUE(folder.Has("Area/New"));
  for (const char* name : {"Area", "Area/Old", "leapseconds", "empty", "", "Area/../Area/New", "area/new"}) {
    EXPECT_FALSE(folder.Has(name)) << name;
  }
  EXPECT_FALSE(TzdataFolder((folder_ / "absent").string()).Has("Area/New"));
}

TEST_F(TzdataFolderTest, FollowsSymbolicLinks) {
  fs::create_symlink("Area/New", folder_ / "Old");
  fs::create_symlink("../Old", folder_ / "Area/Older");
  EXPECT_EQ(CanonicalName("Old"), "Area/New");
  EXPECT_EQ(CanonicalName("Area/Older"), "Area/New");
  EXPECT_EQ(CanonicalName("Area/New"), "Area/New");
}

TEST_F(TzdataFolderTest, FollowsTzdataZiWhereLinksAreCopies) {
  fs::create_hard_link(folder_ / "Area/New", folder_ / "Hard");
  fs::copy_file(folder_ / "Area/New", folder_ / "Copy");
  Write("tzdata.zi", "# version 2025b\nR A 1916 o - Jun 14 23s 1 S\nZ Area/New 0 - X\nL Area/New Hard\nL Hard Copy\n");
  EXPECT_EQ(CanonicalName("Hard"), "Area/New");
  EXPECT_EQ(CanonicalName("Copy"), "Area/New");
  EXPECT_EQ(CanonicalName("Area/New"), "Area/New");
}

TEST_F(TzdataFolderTest, FollowsBothOneAfterTheOther) {
  fs::copy_file(folder_ / "Area/New", folder_ / "Copy");
  fs::create_symlink("Copy", folder_ / "Old");
  Write("tzdata.zi", "L Area/New Copy\n");
  EXPECT_EQ(CanonicalName("Old"), "Area/New");
}

TEST_F(TzdataFolderTest, LeavesNamesAloneWhereLinksLeadNowhere) {
  fs::create_symlink("/dev/null", folder_ / "Outside");
  fs::create_symlink("Absent", folder_ / "Dangling");
  fs::create_symlink("Circle", folder_ / "Circle");
  Write("tzdata.zi", "L\nL \nL x\nL ../x Area/New\nL Area/New\n");
  for (const char* name : {"Outside", "Dangling", "Circle", "Unknown", "Area/New"}) {
    EXPECT_EQ(CanonicalName(name), name);
  }
  EXPECT_EQ(TzdataFolder((folder_ / "absent").string()).CanonicalName("UTC"), "UTC");
}

TEST_F(TzdataFolderTest, EndsOnACircleOfLines) {
  Write("tzdata.zi", "L A B\nL B A\n");
  const std::string name = CanonicalName("A");
  EXPECT_TRUE(name == "A" || name == "B") << name;
}

TEST(TzdataFolder, OfThisSystemAgreesWithItself) {
  TzdataFolder folder = TzdataFolder::OfSystem();
  EXPECT_EQ(folder.CanonicalName("US/Eastern"), "America/New_York");
  EXPECT_EQ(folder.CanonicalName("Asia/Katmandu"), "Asia/Kathmandu");
  EXPECT_EQ(folder.CanonicalName("America/New_York"), "America/New_York");
}

}  // namespace
}  // namespace cxctl
