#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "env/system.h"
#include "manifest/manifests.h"

namespace cxctl {
namespace {

namespace fs = std::filesystem;

struct HostileFile {
  std::string name, rule, what;
};

/// What tests/hostile/generate.py writes, in a folder that is removed at the end.
class Corpus {
 public:
  Corpus() : folder_(fs::path(testing::TempDir()) / ("cxctl-hostile-" + std::to_string(getpid()))) {
    fs::create_directories(folder_);
    const std::string command =
        "/usr/bin/python3 -B '" CXCTL_SOURCE_DIR "/tests/hostile/generate.py' '" + folder_.string() + "' > /dev/null";
    written_ = std::system(command.c_str()) == 0;
    std::ifstream index(folder_ / "expected.tsv");
    for (HostileFile file;
         std::getline(std::getline(std::getline(index, file.name, '\t'), file.rule, '\t'), file.what);) {
      files_.push_back(file);
    }
  }
  ~Corpus() { fs::remove_all(folder_); }
  Corpus(const Corpus&) = delete;
  Corpus& operator=(const Corpus&) = delete;

  bool written() const { return written_; }
  const std::vector<HostileFile>& files() const { return files_; }
  std::string PathOf(const HostileFile& file) const { return (folder_ / file.name).string(); }

 private:
  fs::path folder_;
  bool written_ = false;
  std::vector<HostileFile> files_;
};

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

#ifdef __SANITIZE_ADDRESS__
constexpr double kSlowerBySanitizers = 10;
#else
constexpr double kSlowerBySanitizers = 1;
#endif
/// The goal is 0.2 s each. Debug builds take several times as long as release builds, and machines are shared.
constexpr double kCpuSecondsAllowed = 0.2 * kSlowerBySanitizers;
constexpr std::size_t kMemoryAllowed = 64u << 20;

TEST(HostileManifests, AreEachRefusedWithTheirPlaceSoonAndInLittleMemory) {
  const Corpus corpus;
  ASSERT_TRUE(corpus.written()) << "tests/hostile/generate.py failed; it needs /usr/bin/python3";
  ASSERT_GE(corpus.files().size(), 300u);
  const auto files = SystemFiles();
  for (const HostileFile& file : corpus.files()) {
    SCOPED_TRACE(file.name + ": " + file.what);
    ManifestLoader loader(*files);
    const double before = CpuSeconds();
    const auto set = loader.LoadWithoutTenant({corpus.PathOf(file)});
    const double took = CpuSeconds() - before;
    ASSERT_TRUE(set.has_value()) << set.error().message;
    EXPECT_LE(took, kCpuSecondsAllowed);
    EXPECT_LE(set->workspace->arena.bytes(), kMemoryAllowed);
    EXPECT_TRUE(HasErrors(set->diagnostics));
    EXPECT_TRUE(std::ranges::any_of(set->diagnostics,
                                    [&](const Diagnostic& each) {
                                      return each.rule == file.rule && each.severity == Severity::kError &&
                                             each.position.known() && each.position.line > 0 &&
                                             each.position.column > 0 && each.position.width > 0;
                                    }))
        << "no " << file.rule;
    for (const Diagnostic& each : set->diagnostics) {
      EXPECT_FALSE(each.message.empty());
      EXPECT_LE(each.message.size(), 2000u) << "a message that repeats the attack";
      EXPECT_EQ(each.message.find_first_of("\x1b\n\r"), std::string::npos) << each.message;
    }
  }
}

}  // namespace
}  // namespace cxctl
