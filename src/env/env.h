#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "time/instant.h"

namespace cxctl {

/// The wall clock and the monotonic clock. Abstract so that the engine runs under a simulated one.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant Now() = 0;
  /// Never goes back; its zero is arbitrary. Durations are measured with it.
  virtual Duration Monotonic() = 0;
};

/// Randomness for ids, keys and jitter. Abstract so that a seed replays a run.
class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t Next() = 0;
  /// Uniform in [0, 1).
  double Fraction();
};

/// Reads files. Parsers and loaders take only this.
class FileReader {
 public:
  virtual ~FileReader() = default;
  /// The whole file. kNotFound if there is none, kIo (naming it) for anything else, a size over `limit` among it.
  virtual Result<std::string> Read(const std::string& path, std::size_t limit) = 0;
  /// All regular files under a folder whose names end in .yaml or .yml, in byte order of path; dot-files, dot-folders
  /// and symbolic links that lead out of the folder or in a circle are skipped. Each file is listed once, under a path
  /// without links if there is one. For a file: itself. kNotFound if there is neither, kIo (naming it) for a folder
  /// that cannot be read or a link to nothing.
  virtual Result<std::vector<std::string>> ListYaml(const std::string& path) = 0;
  /// Bytes of a regular file, following links; nothing for anything else or where it cannot be told.
  virtual std::optional<std::uint64_t> Size(const std::string& /*path*/) { return std::nullopt; }
  /// A path that is the same for two names of one file.
  virtual std::string Canonical(const std::string& path) = 0;
};

class FileSystem : public FileReader {
 public:
  /// Writes by rename: the path holds the old or the new content, never a part of it, and after success the new one
  /// even if the power fails. Mode 0600 when `is_private`; else an existing file keeps its mode and a new one gets 0644
  /// less the umask. A symbolic link is replaced, not followed. Devices and pipes are written to directly. Missing
  /// folders are not made. Fails with kIo, naming the path; the old content stays, unless all that failed was to
  /// synchronise the folder after the rename.
  virtual Result<void> Write(const std::string& path, std::string_view content, bool is_private) = 0;
  /// Whether Write could do its work now, as far as names and permissions tell: kIo, naming the path, if not. Changes
  /// nothing.
  virtual Result<void> CheckWritable(const std::string& /*path*/) { return {}; }
  /// Adds to the end of a file, made if there is none. kIo, naming the path.
  virtual Result<void> Append(const std::string& path, std::string_view content);
  /// Makes a folder and those above it; one that is there is fine. kIo, naming it, otherwise.
  virtual Result<void> MakeFolder(const std::string& path) = 0;
};

/// Environment variables. Abstract so that tests need not change the process's own.
class Environment {
 public:
  virtual ~Environment() = default;
  virtual std::optional<std::string> Get(const std::string& name) = 0;
};

}  // namespace cxctl
