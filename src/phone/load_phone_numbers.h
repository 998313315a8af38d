#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "phone/phone_numbers.h"

namespace cxctl {

/// Loads libphonenumber by way of our plug-in, `cxctl_phone.so`: beside the program (as it is built), else in
/// `../lib/cxctl` from there (as it is installed). `program` is the path of the program's own file. Takes about ten
/// milliseconds, so call it once, when there are numbers to read; what is loaded stays until the process ends.
/// Fails with kIo, saying what to install, if there is no plug-in, if libphonenumber is missing, or if the plug-in is
/// of another version of cxctl.
Result<std::unique_ptr<PhoneNumbers>> LoadPhoneNumbers(const std::string& program);

}  // namespace cxctl
