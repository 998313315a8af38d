#pragma once

#include <cstddef>

// The border between cxctl and its plug-in cxctl_phone.so, the only thing that is linked to libphonenumber. C, so that
// nothing of either side's C++ library or sanitizers has to agree.

/// Grows by one when anything below changes.
constexpr int kCxctlPhoneAbi = 1;

extern "C" {

/// What cxctl::PhoneNumber has.
struct CxctlPhoneNumber {
  int fault;  ///< A cxctl::NumberFault.
  int has_extension;
  char e164[24];
  char region[4];
  const char* time_zones;  ///< With spaces between them. Lives as long as the plug-in.
};

int cxctl_phone_abi();
/// Fills all of `number`. The texts need not end with a NUL.
void cxctl_phone_parse(const char* text, std::size_t text_size, const char* default_region,
                       std::size_t default_region_size, CxctlPhoneNumber* number);
}
