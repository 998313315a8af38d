// The plug-in cxctl_phone.so: libphonenumber behind the functions of plugin_abi.h. Not a part of the module's library.

#include <phonenumbers/logger.h>
#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "phone/phone_numbers.h"
#include "phone/plugin_abi.h"
#include "phone/time_zone_table.h"

namespace {

using cxctl::NumberFault;
using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

const PhoneNumberUtil& Util() {
  static const PhoneNumberUtil& util = []() -> const PhoneNumberUtil& {
    PhoneNumberUtil* instance = PhoneNumberUtil::GetInstance();
    // Its own logger writes to standard output, where results of commands go. It takes this one over.
    instance->SetLogger(new i18n::phonenumbers::NullLogger);
    return *instance;
  }();
  return util;
}

NumberFault FaultOf(PhoneNumberUtil::ErrorType error) {
  switch (error) {
    case PhoneNumberUtil::NO_PARSING_ERROR:
      return NumberFault::kNone;
    case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR:
      return NumberFault::kUnknownCountry;
    case PhoneNumberUtil::TOO_SHORT_AFTER_IDD:
    case PhoneNumberUtil::TOO_SHORT_NSN:
      return NumberFault::kTooShort;
    case PhoneNumberUtil::TOO_LONG_NSN:
      return NumberFault::kTooLong;
    case PhoneNumberUtil::NOT_A_NUMBER:
      break;
  }
  return NumberFault::kNotANumber;
}

NumberFault FaultOf(const PhoneNumber& number) {
  switch (Util().IsPossibleNumberWithReason(number)) {
    case PhoneNumberUtil::IS_POSSIBLE:
      return Util().IsValidNumber(number) ? NumberFault::kNone : NumberFault::kUnassigned;
    case PhoneNumberUtil::INVALID_COUNTRY_CODE:
      return NumberFault::kUnknownCountry;
    case PhoneNumberUtil::TOO_SHORT:
      return NumberFault::kTooShort;
    case PhoneNumberUtil::TOO_LONG:
      return NumberFault::kTooLong;
    case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY:
    case PhoneNumberUtil::INVALID_LENGTH:
      break;
  }
  return NumberFault::kWrongLength;
}

/// Of the longest prefix in the table; "" if it has none.
const char* ZonesOf(std::string digits) {
  const auto table = cxctl::PrefixZonesTable();
  for (; !digits.empty(); digits.pop_back()) {
    const auto row = std::ranges::lower_bound(table, digits, {}, &cxctl::PrefixZones::prefix);
    if (row != table.end() && row->prefix == digits) return row->zones;
  }
  return "";
}

/// Where the digits tell a place, the zones of that place; else those of the country code, as libphonenumber's own
/// mapping does it.
const char* ZonesOf(const PhoneNumber& number, const std::string& e164) {
  const bool of_a_place = Util().IsNumberGeographical(Util().GetNumberType(number), number.country_code());
  return ZonesOf(of_a_place ? e164.substr(1) : std::to_string(number.country_code()));
}

}  // namespace

#define CXCTL_EXPORTED __attribute__((visibility("default")))

extern "C" {

CXCTL_EXPORTED int cxctl_phone_abi() {
  return kCxctlPhoneAbi;
}

// Its regular expressions take minutes over a text of 100,000 characters, and 250 are the most that it reads as one.
constexpr std::size_t kLongestText = 250;

CXCTL_EXPORTED void cxctl_phone_parse(const char* text, std::size_t text_size, const char* default_region,
                                      std::size_t default_region_size, CxctlPhoneNumber* number) {
  *number = {};
  number->time_zones = "";
  number->fault = static_cast<int>(NumberFault::kNotANumber);
  if (text_size > kLongestText || default_region_size > kLongestText) return;
  PhoneNumber parsed;
  const auto error =
      Util().Parse(std::string(text, text_size), std::string(default_region, default_region_size), &parsed);
  NumberFault fault = FaultOf(error);
  if (fault == NumberFault::kNone) fault = FaultOf(parsed);
  number->fault = static_cast<int>(fault);
  if (error != PhoneNumberUtil::NO_PARSING_ERROR || fault == NumberFault::kUnknownCountry) return;
  std::string e164;
  Util().Format(parsed, PhoneNumberUtil::E164, &e164);
  std::snprintf(number->e164, sizeof number->e164, "%s", e164.c_str());
  number->has_extension = parsed.has_extension() ? 1 : 0;
  if (fault != NumberFault::kNone) return;
  std::string region;
  Util().GetRegionCodeForNumber(parsed, &region);
  std::snprintf(number->region, sizeof number->region, "%s", region.c_str());
  number->time_zones = ZonesOf(parsed, e164);
}
}
