#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>

#include "agent/api.h"

namespace cxctl {

/// The body of POST /api/callbacks/schedule, its members of the right types and nothing else judged yet.
struct CallbackRequest {
  std::string phone_number, scheduled_time, queue_id;
  std::string contact_id;  ///< "" for none.
  std::map<std::string, std::string> attributes;
  /// SHA-256 of the body in RFC 8785 form: bodies that say the same have the same.
  std::string fingerprint;
};

/// Reads it strictly: 400 INVALID_REQUEST, naming the member in `field`, for what is no JSON object, an unknown or
/// repeated member, a missing or empty one, or one of another type. A contactId must be able to stand in a path.
std::expected<CallbackRequest, ApiError> ReadCallbackRequest(std::string_view body);

/// 400 INVALID_REQUEST. `field` may be "".
ApiError InvalidRequest(std::string field, std::string message);

}  // namespace cxctl
