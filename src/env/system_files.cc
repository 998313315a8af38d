#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <filesystem>
#include <functional>
#include <set>
#include <system_error>

#include "base/strings.h"
#include "env/system.h"

namespace cxctl {
namespace {

namespace fs = std::filesystem;

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() { Close(); }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;

  bool valid() const { return fd_ >= 0; }
  int get() const { return fd_; }
  /// Whether all that was written got through, as far as closing tells.
  bool Close() {
    if (fd_ < 0) return true;
    const int result = close(fd_);
    fd_ = -1;
    // Linux has closed it even so (close(2)).
    return result == 0 || errno == EINTR;
  }

 private:
  int fd_;
};

std::string_view Advice(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return "check the path, or make the folder first";
    case EACCES:
    case EPERM:
    case EROFS:
      return "check its owner and permissions";
    case ENOSPC:
    case EDQUOT:
      return "free some space and try again";
    case EISDIR:
      return "name a file instead of a folder";
    case ELOOP:
      return "symbolic links go in a circle there: remove one";
    case ENAMETOOLONG:
      return "take a shorter path";
    case EMFILE:
    case ENFILE:
      return "too many files are open: raise the limit (ulimit -n)";
    default:
      return "check the file system";
  }
}

std::unexpected<Error> FailIo(std::string_view what, const std::string& path, int error) {
  return Fail(ErrorCode::kIo, fmt::format("cannot {} {}: {}; {}", what, EscapeControls(path),
                                          std::generic_category().message(error), Advice(error)));
}

std::unexpected<Error> FailRead(const std::string& path, int error) {
  if (error != ENOENT && error != ENOTDIR) return FailIo("read", path, error);
  return Fail(ErrorCode::kNotFound, fmt::format("cannot read {}: {}; check the path", EscapeControls(path),
                                                std::generic_category().message(error)));
}

bool IsWithin(const std::string& path, const std::string& folder) {
  return path == folder || folder == "/" || (path.starts_with(folder) && path[folder.size()] == '/');
}

std::string Joined(const std::string& folder, const std::string& name) {
  if (folder.empty()) return name;
  return folder.ends_with('/') ? folder + name : folder + '/' + name;
}

/// Walks a folder for ListYaml. Links are put off until all real folders are done: what they lead to inside the folder
/// has its own path by then, and circles end by themselves.
class YamlWalk {
 public:
  /// `shown` starts the paths of the answer; `real` is the same folder without links.
  YamlWalk(std::string shown, std::string real, const std::function<void(const std::string&)>& on_left_out)
      : root_(real), on_left_out_(on_left_out) {
    folders_.push_back({std::move(shown), std::move(real)});
  }

  Result<std::vector<std::string>> Run() {
    while (!folders_.empty() || !links_.empty()) {
      if (!folders_.empty()) {
        const Place folder = std::move(folders_.front());
        folders_.pop_front();
        TRY(VisitFolder(folder));
        continue;
      }
      std::ranges::sort(links_, {}, &Place::shown);
      const std::vector<Place> links = std::move(links_);
      links_.clear();
      for (const Place& link : links) TRY(VisitLink(link));
    }
    std::ranges::sort(files_);
    return std::move(files_);
  }

 private:
  struct Place {
    std::string shown, real;
  };

  static bool IsYaml(const std::string& name) { return name.ends_with(".yaml") || name.ends_with(".yml"); }

  Result<void> VisitFolder(const Place& folder) {
    if (!seen_.insert(folder.real).second) return {};
    std::error_code error;
    fs::directory_iterator entries(folder.real, error);
    for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
      const std::string name = entries->path().filename().string();
      if (name.starts_with('.')) continue;
      const Place place{Joined(folder.shown, name), Joined(folder.real, name)};
      std::error_code gone;  // Somebody removed it since.
      switch (entries->symlink_status(gone).type()) {
        case fs::file_type::directory:
          folders_.push_back(place);
          break;
        case fs::file_type::symlink:
          links_.push_back(place);
          break;
        case fs::file_type::regular:
          if (IsYaml(name)) AddFile(place);
          break;
        default:
          break;
      }
    }
    if (error) return FailIo("list", Shown(folder), error.value());
    return {};
  }

  Result<void> VisitLink(const Place& link) {
    std::error_code error;
    const fs::path target = fs::canonical(link.real, error);
    if (error == std::errc::too_many_symbolic_link_levels) return LeaveOut(link, IsYaml(link.shown));
    if (error) return CheckDangling(link, error);
    const fs::file_type type = fs::status(target, error).type();
    if (!IsWithin(target.string(), root_))
      return LeaveOut(link, type == fs::file_type::directory || IsYaml(link.shown));
    if (type == fs::file_type::directory) {
      folders_.push_back({link.shown, target.string()});
    } else if (type == fs::file_type::regular && IsYaml(link.shown)) {
      AddFile({link.shown, target.string()});
    }
    return {};
  }

  /// A manifest that silently is not there looks as if it had been deleted: a link to nothing inside is an error.
  Result<void> CheckDangling(const Place& link, std::error_code error) {
    std::error_code unknown;
    const fs::path target =
        fs::weakly_canonical(fs::path(link.real).parent_path() / fs::read_symlink(link.real, unknown), unknown);
    if (!unknown && !IsWithin(target.string(), root_)) return LeaveOut(link, IsYaml(link.shown));
    if (unknown || !IsYaml(link.shown)) return {};
    return Fail(ErrorCode::kIo, fmt::format("cannot follow the symbolic link {}: {}; mend or remove it",
                                            EscapeControls(link.shown), error.message()));
  }

  Result<void> LeaveOut(const Place& link, bool is_missed) {
    if (is_missed && on_left_out_) on_left_out_(link.shown);
    return {};
  }

  void AddFile(const Place& file) {
    if (seen_.insert(file.real).second) files_.push_back(file.shown);
  }

  static std::string Shown(const Place& place) { return place.shown.empty() ? "." : place.shown; }

  const std::string root_;
  const std::function<void(const std::string&)>& on_left_out_;
  std::deque<Place> folders_;
  std::vector<Place> links_;
  std::set<std::string> seen_;  ///< Real paths of folders and files.
  std::vector<std::string> files_;
};

/// Writes all of it; the error number, or 0.
int WriteAll(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

/// The error number, or 0. What cannot be synchronised (some network file systems refuse folders) counts as done.
int Synchronise(int fd) {
  return fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP ? 0 : errno;
}

std::string TemporaryName() {
  std::uint64_t number = 0;
  // A weak name is harmless: it is opened with O_EXCL, and a taken one is tried again.
  if (getrandom(&number, sizeof number, 0) < 0) number = static_cast<std::uint64_t>(getpid());
  return fmt::format(".cxctl-{:016x}.tmp", number);
}

/// Makes a file beside the one to be replaced, with exactly `mode` or with 0644 less the umask. -1 and errno on
/// failure.
int OpenTemporary(int folder, std::optional<mode_t> mode, std::string& name) {
  constexpr int kTries = 16;
  int fd = -1;
  for (int i = 0; i < kTries; ++i) {
    name = TemporaryName();
    fd = openat(folder, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode ? 0600 : 0644);
    if (fd >= 0 || errno != EEXIST) break;
  }
  return fd;
}

/// Fills the temporary file and puts it in place; the error number, or 0. Removes it on failure.
int Replace(int folder, const std::string& name, std::string_view content, std::optional<mode_t> mode) {
  std::string temporary;
  FileDescriptor file(OpenTemporary(folder, mode, temporary));
  if (!file.valid()) return errno;
  int error = WriteAll(file.get(), content);
  if (error == 0 && mode && fchmod(file.get(), *mode) != 0) error = errno;
  if (error == 0) error = Synchronise(file.get());
  if (!file.Close() && error == 0) error = errno;
  if (error == 0 && renameat(folder, temporary.c_str(), folder, name.c_str()) != 0) error = errno;
  if (error != 0) {
    unlinkat(folder, temporary.c_str(), 0);
    return error;
  }
  return Synchronise(folder);
}

/// Whether `path` names a device, a pipe or an open descriptor (`/dev/stdout`): renaming over those would remove them.
bool IsStream(const std::string& path) {
  std::error_code error;
  const fs::path folder = fs::canonical(fs::absolute(path, error).parent_path(), error);
  if (!error && (folder == "/dev" || IsWithin(folder.string(), "/proc"))) return true;
  const fs::file_type type = fs::status(path, error).type();
  return type == fs::file_type::character || type == fs::file_type::fifo || type == fs::file_type::block;
}

struct Target {
  std::string folder;
  std::string name;  ///< Empty if the path can only be a folder's.
};

Target TargetOf(const std::string& path) {
  const fs::path whole(path);
  std::string name = whole.filename().string();
  if (name == "." || name == "..") name.clear();
  return {whole.has_parent_path() ? whole.parent_path().string() : ".", std::move(name)};
}

class RealFiles : public FileSystem {
 public:
  explicit RealFiles(std::function<void(const std::string&)> on_left_out) : on_left_out_(std::move(on_left_out)) {}

  Result<std::string> Read(const std::string& path, std::size_t limit) override {
    FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!file.valid()) return FailRead(path, errno);
    struct stat status {};
    if (fstat(file.get(), &status) != 0) return FailRead(path, errno);
    const bool regular = S_ISREG(status.st_mode);
    if (regular && static_cast<std::uint64_t>(status.st_size) > limit) return FailTooLarge(path, limit);
    std::string content;
    // A regular file is read at once, with a byte to spare that tells its end; a pipe in blocks.
    constexpr std::size_t kBlock = 65536;
    std::size_t block = regular ? static_cast<std::size_t>(status.st_size) + 1 : kBlock;
    for (std::size_t size = 0;;) {
      content.resize(size + block);
      const ssize_t got = read(file.get(), content.data() + size, block);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return FailRead(path, errno);
      size += static_cast<std::size_t>(got);
      if (size > limit) return FailTooLarge(path, limit);
      if (got == 0) {
        content.resize(size);
        return content;
      }
      block = static_cast<std::size_t>(got) == block ? kBlock : block - static_cast<std::size_t>(got);
    }
  }

  Result<std::vector<std::string>> ListYaml(const std::string& path) override {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) return FailRead(path, errno);
    if (!S_ISDIR(status.st_mode)) return std::vector<std::string>{path};
    std::error_code error;
    const std::string real = fs::canonical(path, error).string();
    if (error) return FailIo("list", path, error.value());
    std::string shown = path;
    while (shown.size() > 1 && shown.ends_with('/')) shown.pop_back();
    if (shown == ".") shown.clear();
    return YamlWalk(std::move(shown), real, on_left_out_).Run();
  }

  std::optional<std::uint64_t> Size(const std::string& path) override {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    return static_cast<std::uint64_t>(status.st_size);
  }

  std::string Canonical(const std::string& path) override {
    std::error_code error;
    fs::path canonical = fs::weakly_canonical(path, error);
    if (error) canonical = fs::absolute(path, error).lexically_normal();
    return error ? path : canonical.string();
  }

  Result<void> Write(const std::string& path, std::string_view content, bool is_private) override {
    if (IsStream(path)) return WriteStream(path, content);
    const auto [folder_name, name] = TargetOf(path);
    if (name.empty()) return FailIo("write", path, EISDIR);
    FileDescriptor folder(open(folder_name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.valid()) return FailIo("write", path, errno);
    std::optional<mode_t> mode;
    if (is_private) {
      mode = 0600;
    } else if (struct stat old{};
               fstatat(folder.get(), name.c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(old.st_mode)) {
      mode = old.st_mode & 0777;
    }
    if (const int error = Replace(folder.get(), name, content, mode); error != 0) return FailIo("write", path, error);
    return {};
  }

  Result<void> CheckWritable(const std::string& path) override {
    if (IsStream(path)) {
      if (faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) != 0) return FailIo("write", path, errno);
      return {};
    }
    struct stat status {};
    const bool is_there = lstat(path.c_str(), &status) == 0;
    if (!is_there && errno != ENOENT) return FailIo("write", path, errno);
    const auto [folder, name] = TargetOf(path);
    if (name.empty() || (is_there && S_ISDIR(status.st_mode))) return FailIo("write", path, EISDIR);
    if (faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) != 0) return FailIo("write", path, errno);
    return {};
  }

  Result<void> Append(const std::string& path, std::string_view content) override {
    return WriteStream(path, content, O_APPEND | O_CREAT);
  }

  Result<void> MakeFolder(const std::string& path) override {
    std::error_code error;
    fs::create_directories(path, error);
    if (error) return FailIo("make the folder", path, error.value());
    return {};
  }

 private:
  static Result<void> WriteStream(const std::string& path, std::string_view content, int flags = 0) {
    FileDescriptor file(open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | flags, 0644));
    if (!file.valid()) return FailIo("write", path, errno);
    int error = WriteAll(file.get(), content);
    if (!file.Close() && error == 0) error = errno;
    if (error != 0) return FailIo("write", path, error);
    return {};
  }

  static std::unexpected<Error> FailTooLarge(const std::string& path, std::size_t limit) {
    return Fail(ErrorCode::kIo,
                fmt::format("cannot read {}: it is larger than {} bytes; split it, or name another file",
                            EscapeControls(path), limit));
  }

  std::function<void(const std::string&)> on_left_out_;
};

}  // namespace

std::unique_ptr<FileSystem> SystemFiles(std::function<void(const std::string&)> on_left_out) {
  return std::make_unique<RealFiles>(std::move(on_left_out));
}

}  // namespace cxctl
