#include "agent/intake_request.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/strings.h"
#include "tenant/encoding.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr std::array<std::string_view, 5> kMembers = {"phoneNumber", "scheduledTime", "queueId", "contactId",
                                                      "attributes"};
constexpr std::size_t kLongestShown = 40;

std::string Shown(std::string_view name) {
  std::string text = EscapeControls(name.substr(0, kLongestShown));
  return MaskPhoneNumbers(name.size() > kLongestShown ? text + "..." : text);
}

std::expected<void, ApiError> CheckMembers(const Value& body) {
  for (const Member& member : body.members()) {
    if (std::ranges::find(kMembers, member.key) != kMembers.end()) continue;
    const std::string_view meant = NearestWord(member.key, kMembers);
    std::string message = fmt::format("There is no member \"{}\".", Shown(member.key));
    if (!meant.empty()) message += fmt::format(" Did you mean {}?", meant);
    return std::unexpected(InvalidRequest(Shown(member.key), std::move(message)));
  }
  return {};
}

std::expected<std::string, ApiError> ReadText(const Value& body, std::string_view name, bool is_required) {
  const Value* value = body.Find(name);
  if (value == nullptr) {
    if (!is_required) return std::string();
    return std::unexpected(InvalidRequest(std::string(name), fmt::format("{} is missing.", name)));
  }
  if (!value->is_string() || value->as_string().empty()) {
    return std::unexpected(
        InvalidRequest(std::string(name), fmt::format("{} must be a string that is not empty.", name)));
  }
  return std::string(value->as_string());
}

std::expected<std::map<std::string, std::string>, ApiError> ReadAttributes(const Value& body) {
  std::map<std::string, std::string> attributes;
  const Value* object = body.Find("attributes");
  if (object == nullptr) return attributes;
  if (!object->is_object()) {
    return std::unexpected(InvalidRequest("attributes", "attributes must be an object of strings."));
  }
  for (const Member& member : object->members()) {
    if (!member.value.is_string()) {
      return std::unexpected(
          InvalidRequest("attributes", fmt::format("The attribute \"{}\" must be a string.", Shown(member.key))));
    }
    attributes.emplace(member.key, member.value.as_string());
  }
  return attributes;
}

}  // namespace

ApiError InvalidRequest(std::string field, std::string message) {
  ApiError error;
  error.status = 400;
  error.code = "INVALID_REQUEST";
  error.field = std::move(field);
  error.message = std::move(message);
  return error;
}

std::expected<CallbackRequest, ApiError> ReadCallbackRequest(std::string_view text) {
  Arena arena;
  const Result<Value> body = ParseJson(arena, text);
  if (!body || !body->is_object()) return std::unexpected(InvalidRequest("", "The body must be a JSON object."));
  TRY(CheckMembers(*body));
  CallbackRequest request;
  TRY_ASSIGN(request.phone_number, ReadText(*body, "phoneNumber", true));
  TRY_ASSIGN(request.scheduled_time, ReadText(*body, "scheduledTime", true));
  TRY_ASSIGN(request.queue_id, ReadText(*body, "queueId", true));
  TRY_ASSIGN(request.contact_id, ReadText(*body, "contactId", false));
  if (!request.contact_id.empty() && !IsPathSegment(request.contact_id)) {
    return std::unexpected(InvalidRequest("contactId", "contactId is not the id of a contact."));
  }
  TRY_ASSIGN(request.attributes, ReadAttributes(*body));
  request.fingerprint = Sha256Hex(ToCanonicalJson(*body));
  return request;
}

}  // namespace cxctl
