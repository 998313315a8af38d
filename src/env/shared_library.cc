#include "env/shared_library.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <unistd.h>

namespace cxctl {

Result<SharedLibrary> SharedLibrary::Load(const std::string& soname, const std::string& package) {
  void* handle = dlopen(soname.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* reason = dlerror();
    return Fail(ErrorCode::kIo, fmt::format("cannot load {} ({}); install the package {}", soname,
                                            reason == nullptr ? "unknown reason" : reason, package));
  }
  return SharedLibrary(handle, soname);
}

Result<SharedLibrary> SharedLibrary::LoadFirst(std::span<const std::string> paths, const std::string& package) {
  std::string tried;
  for (const std::string& path : paths) {
    if (access(path.c_str(), F_OK) == 0) return Load(path, package);
    tried += (tried.empty() ? "" : ", nor ") + path;
  }
  return Fail(ErrorCode::kIo, fmt::format("there is no {}; install cxctl with all of its files", tried));
}

Result<void*> SharedLibrary::Find(const char* name) const {
  void* symbol = dlsym(handle_, name);
  if (symbol == nullptr) {
    return Fail(ErrorCode::kIo, fmt::format("{} has no {}: it is too old; upgrade it", soname_, name));
  }
  return symbol;
}

}  // namespace cxctl
