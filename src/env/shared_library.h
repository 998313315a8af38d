#pragma once

#include <span>
#include <string>

#include "base/result.h"

namespace cxctl {

/// A shared library that is loaded when it is needed, so that commands without need of it do not pay for it, and stays
/// until the process ends (libcurl, libpq and the OpenSSL behind them leave exit handlers behind, so unloading them is
/// not safe).
class SharedLibrary {
 public:
  /// `soname` as the dynamic linker takes it: "libcurl.so.4". Fails with kIo, naming `package` as what to install.
  static Result<SharedLibrary> Load(const std::string& soname, const std::string& package);
  /// The first of the files that is there. Fails with kIo: none is, or that one cannot be loaded; `package` is what it
  /// needs.
  static Result<SharedLibrary> LoadFirst(std::span<const std::string> paths, const std::string& package);

  /// As it was loaded.
  const std::string& name() const { return soname_; }

  /// Sets `function` to the symbol of that name. Fails with kIo if the library is too old to have it.
  template <class Function>
  Result<void> Bind(Function*& function, const char* name) const {
    TRY_ASSIGN(void* symbol, Find(name));
    function = reinterpret_cast<Function*>(symbol);
    return {};
  }

 private:
  explicit SharedLibrary(void* handle, std::string soname) : handle_(handle), soname_(std::move(soname)) {}
  Result<void*> Find(const char* name) const;

  void* handle_;
  std::string soname_;
};

}  // namespace cxctl
