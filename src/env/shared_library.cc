#include "env/shared_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

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

Result<void*> SharedLibrary::Find(const char* name) const {
  void* symbol = dlsym(handle_, name);
  if (symbol == nullptr) {
    return Fail(ErrorCode::kIo, fmt::format("{} has no {}: it is too old; upgrade it", soname_, name));
  }
  return symbol;
}

}  // namespace cxctl
