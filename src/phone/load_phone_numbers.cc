#include "phone/load_phone_numbers.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "env/shared_library.h"
#include "phone/plugin_abi.h"

namespace cxctl {

namespace {

class PluginPhoneNumbers final : public PhoneNumbers {
 public:
  explicit PluginPhoneNumbers(decltype(cxctl_phone_parse)* parse) : parse_(parse) {}

  PhoneNumber Parse(std::string_view text, std::string_view default_region) const override {
    CxctlPhoneNumber found{};
    parse_(text.data(), text.size(), default_region.data(), default_region.size(), &found);
    PhoneNumber number;
    number.fault = static_cast<NumberFault>(found.fault);
    number.e164 = found.e164;
    number.region = found.region;
    number.has_extension = found.has_extension != 0;
    if (*found.time_zones == '\0') return number;
    for (std::string_view zone : Split(found.time_zones, ' ')) number.time_zones.emplace_back(zone);
    return number;
  }

 private:
  decltype(cxctl_phone_parse)* parse_;
};

}  // namespace

Result<std::unique_ptr<PhoneNumbers>> LoadPhoneNumbers(const std::string& program) {
  const std::string folder = program.substr(0, program.rfind('/') + 1);
  const std::string paths[] = {folder + "cxctl_phone.so", folder + "../lib/cxctl/cxctl_phone.so"};
  auto library = SharedLibrary::LoadFirst(paths, "libphonenumber8");
  if (!library) {
    return Fail(library.error().code, fmt::format("phone numbers cannot be read: {}", library.error().message));
  }
  decltype(cxctl_phone_abi)* abi = nullptr;
  TRY(library->Bind(abi, "cxctl_phone_abi"));
  if (abi() != kCxctlPhoneAbi) {
    return Fail(ErrorCode::kIo, fmt::format("phone numbers cannot be read: {} is of another version of cxctl; install "
                                            "the program and it together",
                                            library->name()));
  }
  decltype(cxctl_phone_parse)* parse = nullptr;
  TRY(library->Bind(parse, "cxctl_phone_parse"));
  return std::make_unique<PluginPhoneNumbers>(parse);
}

}  // namespace cxctl
