#include "tenant/answer.h"

#include <algorithm>

#include "base/strings.h"
#include "tenant/encoding.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr std::size_t kLongestErrorBody = 256 * 1024;
constexpr std::size_t kLongestCode = 64;
constexpr std::size_t kLongestRequestId = 128;
constexpr std::size_t kMostSecrets = 64;
constexpr std::size_t kShownDetails = 5;

void ReplaceAll(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

std::string CutToCodePoints(std::string text, std::size_t limit) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts_code_point = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    if (starts_code_point && ++count > limit) return text.substr(0, i) + "...";
  }
  return text;
}

// "message (field: text; field: text)"
std::string MessageWithDetails(const Value& body) {
  std::string message(body.GetString("message"));
  if (message.empty()) message = body.GetString("error_description");
  const Value* details = body.Find("details");
  if (details == nullptr) return message;
  std::string list;
  std::size_t shown = 0;
  for (const Value& detail : details->items()) {
    const std::string_view text = detail.GetString("message");
    if (text.empty() || shown == kShownDetails) continue;
    if (shown++ > 0) list += "; ";
    if (!detail.GetString("field").empty()) list += std::string(detail.GetString("field")) + ": ";
    list += text;
  }
  if (list.empty()) return message;
  return message.empty() ? list : message + " (" + list + ")";
}

bool LooksLikeMarkup(const HttpResponse& response) {
  const std::string* type = response.header("Content-Type");
  if (type != nullptr && ToLower(*type).find("html") != std::string::npos) return true;
  return Trim(std::string_view(response.body).substr(0, 256)).starts_with('<');
}

}  // namespace

void Cleanser::AddSecret(std::string_view secret) {
  if (secret.size() < 4) return;
  for (std::string form : {std::string(secret), FormEncode(secret), PercentEncode(secret), Base64(secret)}) {
    if (std::find(secrets_.begin(), secrets_.end(), form) == secrets_.end()) secrets_.push_back(std::move(form));
  }
  // The first ones are the credentials; the oldest after them are tokens long gone.
  constexpr std::size_t kCredentials = 12;
  if (secrets_.size() > kMostSecrets) secrets_.erase(secrets_.begin() + kCredentials);
}

std::string Cleanser::Clean(std::string_view text, std::size_t limit) const {
  // Masking is linear, but there is no use in working through megabytes of which a few hundred characters are shown.
  std::string clean(text.substr(0, std::max<std::size_t>(8 * limit, 16 * 1024)));
  for (const std::string& secret : secrets_) ReplaceAll(clean, secret, "***");
  return CutToCodePoints(MaskPhoneNumbers(EscapeControls(clean)), limit);
}

TenantError ReadTenantError(const HttpResponse& response, const Cleanser& cleanser) {
  TenantError error;
  if (const std::string* id = response.header("X-Request-Id"))
    error.request_id = cleanser.Clean(*id, kLongestRequestId);
  const std::string_view body = Trim(response.body);
  if (body.empty()) return error;
  if (body.size() > kLongestErrorBody) {
    error.message = "a long body that is not the API's";
    return error;
  }
  if (LooksLikeMarkup(response)) {
    error.message = "an HTML page, not the API's own answer";
    return error;
  }
  Arena arena;
  const Result<Value> parsed = ParseJson(arena, body);
  if (!parsed || !parsed->is_object()) {
    error.message = cleanser.Clean(body);
    return error;
  }
  std::string_view code = parsed->GetString("code");
  if (code.empty()) code = parsed->GetString("error");
  error.code = cleanser.Clean(code, kLongestCode);
  error.message = cleanser.Clean(MessageWithDetails(*parsed));
  if (error.request_id.empty()) error.request_id = cleanser.Clean(parsed->GetString("requestId"), kLongestRequestId);
  return error;
}

std::string DescribeAnswer(std::string_view method, std::string_view path, int status, const TenantError& error,
                           std::string_view request_id) {
  std::string text = std::string(method) + ' ' + std::string(path) + " answered " + std::to_string(status) + " (";
  if (!error.code.empty()) text += error.code + (error.message.empty() ? "; " : ": ");
  if (!error.message.empty()) text += error.message + "; ";
  text += "request id ";
  text += error.request_id.empty() ? request_id : std::string_view(error.request_id);
  return text + ")";
}

std::string AuthenticateParameter(const HttpResponse& response, std::string_view name) {
  const std::string* header = response.header("WWW-Authenticate");
  if (header == nullptr) return "";
  const std::string& text = *header;
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t start = text.find_first_not_of(" \t,", i);
    if (start == std::string::npos) break;
    const std::size_t end = std::min(text.find_first_of(" \t,=", start), text.size());
    const std::string_view word = std::string_view(text).substr(start, end - start);
    i = end;
    if (i >= text.size() || text[i] != '=') continue;  // the scheme's name
    ++i;
    std::string value;
    if (i < text.size() && text[i] == '"') {
      for (++i; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) ++i;
        value += text[i];
      }
      ++i;
    } else {
      const std::size_t stop = std::min(text.find_first_of(" \t,", i), text.size());
      value = text.substr(i, stop - i);
      i = stop;
    }
    if (EqualsIgnoringCase(word, name)) return value;
  }
  return "";
}

}  // namespace cxctl
