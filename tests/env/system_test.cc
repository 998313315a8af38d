#include "env/system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

namespace cxctl {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(SystemClock, GoesForward) {
  const std::unique_ptr<Clock> clock = SystemClock();
  EXPECT_GT(clock->Now().micros, 1'600'000'000'000'000);  // microseconds, not milliseconds
  Duration last = clock->Monotonic();
  for (int i = 0; i < 1000; ++i) {
    const Duration now = clock->Monotonic();
    EXPECT_GE(now, last);
    last = now;
  }
}

TEST(SystemRandom, DoesNotRepeat) {
  const std::unique_ptr<Random> random = SystemRandom();
  std::set<std::uint64_t> seen;
  std::uint64_t ever_set = 0, always_set = ~std::uint64_t{0};
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t number = random->Next();
    seen.insert(number);
    ever_set |= number;
    always_set &= number;
    const double fraction = random->Fraction();
    EXPECT_GE(fraction, 0.0);
    EXPECT_LT(fraction, 1.0);
  }
  EXPECT_EQ(seen.size(), 1000u);
  EXPECT_EQ(ever_set, ~std::uint64_t{0});
  EXPECT_EQ(always_set, 0u);
}

TEST(SystemEnvironment, TellsUnsetFromEmpty) {
  const std::unique_ptr<Environment> environment = SystemEnvironment();
  ASSERT_EQ(setenv("CXCTL_TEST_VARIABLE", "some value", 1), 0);
  EXPECT_EQ(environment->Get("CXCTL_TEST_VARIABLE"), "some value");
  ASSERT_EQ(setenv("CXCTL_TEST_VARIABLE", "", 1), 0);
  EXPECT_EQ(environment->Get("CXCTL_TEST_VARIABLE"), "");
  ASSERT_EQ(unsetenv("CXCTL_TEST_VARIABLE"), 0);
  EXPECT_EQ(environment->Get("CXCTL_TEST_VARIABLE"), std::nullopt);
  EXPECT_EQ(environment->Get(""), std::nullopt);
}

/// A folder of its own for each test, with short verbs to fill it and to look at it.
class FilesTest : public testing::Test {
 protected:
  FilesTest() {
    std::string pattern = (fs::temp_directory_path() / "cxctl-files-XXXXXX").string();
    root_ = fs::canonical(mkdtemp(pattern.data())).string();
    old_folder_ = fs::current_path();
    old_umask_ = umask(022);
  }
  ~FilesTest() override {
    umask(old_umask_);
    fs::current_path(old_folder_);
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }

  std::string At(const std::string& name) const { return root_ + "/" + name; }

  void Put(const std::string& name, std::string_view content = "") {
    fs::create_directories(fs::path(At(name)).parent_path());
    std::ofstream(At(name), std::ios::binary) << content;
  }

  void Link(const std::string& name, const std::string& target) {
    fs::create_directories(fs::path(At(name)).parent_path());
    fs::create_symlink(target, At(name));
  }

  std::string Get(const std::string& name) const {
    std::ostringstream content;
    content << std::ifstream(At(name), std::ios::binary).rdbuf();
    return content.str();
  }

  mode_t Mode(const std::string& name) const {
    struct stat status {};
    EXPECT_EQ(stat(At(name).c_str(), &status), 0);
    return status.st_mode & 07777;
  }

  /// What ListYaml finds in a folder, without the test's own folder in front.
  std::vector<std::string> List(const std::string& name) {
    const Result<std::vector<std::string>> files = files_->ListYaml(At(name));
    if (!files) return {"error: " + files.error().message};
    std::vector<std::string> names;
    for (const std::string& file : *files) {
      EXPECT_TRUE(file.starts_with(root_ + "/")) << file;
      names.push_back(file.substr(root_.size() + 1));
    }
    return names;
  }

  std::vector<std::string> NamesIn(const std::string& name) const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(At(name))) names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
  }

  std::unique_ptr<FileSystem> files_ = SystemFiles();
  std::string root_;
  fs::path old_folder_;
  mode_t old_umask_ = 0;
};

TEST_F(FilesTest, ReadsWholeFiles) {
  const std::string binary("\0\xff\r\n\n", 5);
  Put("empty", "");
  Put("binary", binary);
  Put("large", std::string(300'000, 'x'));
  EXPECT_EQ(files_->Read(At("empty"), 100).value(), "");
  EXPECT_EQ(files_->Read(At("binary"), 100).value(), binary);
  EXPECT_EQ(files_->Read(At("large"), 300'000).value(), std::string(300'000, 'x'));
}

TEST_F(FilesTest, AppendsAndMakesFiles) {
  EXPECT_TRUE(files_->Append(At("log"), "one\n").has_value());
  EXPECT_TRUE(files_->Append(At("log"), "two\n").has_value());
  EXPECT_EQ(files_->Read(At("log"), 100).value(), "one\ntwo\n");
  const Result<void> nowhere = files_->Append(At("nowhere/log"), "one\n");
  ASSERT_FALSE(nowhere.has_value());
  EXPECT_EQ(nowhere.error().message, "cannot write " + At("nowhere/log") +
                                         ": No such file or directory; check the path, or make the folder first");
}

TEST_F(FilesTest, ReadsUpToTheLimit) {
  Put("ten", "0123456789");
  EXPECT_TRUE(files_->Read(At("ten"), 10).has_value());
  const Result<std::string> over = files_->Read(At("ten"), 9);
  ASSERT_FALSE(over.has_value());
  EXPECT_EQ(over.error().code, ErrorCode::kIo);
  EXPECT_EQ(over.error().message,
            "cannot read " + At("ten") + ": it is larger than 9 bytes; split it, or name another file");
  EXPECT_FALSE(files_->Read("/dev/zero", 1'000'000).has_value());
  EXPECT_TRUE(files_->Read("/dev/null", 0).has_value());
}

TEST_F(FilesTest, ReadsFilesThatDoNotTellTheirSize) {
  const Result<std::string> status = files_->Read("/proc/self/status", 1'000'000);
  ASSERT_TRUE(status.has_value());
  EXPECT_THAT(*status, HasSubstr("Pid:"));
  EXPECT_TRUE(status->ends_with("\n"));
}

TEST_F(FilesTest, ReadsPipes) {
  ASSERT_EQ(mkfifo(At("pipe").c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(At("pipe"), std::ios::binary) << std::string(200'000, 'p'); });
  const Result<std::string> content = files_->Read(At("pipe"), 1'000'000);
  writer.join();
  ASSERT_TRUE(content.has_value());
  EXPECT_EQ(*content, std::string(200'000, 'p'));
}

TEST_F(FilesTest, ReadTellsMissingFromBroken) {
  Put("file", "");
  struct Case {
    std::string path;
    ErrorCode code;
    std::string_view part;
  };
  for (const Case& c : {
           Case{At("missing"), ErrorCode::kNotFound, "No such file or directory; check the path"},
           Case{At("missing/too"), ErrorCode::kNotFound, "No such file or directory"},
           Case{At("file/below"), ErrorCode::kNotFound, "Not a directory"},
           Case{"", ErrorCode::kNotFound, "No such file"},
           Case{root_, ErrorCode::kIo, "Is a directory; name a file instead of a folder"},
           Case{At(std::string(300, 'n')), ErrorCode::kIo, "File name too long"},
       }) {
    const Result<std::string> content = files_->Read(c.path, 100);
    ASSERT_FALSE(content.has_value()) << c.path;
    EXPECT_EQ(content.error().code, c.code) << c.path;
    EXPECT_THAT(content.error().message, HasSubstr(c.part));
    EXPECT_TRUE(content.error().message.starts_with("cannot read " + c.path)) << content.error().message;
  }
  EXPECT_THAT(files_->Read(At("a\nb"), 1).error().message, HasSubstr("/a\\u000ab: "));
}

TEST_F(FilesTest, ListsYamlFilesInByteOrderOfThePath) {
  for (const char* name : {"m/b.yaml", "m/a.yml", "m/B.yaml", "m/a/z.yaml", "m/a-b/c.yaml", "m/a.yaml", "m/ü.yaml",
                           "m/a/deep/er/x.yml", "m/10.yaml", "m/9.yaml"}) {
    Put(name);
  }
  // '-' and '.' come before '/', so a-b/ and a.yaml come before a/.
  EXPECT_THAT(List("m"), ElementsAre("m/10.yaml", "m/9.yaml", "m/B.yaml", "m/a-b/c.yaml", "m/a.yaml", "m/a.yml",
                                     "m/a/deep/er/x.yml", "m/a/z.yaml", "m/b.yaml", "m/ü.yaml"));
}

TEST_F(FilesTest, ListSkipsWhatIsNoManifest) {
  for (const char* name : {"m/a.yaml", "m/a.json", "m/yaml", "m/a.yaml~", "m/a.YAML", "m/a.yaml.bak", "m/.hidden.yaml",
                           "m/.git/x.yaml", "m/sub/.cxctl/x.yaml", "m/sub/.y.yml", "m/.yaml"}) {
    Put(name);
  }
  fs::create_directories(At("m/folder.yaml"));
  ASSERT_EQ(mkfifo(At("m/pipe.yaml").c_str(), 0600), 0);
  EXPECT_THAT(List("m"), ElementsAre("m/a.yaml"));
}

TEST_F(FilesTest, ListOfAFileIsTheFile) {
  Put("m/notes.txt");
  EXPECT_THAT(List("m/notes.txt"), ElementsAre("m/notes.txt"));
  Put("m/.hidden/a.yaml");
  EXPECT_THAT(List("m/.hidden"), ElementsAre("m/.hidden/a.yaml"));  // named by the caller
  fs::create_directories(At("empty"));
  EXPECT_THAT(List("empty"), ElementsAre());
}

TEST_F(FilesTest, ListKeepsTheCallersWayToName) {
  Put("m/a.yaml");
  Put("m/sub/b.yaml");
  fs::current_path(root_);
  EXPECT_THAT(files_->ListYaml("m").value(), ElementsAre("m/a.yaml", "m/sub/b.yaml"));
  EXPECT_THAT(files_->ListYaml("m/").value(), ElementsAre("m/a.yaml", "m/sub/b.yaml"));
  EXPECT_THAT(files_->ListYaml("./m").value(), ElementsAre("./m/a.yaml", "./m/sub/b.yaml"));
  EXPECT_THAT(files_->ListYaml("m/sub/..").value(), ElementsAre("m/sub/../a.yaml", "m/sub/../sub/b.yaml"));
  fs::current_path(At("m"));
  EXPECT_THAT(files_->ListYaml(".").value(), ElementsAre("a.yaml", "sub/b.yaml"));
  EXPECT_THAT(files_->ListYaml("./").value(), ElementsAre("a.yaml", "sub/b.yaml"));
}

TEST_F(FilesTest, ListOfNothingIsNotFound) {
  for (const std::string& path : {At("missing"), At("missing/a.yaml"), std::string()}) {
    const auto files = files_->ListYaml(path);
    ASSERT_FALSE(files.has_value());
    EXPECT_EQ(files.error().code, ErrorCode::kNotFound);
  }
}

TEST_F(FilesTest, ListSkipsLinksOutOfTheFolder) {
  Put("m/a.yaml");
  Put("outside/x.yaml");
  Put("m-not-inside/y.yaml");
  Link("m/file.yaml", At("outside/x.yaml"));
  Link("m/relative.yaml", "../outside/x.yaml");
  Link("m/folder", At("outside"));
  Link("m/prefix", At("m-not-inside"));
  Link("m/up", "..");
  Link("m/twice.yaml", "file.yaml");
  Link("m/gone.yaml", "../outside/gone.yaml");
  Link("m/circle.yaml", "circle.yaml");
  Link("m/notes.txt", "../outside/notes.txt");
  std::vector<std::string> left_out;
  const auto files = SystemFiles([&](const std::string& link) { left_out.push_back(fs::path(link).filename()); });
  const auto listed = files->ListYaml(At("m"));
  ASSERT_TRUE(listed.has_value());
  EXPECT_THAT(*listed, ElementsAre(At("m/a.yaml")));
  EXPECT_THAT(left_out, ElementsAre("circle.yaml", "file.yaml", "folder", "gone.yaml", "prefix", "relative.yaml",
                                    "twice.yaml", "up"));
}

TEST_F(FilesTest, ListFollowsLinksInsideOnceOnly) {
  Put("m/real/a.yaml");
  Put("m/.data/b.yaml");
  Put("m/plain.txt");
  Link("m/alias.yaml", "real/a.yaml");  // listed under its own name
  Link("m/folder", "real");             // as well
  Link("m/b.yaml", ".data/b.yaml");     // has no other name in the list
  Link("m/hidden", ".data");            // its file is listed already, or lists it: once in any case
  Link("m/text.yaml", "plain.txt");
  EXPECT_THAT(List("m"), ElementsAre("m/b.yaml", "m/real/a.yaml", "m/text.yaml"));
}

TEST_F(FilesTest, ListEndsOnCircles) {
  Put("m/a/x.yaml");
  Link("m/a/self", ".");
  Link("m/a/up", "..");
  Link("m/a/absolute", At("m"));
  Link("m/loop1.yaml", "loop2.yaml");
  Link("m/loop2.yaml", "loop1.yaml");
  for (int i = 0; i < 20; ++i) {
    for (int j = 0; j < 20; ++j) Link("m/n" + std::to_string(i) + "/l" + std::to_string(j), "../n" + std::to_string(j));
  }
  EXPECT_THAT(List("m"), ElementsAre("m/a/x.yaml"));
}

TEST_F(FilesTest, ListOfALinkedFolder) {
  Put("real/a.yaml");
  Link("link", "real");
  EXPECT_THAT(List("link"), ElementsAre("link/a.yaml"));
}

TEST_F(FilesTest, AManifestThatIsALinkToNothingIsAnError) {
  Put("m/a.yaml");
  Link("m/notes.txt", "gone.txt");
  EXPECT_THAT(List("m"), ElementsAre("m/a.yaml"));
  Link("m/b.yaml", "gone.yaml");
  const auto files = files_->ListYaml(At("m"));
  ASSERT_FALSE(files.has_value());
  EXPECT_EQ(files.error().code, ErrorCode::kIo);
  EXPECT_EQ(files.error().message,
            "cannot follow the symbolic link " + At("m/b.yaml") + ": No such file or directory; mend or remove it");
}

TEST_F(FilesTest, CanonicalIsTheSameForTwoNames) {
  Put("m/a.yaml");
  Link("link", "m");
  fs::current_path(root_);
  for (const char* name : {"m/a.yaml", "./m/a.yaml", "m/../m//a.yaml", "link/a.yaml", "link/../m/./a.yaml"}) {
    EXPECT_EQ(files_->Canonical(name), At("m/a.yaml")) << name;
    EXPECT_EQ(files_->Canonical(At(name)), At("m/a.yaml")) << name;
  }
  EXPECT_EQ(files_->Canonical("link/new/../b.yaml"), At("m/b.yaml"));  // not there yet
}

TEST_F(FilesTest, WritesNewFiles) {
  ASSERT_TRUE(files_->Write(At("public"), "text", false).has_value());
  ASSERT_TRUE(files_->Write(At("private"), "secret", true).has_value());
  EXPECT_EQ(Get("public"), "text");
  EXPECT_EQ(Get("private"), "secret");
  EXPECT_EQ(Mode("public"), 0644u);
  EXPECT_EQ(Mode("private"), 0600u);
  EXPECT_THAT(NamesIn("."), ElementsAre("private", "public"));  // nothing is left over
}

TEST_F(FilesTest, TheUmaskNarrowsPublicFilesOnly) {
  umask(0);
  ASSERT_TRUE(files_->Write(At("a"), "", false).has_value());
  ASSERT_TRUE(files_->Write(At("b"), "", true).has_value());
  umask(0277);
  ASSERT_TRUE(files_->Write(At("c"), "", false).has_value());
  ASSERT_TRUE(files_->Write(At("d"), "", true).has_value());
  EXPECT_EQ(Mode("a"), 0644u);
  EXPECT_EQ(Mode("b"), 0600u);
  EXPECT_EQ(Mode("c"), 0400u);
  EXPECT_EQ(Mode("d"), 0600u);
}

TEST_F(FilesTest, ReplacesContentAndKeepsTheMode) {
  Put("file", "a long old content");
  ASSERT_EQ(chmod(At("file").c_str(), 0664), 0);
  ASSERT_TRUE(files_->Write(At("file"), "new", false).has_value());
  EXPECT_EQ(Get("file"), "new");
  EXPECT_EQ(Mode("file"), 0664u);
  ASSERT_EQ(chmod(At("file").c_str(), 0600), 0);
  ASSERT_TRUE(files_->Write(At("file"), "newer", false).has_value());
  EXPECT_EQ(Mode("file"), 0600u);  // what was closed is not opened
  ASSERT_EQ(chmod(At("file").c_str(), 0666), 0);
  ASSERT_TRUE(files_->Write(At("file"), "newest", true).has_value());
  EXPECT_EQ(Mode("file"), 0600u);
  EXPECT_EQ(Get("file"), "newest");
}

TEST_F(FilesTest, AReaderOfTheOldFileKeepsIt) {
  Put("file", "old");
  std::ifstream reader(At("file"));
  ASSERT_TRUE(files_->Write(At("file"), "new", false).has_value());
  std::string content;
  reader >> content;
  EXPECT_EQ(content, "old");
}

TEST_F(FilesTest, RelativePathsAreRelativeToTheCurrentFolder) {
  fs::current_path(root_);
  ASSERT_TRUE(files_->Write("here", "1", false).has_value());
  EXPECT_EQ(Get("here"), "1");
}

TEST_F(FilesTest, ALinkIsReplacedNotFollowed) {
  Put("target", "untouched");
  Link("link", "target");
  ASSERT_TRUE(files_->Write(At("link"), "new", true).has_value());
  EXPECT_EQ(Get("target"), "untouched");
  EXPECT_EQ(Get("link"), "new");
  EXPECT_FALSE(fs::is_symlink(At("link")));
  EXPECT_EQ(Mode("link"), 0600u);
}

TEST_F(FilesTest, DevicesAndPipesAreWrittenTo) {
  ASSERT_TRUE(files_->Write("/dev/null", "gone", false).has_value());
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  ASSERT_EQ(mkfifo(At("pipe").c_str(), 0600), 0);
  std::string received;
  std::thread reader([&] { std::ifstream(At("pipe")) >> received; });
  EXPECT_TRUE(files_->Write(At("pipe"), "through", false).has_value());
  reader.join();
  EXPECT_EQ(received, "through");
  EXPECT_TRUE(fs::is_fifo(At("pipe")));

  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  EXPECT_TRUE(files_->Write("/dev/fd/" + std::to_string(ends[1]), "fd", false).has_value());
  std::array<char, 3> read_back{};
  EXPECT_EQ(read(ends[0], read_back.data(), 3), 2);
  EXPECT_STREQ(read_back.data(), "fd");
  close(ends[0]);
  close(ends[1]);
}

TEST_F(FilesTest, AFailedWriteNamesThePathAndLeavesNothing) {
  Put("file", "old");
  fs::create_directories(At("folder"));
  struct Case {
    std::string path;
    std::string_view part;
  };
  for (const Case& c : {
           Case{At("missing/file"), "No such file or directory; check the path, or make the folder first"},
           Case{At("file/below"), "Not a directory"},
           Case{At("folder"), "Is a directory; name a file instead of a folder"},
           Case{At("folder/"), "Is a directory"},
           Case{At("folder/.."), "Is a directory"},
           Case{At(std::string(300, 'n')), "File name too long; take a shorter path"},
           Case{"/dev/cxctl-no-such-device", "No such file or directory"},
       }) {
    for (const Result<void>& answer : {files_->CheckWritable(c.path), files_->Write(c.path, "new", false)}) {
      ASSERT_FALSE(answer.has_value()) << c.path;
      EXPECT_EQ(answer.error().code, ErrorCode::kIo);
      EXPECT_THAT(answer.error().message, HasSubstr(c.part));
      EXPECT_TRUE(answer.error().message.starts_with("cannot write " + c.path)) << answer.error().message;
    }
  }
  EXPECT_FALSE(files_->CheckWritable("").has_value());
  EXPECT_FALSE(files_->Write("", "new", false).has_value());
  EXPECT_THAT(NamesIn("."), ElementsAre("file", "folder"));
  EXPECT_THAT(NamesIn("folder"), ElementsAre());
}

TEST_F(FilesTest, WhatCanBeWrittenIsToldWithoutWriting) {
  Put("file", "old");
  fs::create_symlink(At("file"), At("link"));
  for (const std::string& path : {At("file"), At("new"), At("link"), std::string("/dev/null")})
    EXPECT_TRUE(files_->CheckWritable(path).has_value()) << path;
  EXPECT_THAT(NamesIn("."), ElementsAre("file", "link"));
  EXPECT_EQ(Get("file"), "old");
}

TEST_F(FilesTest, PermissionsAreReported) {
  if (geteuid() == 0) GTEST_SKIP() << "permissions do not bind root";
  Put("m/a.yaml", "old");
  Put("m/closed/b.yaml");
  ASSERT_EQ(chmod(At("m/closed").c_str(), 0), 0);
  ASSERT_EQ(chmod(At("m").c_str(), 0500), 0);
  const auto files = files_->ListYaml(At("m"));
  const auto content = files_->Read(At("m/closed/b.yaml"), 100);
  const auto written = files_->Write(At("m/a.yaml"), "new", false);
  const auto writable = files_->CheckWritable(At("m/a.yaml"));
  ASSERT_EQ(chmod(At("m").c_str(), 0700), 0);
  ASSERT_EQ(chmod(At("m/closed").c_str(), 0700), 0);
  ASSERT_FALSE(files.has_value());
  EXPECT_EQ(files.error().code, ErrorCode::kIo);
  EXPECT_EQ(files.error().message,
            "cannot list " + At("m/closed") + ": Permission denied; check its owner and permissions");
  ASSERT_FALSE(content.has_value());
  EXPECT_EQ(content.error().code, ErrorCode::kIo);
  ASSERT_FALSE(written.has_value());
  EXPECT_FALSE(writable.has_value());
  EXPECT_EQ(Get("m/a.yaml"), "old");
}

TEST_F(FilesTest, AFullDiskLeavesTheOldContent) {
  // A limit on file sizes stands in for the full disk: write(2) comes back short, then fails.
  Put("file", "old");
  rlimit old_limit{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &old_limit), 0);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{4096, old_limit.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const Result<void> written = files_->Write(At("file"), std::string(100'000, 'x'), false);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &old_limit), 0);
  std::signal(SIGXFSZ, old_handler);
  ASSERT_FALSE(written.has_value());
  EXPECT_THAT(written.error().message, HasSubstr("File too large"));
  EXPECT_EQ(Get("file"), "old");
  EXPECT_THAT(NamesIn("."), ElementsAre("file"));
}

TEST_F(FilesTest, TemporaryFilesAreNoManifests) {
  // Whoever lists the folder during a write, or after a crash, must not take half a file for a manifest.
  Put("m/a.yaml", "old");
  Put("m/.cxctl-0123456789abcdef.tmp", "half");
  EXPECT_THAT(List("m"), ElementsAre("m/a.yaml"));
}

}  // namespace
}  // namespace cxctl
