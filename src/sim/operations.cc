#include "sim/operations.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/strings.h"
#include "sim/body_check.h"
#include "sim/seeded_random.h"

namespace cxctl::sim {
namespace {

/// Ties a cursor to its list: a cursor of another list, or of other filters, must not be taken.
std::string CursorPrefix(const Call& call, std::string_view filters) {
  return fmt::format("{:08x}", Mix(HashText(call.path) ^ Mix(HashText(filters))) & 0xffffffffu);
}

std::optional<std::string> FromHex(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    unsigned byte = 0;
    const auto [end, error] = std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
    if (error != std::errc() || end != hex.data() + i + 2) return std::nullopt;
    out += static_cast<char>(byte);
  }
  return out;
}

}  // namespace

Checked<const StoredObject*> FindObject(const ObjectStore& store, const std::string& id, std::string_view what) {
  if (const StoredObject* object = store.Find(id)) return object;
  return Refuse(404, "NOT_FOUND", fmt::format("There is no {} with this id.", what));
}

Checked<void> RequireIfMatch(const Call& call) {
  const std::string* header = call.request.header("If-Match");
  if (header && !Trim(*header).empty()) return {};
  return Refuse(428, "PRECONDITION_REQUIRED", "This request needs If-Match with the item's ETag.");
}

Checked<void> CheckIfMatch(const Call& call, const StoredObject& object) {
  const std::string* header = call.request.header("If-Match");
  if (header) {
    if (Trim(*header) == "*") return {};
    for (std::string_view tag : Split(*header, ',')) {
      if (Trim(tag) == object.etag) return {};
    }
  }
  return Refuse(412, "PRECONDITION_FAILED", "The item is not what If-Match says: read it again.");
}

Checked<void> CheckBody(const Call& call, const ObjectShape& shape, bool patch) {
  std::vector<Detail> faults = CheckObject(call.body, shape, patch ? CheckMode::kPatch : CheckMode::kWhole);
  if (!faults.empty()) return RefuseInvalid(std::move(faults));
  return {};
}

HttpResponse ObjectResponse(int status, const StoredObject& object) {
  HttpResponse response = JsonResponse(status, object.json);
  response.headers.push_back({"ETag", object.etag});
  return response;
}

Checked<PageRequest> ReadPage(const Call& call, std::string_view filters) {
  PageRequest page;
  TRY_ASSIGN(const std::optional<std::string> size, call.Parameter("pageSize"));
  if (size) {
    int number = 0;
    const auto [end, error] = std::from_chars(size->data(), size->data() + size->size(), number);
    if (error != std::errc() || end != size->data() + size->size() || number < 1 || number > 500) {
      return RefuseInvalid({{"pageSize", "must be an integer from 1 to 500"}});
    }
    page.size = static_cast<std::size_t>(number);
  }
  TRY_ASSIGN(const std::optional<std::string> cursor, call.Parameter("nextPage"));
  if (!cursor) return page;
  const std::string prefix = CursorPrefix(call, filters);
  std::optional<std::string> last;
  if (cursor->starts_with(prefix)) last = FromHex(std::string_view(*cursor).substr(prefix.size()));
  if (!last || last->empty()) return RefuseInvalid({{"nextPage", "is not a cursor of this list"}});
  page.after = std::move(*last);
  return page;
}

std::string MakeCursor(const Call& call, std::string_view filters, std::string_view last) {
  std::string cursor = CursorPrefix(call, filters);
  for (const char c : last) cursor += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return cursor;
}

HttpResponse ListResponse(const Call& call, std::string_view filters, const ObjectStore::Page& page, bool etags,
                          std::string_view extra) {
  std::string body = "{\"items\":[";
  for (std::size_t i = 0; i < page.items.size(); ++i) {
    if (i > 0) body += ',';
    body += etags ? page.items[i]->JsonWithEtag() : page.items[i]->json;
  }
  body += "],";
  body += extra;
  body += "\"nextPage\":";
  body += page.more ? JsonString(MakeCursor(call, filters, page.items.back()->id)) : "null";
  body += '}';
  return JsonResponse(200, std::move(body));
}

}  // namespace cxctl::sim
