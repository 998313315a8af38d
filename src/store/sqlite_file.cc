#include "store/sqlite_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace cxctl {
namespace {

constexpr off_t kSmallestPage = 512;  // of a SQLite database

std::unexpected<Error> Failed(const std::string& path, std::string_view what, int number) {
  return Fail(ErrorCode::kIo, fmt::format("state store {}: {} ({}): check the path and the permissions of its folder",
                                          path, what, strerror(number)));
}

std::string FolderOf(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string NameOf(const std::string& path) {
  return path.substr(path.find_last_of('/') + 1);
}

/// The folder, and those above it that are missing.
Result<void> MakeFolder(const std::string& folder, const std::string& path) {
  struct stat status {};
  if (::stat(folder.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return {};
    return Failed(path, fmt::format("{} is not a folder", folder), ENOTDIR);
  }
  if (errno != ENOENT) return Failed(path, fmt::format("folder {} cannot be used", folder), errno);
  if (FolderOf(folder) != folder) TRY(MakeFolder(FolderOf(folder), path));
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return Failed(path, fmt::format("folder {} cannot be made", folder), errno);
  }
  return {};
}

Result<std::string> WithoutLinksInFolder(const std::string& path) {
  std::array<char, PATH_MAX> resolved{};
  if (::realpath(FolderOf(path).c_str(), resolved.data()) == nullptr) {
    return Failed(path, "its folder cannot be used", errno);
  }
  const std::string folder = resolved.data();
  return folder == "/" ? folder + NameOf(path) : folder + "/" + NameOf(path);
}

/// SQLite keeps its log and index beside the file. A link planted there would lead writes elsewhere.
Result<void> CheckNeighbours(const std::string& real, const std::string& path) {
  for (const char* suffix : {"-wal", "-shm", "-journal"}) {
    struct stat status {};
    if (::lstat((real + suffix).c_str(), &status) != 0 || S_ISREG(status.st_mode)) continue;
    return Fail(ErrorCode::kIo, fmt::format("state store {}: {}{} is not a regular file: remove it if you did not put "
                                            "it there",
                                            path, path, suffix));
  }
  return {};
}

Result<StoreFile> Inspect(const std::string& path, const struct stat& status) {
  if (S_ISLNK(status.st_mode)) {
    return Fail(
        ErrorCode::kIo,
        fmt::format("state store {} is a symbolic link, which is not followed: give the path of the file itself",
                    path));
  }
  if (!S_ISREG(status.st_mode)) {
    return Fail(ErrorCode::kIo, fmt::format("state store {} is not a regular file: give the path of a file", path));
  }
  StoreFile file;
  TRY_ASSIGN(file.path, WithoutLinksInFolder(path));
  TRY(CheckNeighbours(file.path, path));
  // SQLite takes a file of less than a page for an empty database, and throws away the log beside it.
  const bool is_stump = status.st_size > 0 && status.st_size < kSmallestPage;
  if (is_stump || (status.st_size == 0 && HasLog(file.path))) {
    return Fail(ErrorCode::kIntegrity, fmt::format("state store {} was cut short, or is no state store: check the "
                                                   "path, or restore it from a backup",
                                                   path));
  }
  file.state = status.st_size == 0 ? StoreFile::kEmpty : StoreFile::kPresent;
  file.writable = ::access(file.path.c_str(), W_OK) == 0 && ::access(FolderOf(file.path).c_str(), W_OK | X_OK) == 0;
  return file;
}

}  // namespace

bool HasLog(const std::string& path) {
  struct stat status {};
  return ::stat((path + "-wal").c_str(), &status) == 0 && status.st_size > 0;
}

Result<StoreFile> FindStoreFile(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) return Inspect(path, status);
  if (errno == ENOENT) return StoreFile{};
  return Failed(path, "it cannot be looked at", errno);
}

Result<StoreFile> MakeStoreFile(const std::string& path) {
  TRY(MakeFolder(FolderOf(path), path));
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (descriptor >= 0) {
    const bool changed = ::fchmod(descriptor, 0600) == 0;
    const int number = errno;
    ::close(descriptor);
    if (!changed) return Failed(path, "its permissions cannot be set", number);
  } else if (errno != EEXIST) {
    return Failed(path, "the file cannot be made", errno);
  }
  return FindStoreFile(path);
}

}  // namespace cxctl
