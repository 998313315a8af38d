#pragma once

#include <string>
#include <string_view>

namespace cxctl {

/// The path of an absolute URL as it is written, without query and fragment: "/a/b" of "https://h:1/a/b?c#d". "" if
/// the URL is not absolute or has no path.
std::string_view PathOfUrl(std::string_view url);

/// "PATCH https://host/path" for messages: without credentials, query and fragment, controls escaped, phone numbers
/// masked.
std::string DescribeRequest(std::string_view method, std::string_view url);

}  // namespace cxctl
