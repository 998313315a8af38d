#pragma once

#include <string>

#include "base/result.h"

namespace cxctl {

/// What stands where a store's file is to be.
struct StoreFile {
  enum State { kMissing, kEmpty, kPresent };
  State state = kMissing;
  std::string path;      ///< Absolute, free of symbolic links. Not set when kMissing.
  bool writable = true;  ///< This process may write the file and its folder.
};

/// Whether a write-ahead log with something in it stands beside the file.
bool HasLog(const std::string& path);

/// Looks, and changes nothing. Fails with kIo for what is no regular file, symbolic links among it, and with
/// kIntegrity for a file that is too short to be a database.
Result<StoreFile> FindStoreFile(const std::string& path);

/// As FindStoreFile, and makes what is missing: folders with mode 0700, the file, empty, with mode 0600, whatever the
/// umask.
Result<StoreFile> MakeStoreFile(const std::string& path);

}  // namespace cxctl
