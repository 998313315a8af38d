#include "cli/git_tree.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>

#include "base/strings.h"
#include "time/instant.h"

namespace cxctl {

namespace {

std::string Normal(const std::string& path) {
  std::string normal = std::filesystem::path(path).lexically_normal().string();
  while (normal.size() > 1 && normal.ends_with('/')) normal.pop_back();
  return normal.empty() ? "." : normal;
}

bool LeadsOut(const std::string& path) {
  return path == ".." || path.starts_with("../") || path.starts_with('/');
}

bool IsYaml(std::string_view path) {
  return path.ends_with(".yaml") || path.ends_with(".yml");
}

/// A path below a folder that nobody hid.
bool IsVisible(std::string_view path) {
  return !path.starts_with('.') && path.find("/.") == std::string_view::npos;
}

}  // namespace

Result<std::unique_ptr<GitTree>> GitTree::Open(Processes& processes, const std::string& revision) {
  if (!processes.Run({"git", "rev-parse", "--git-dir"}))
    return Fail(
        ErrorCode::kNotFound,
        fmt::format("{} cannot be read: this is no git repository, or git is not installed", EscapeControls(revision)));
  if (revision.empty())
    return Fail(ErrorCode::kNotFound, "no revision stands before the colon: write REV:PATH, such as main:manifests");
  const auto tree = revision.starts_with('-')
                        ? std::nullopt
                        : processes.Run({"git", "rev-parse", "--verify", "--quiet", revision + "^{tree}"});
  if (!tree) {
    return Fail(ErrorCode::kNotFound,
                fmt::format("git knows no revision {}: see git branch and git tag, or fetch it first",
                            EscapeControls(revision)));
  }
  const std::string prefix(Trim(processes.Run({"git", "rev-parse", "--show-prefix"}).value_or("")));
  std::unique_ptr<GitTree> files(new GitTree(processes, revision, prefix));
  TRY(files->ReadTree(std::string(Trim(*tree))));
  return files;
}

/// Lines such as `100644 blob 3b18e5… 14<TAB>path`, each ended by a zero byte.
Result<void> GitTree::ReadTree(const std::string& tree) {
  const auto listed = processes_.Run({"git", "ls-tree", "-r", "-z", "-l", "--full-tree", tree});
  if (!listed) return Fail(ErrorCode::kIo, fmt::format("git cannot list the files of {}", EscapeControls(revision_)));
  for (const std::string_view line : Split(*listed, '\0')) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos) continue;
    std::vector<std::string_view> words;
    for (const std::string_view word : Split(line.substr(0, tab), ' ')) {
      if (!word.empty()) words.push_back(word);
    }
    if (words.size() < 4 || words[1] != "blob") continue;
    Blob blob{std::string(words[2]), 0, words[0] == "120000"};
    std::from_chars(words[3].data(), words[3].data() + words[3].size(), blob.size);
    blobs_.emplace(std::string(line.substr(tab + 1)), std::move(blob));
  }
  return {};
}

std::string GitTree::Shown(const std::string& path) const {
  return EscapeControls(fmt::format("{}:{}", revision_, path));
}

Result<std::string> GitTree::Resolve(const std::string& path) const {
  const bool is_relative = path == "." || path == ".." || path.starts_with("./") || path.starts_with("../");
  std::string normal = Normal(is_relative ? prefix_ + path : path);
  if (LeadsOut(normal)) return Fail(ErrorCode::kNotFound, fmt::format("{} leads out of the repository", Shown(path)));
  return normal;
}

Result<std::string> GitTree::Read(const std::string& path, std::size_t limit) {
  const auto blob = blobs_.find(Normal(path));
  if (blob == blobs_.end() || blob->second.is_link)
    return Fail(ErrorCode::kNotFound, fmt::format("{} is not there", Shown(path)));
  if (blob->second.size > limit)
    return Fail(ErrorCode::kIo, fmt::format("cannot read {}: it is longer than {} bytes", Shown(path), limit));
  if (const auto ahead = texts_.find(blob->second.id); ahead != texts_.end()) return ahead->second;
  auto text = processes_.Run({"git", "cat-file", "blob", blob->second.id});
  if (!text) return Fail(ErrorCode::kIo, fmt::format("git cannot read {}", Shown(path)));
  return *std::move(text);
}

/// By one process for all: what is listed is read, mostly. What does not come is read by itself, with its error.
void GitTree::ReadAhead(const std::vector<std::string>& files) {
  constexpr std::uint64_t kLargest = 1 << 20;
  std::string ids;
  for (const std::string& file : files) {
    const Blob& blob = blobs_.at(file);
    if (blob.size <= kLargest && !texts_.contains(blob.id)) ids += blob.id + '\n';
  }
  if (ids.empty()) return;
  const std::string all = processes_.RunWithInput({"git", "cat-file", "--batch"}, ids).value_or("");
  // `ID blob SIZE`, a line break, the bytes, a line break.
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = all.find('\n', at);
    const auto words = Split(std::string_view(all).substr(at, end - at), ' ');
    std::size_t size = 0;
    if (end == std::string::npos || words.size() != 3 || words[1] != "blob") return;
    std::from_chars(words[2].data(), words[2].data() + words[2].size(), size);
    if (all.size() - end < size + 2) return;
    texts_.emplace(std::string(words[0]), all.substr(end + 1, size));
    at = end + 1 + size + 1;
  }
}

Result<std::vector<std::string>> GitTree::ListYaml(const std::string& path) {
  const std::string normal = Normal(path);
  if (LeadsOut(normal)) return Fail(ErrorCode::kNotFound, fmt::format("{} leads out of the repository", Shown(path)));
  if (const auto file = blobs_.find(normal); file != blobs_.end()) {
    if (!file->second.is_link) return std::vector<std::string>{normal};
    return Fail(ErrorCode::kIo,
                fmt::format("{} is a symbolic link: name the file or folder that it leads to", Shown(path)));
  }
  const std::string folder = normal == "." ? "" : normal + "/";
  std::vector<std::string> files;
  bool is_there = folder.empty();
  for (auto blob = blobs_.lower_bound(folder); blob != blobs_.end() && blob->first.starts_with(folder); ++blob) {
    is_there = true;
    const bool visible = IsVisible(std::string_view(blob->first).substr(folder.size()));
    if (visible && !blob->second.is_link && IsYaml(blob->first)) files.push_back(blob->first);
  }
  if (!is_there) return Fail(ErrorCode::kNotFound, fmt::format("there is no file or folder {}", Shown(path)));
  ReadAhead(files);
  return files;
}

std::optional<std::uint64_t> GitTree::Size(const std::string& path) {
  const auto blob = blobs_.find(Normal(path));
  return blob == blobs_.end() || blob->second.is_link ? std::nullopt : std::optional(blob->second.size);
}

std::string GitTree::Canonical(const std::string& path) {
  return Normal(path);
}

std::optional<std::pair<std::string, std::string>> SplitRevision(const std::string& word) {
  int depth = 0;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] == '{') ++depth;
    if (word[i] == '}') --depth;
    if (word[i] == ':' && depth <= 0) return std::pair(word.substr(0, i), word.substr(i + 1));
  }
  return std::nullopt;
}

Blame BlameLine(Processes& processes, const std::string& file, std::uint32_t line) {
  const std::filesystem::path path(file);
  const std::string folder = path.parent_path().empty() ? "." : path.parent_path().string();
  if (!processes.Run({"git", "--version"})) return {"", "", "", "", "git is not installed"};
  if (!processes.Run({"git", "-C", folder, "rev-parse", "--git-dir"})) return {"", "", "", "", "in no git repository"};
  const auto lines = processes.Run({"git", "-C", folder, "blame", "--porcelain", "--no-textconv",
                                    fmt::format("-L{},{}", line, line), "--", path.filename().string()});
  if (!lines) return {"", "", "", "", "not committed to git yet"};
  Blame blame;
  for (const std::string_view each : Split(*lines, '\n')) {
    const std::size_t space = std::min(each.find(' '), each.size());
    const std::string_view word = each.substr(0, space);
    const std::string text = EscapeControls(each.substr(std::min(space + 1, each.size())));
    if (blame.commit.empty()) blame.commit = std::string(word);
    if (word == "author") blame.author = text;
    if (word == "summary") blame.subject = text;
    if (word != "author-time") continue;
    std::int64_t seconds = 0;
    std::from_chars(text.data(), text.data() + text.size(), seconds);
    blame.date = FormatUtc(Instant{seconds * 1'000'000});
  }
  if (blame.commit.find_first_not_of('0') == std::string::npos) return {"", "", "", "", "not committed to git yet"};
  return blame;
}

}  // namespace cxctl
