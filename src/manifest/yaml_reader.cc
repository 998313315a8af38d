#include "manifest/yaml_reader.h"

#include <fmt/format.h>
#include <yaml.h>

#include <algorithm>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "base/strings.h"
#include "manifest/excerpt.h"
#include "manifest/scalar.h"
#include "manifest/yaml_text.h"

namespace cxctl {

namespace {

constexpr std::size_t kMostErrorsPerDocument = 50;
constexpr std::size_t kLongMapping = 32;

/// What an anchor names: the finished value, how many nodes it stands for and how deep it is.
struct Anchor {
  Value value;
  std::size_t nodes = 0;
  int height = 0;
  bool open = false;  ///< Still being read: an alias inside it would contain itself.
};

/// A mapping or sequence under construction. Its children are the tail of the reader's stacks from `first` on.
struct Frame {
  bool mapping = false;
  bool flow = false;
  Position position;
  std::size_t first = 0;
  std::string anchor;
  std::size_t nodes = 1;
  int height = 1;
  bool has_key = false;  ///< mapping: a key was read and waits for its value
  bool merge_key = false;
  std::string_view key;
  Position key_position;
  std::vector<Value> merges;
  std::unique_ptr<std::unordered_set<std::string_view>> keys;  ///< long mappings: the keys so far
};

/// The lines of a scalar that takes several.
struct LongScalar {
  std::uint32_t first = 0, last = 0;
  bool block = false;  ///< literal or folded: its lines are content
};

struct ParserGuard {
  yaml_parser_t parser;
  ParserGuard() { yaml_parser_initialize(&parser); }
  ~ParserGuard() { yaml_parser_delete(&parser); }
  ParserGuard(const ParserGuard&) = delete;
  ParserGuard& operator=(const ParserGuard&) = delete;
};

struct EventGuard {
  yaml_event_t event{};
  EventGuard() = default;
  ~EventGuard() { yaml_event_delete(&event); }
  EventGuard(const EventGuard&) = delete;
  EventGuard& operator=(const EventGuard&) = delete;
};

std::string_view View(const yaml_char_t* text) {
  return text ? reinterpret_cast<const char*>(text) : "";
}

bool HasEscapedControl(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F) return true;
    if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
  }
  return false;
}

class YamlReader {
 public:
  YamlReader(Arena& arena, std::uint32_t file, std::string_view text, Diagnostics& diagnostics)
      : arena_(arena),
        file_(file),
        text_(text),
        index_(text),
        diagnostics_(diagnostics),
        has_tabs_(text.find('\t') != std::string_view::npos) {}

  std::vector<Value> Read() {
    yaml_parser_t& parser = guard_.parser;
    yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text_.data()), text_.size());
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    bool more = true;
    while (more && !stopped_) {
      EventGuard event;
      if (!yaml_parser_parse(&parser, &event.event)) {
        SyntaxError(parser);
        break;
      }
      more = event.event.type != YAML_STREAM_END_EVENT;
      Handle(event.event);
    }
    return std::move(documents_);
  }

 private:
  void Handle(const yaml_event_t& event) {
    switch (event.type) {
      case YAML_DOCUMENT_START_EVENT:
        StartDocument(static_cast<std::uint32_t>(event.start_mark.line + 1));
        break;
      case YAML_DOCUMENT_END_EVENT:
        EndDocument(static_cast<std::uint32_t>(event.end_mark.line + 1));
        break;
      case YAML_SCALAR_EVENT:
        HandleScalar(event);
        break;
      case YAML_ALIAS_EVENT:
        HandleAlias(event);
        break;
      case YAML_MAPPING_START_EVENT:
        Open({.mapping = true, .flow = event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE}, event,
             View(event.data.mapping_start.anchor), View(event.data.mapping_start.tag));
        break;
      case YAML_SEQUENCE_START_EVENT:
        Open({.flow = event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE}, event,
             View(event.data.sequence_start.anchor), View(event.data.sequence_start.tag));
        break;
      case YAML_MAPPING_END_EVENT:
      case YAML_SEQUENCE_END_EVENT:
        Close(event.end_mark);
        break;
      default:
        break;
    }
  }

  void StartDocument(std::uint32_t line) {
    anchors_.clear();
    long_scalars_.clear();
    expanded_ = 0;
    errors_ = 0;
    reported_ = 0;
    root_ = {};
    empty_ = true;
    first_line_ = line;
  }

  void EndDocument(std::uint32_t last_line) {
    if (has_tabs_) CheckIndentation(last_line);
    if (!empty_ && errors_ == 0) documents_.push_back(root_);
  }

  void HandleScalar(const yaml_event_t& event) {
    const auto& scalar = event.data.scalar;
    const std::string_view text(reinterpret_cast<const char*>(scalar.value), scalar.length);
    const bool plain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
    const bool anchored = scalar.anchor != nullptr;
    // Nothing stands behind the anchor of an empty scalar: its place is the anchor's.
    const Position position = PositionOf(event, (anchored || scalar.tag) && !(plain && text.empty()));
    if (scalar.tag) ReportTag(event);
    if (plain && HasLeadingZero(text)) {
      Report("CX101", position, fmt::format("a number with a leading zero: {}", Excerpt(text)),
             "quote it if it is text, drop the zero if it is a number");
    }
    if (!plain && HasEscapedControl(text)) {
      Report("CX102", position, "a control character in a value",
             "remove the escape; only \\n and \\t may stand in a value");
    }
    if (has_tabs_ && event.end_mark.line > event.start_mark.line) {
      const bool block = scalar.style == YAML_LITERAL_SCALAR_STYLE || scalar.style == YAML_FOLDED_SCALAR_STYLE;
      long_scalars_.push_back({static_cast<std::uint32_t>(event.start_mark.line + 1),
                               static_cast<std::uint32_t>(event.end_mark.line + 1), block});
    }
    if (AtKey()) {
      if (anchored) anchors_[std::string(View(scalar.anchor))] = {Value::String(arena_.Copy(text)), 1, 0, false};
      SetKey(text, plain, position);
      return;
    }
    if (frames_.empty() && plain && text.empty()) return;  // an empty document
    const std::string_view copy = arena_.Copy(text);
    const Value value = (plain ? ResolvePlainScalar(copy) : Value::String(copy)).WithPosition(position);
    if (anchored) anchors_[std::string(View(scalar.anchor))] = {value, 1, 0, false};
    Add(value, 1, 0);
  }

  void HandleAlias(const yaml_event_t& event) {
    const std::string name(View(event.data.alias.anchor));
    const Position position = PositionOf(event, false);
    const auto found = anchors_.find(name);
    if (found == anchors_.end() || found->second.open) {
      Stop(position,
           found == anchors_.end() ? fmt::format("there is no anchor &{}", Excerpt(name))
                                   : fmt::format("alias *{} stands inside its own anchor", Excerpt(name)),
           "define the anchor before the alias");
      return;
    }
    const Anchor& anchor = found->second;
    if (AtKey()) {
      if (!anchor.value.is_string()) {
        Stop(position, "a key must be a plain or quoted text", "write the key itself");
        return;
      }
      SetKey(anchor.value.as_string(), false, position);
      return;
    }
    expanded_ += anchor.nodes;
    if (expanded_ > kMaxExpandedNodes) {
      Stop(position, fmt::format("aliases of this document stand for more than {} nodes", kMaxExpandedNodes),
           "write the values out, or split the document");
      return;
    }
    const int merged = !frames_.empty() && frames_.back().merge_key ? 1 : 0;  // its members land one level higher
    if (static_cast<int>(frames_.size()) + anchor.height - merged > kMaxNesting) {
      Stop(position, fmt::format("more than {} levels of nesting", kMaxNesting), "flatten the document");
      return;
    }
    Add(anchor.value, anchor.nodes, anchor.height);
  }

  void Open(Frame frame, const yaml_event_t& event, std::string_view anchor, std::string_view tag) {
    const Position position = PositionOf(event, !anchor.empty() || !tag.empty());
    if (!tag.empty()) ReportTag(event);
    if (AtKey()) {
      Stop(position, "a key must be a plain or quoted text, not a list or mapping", "write the key as text");
      return;
    }
    if (frames_.size() == kMaxNesting) {
      Stop(position, fmt::format("more than {} levels of nesting", kMaxNesting), "flatten the document");
      return;
    }
    empty_ = false;
    frame.position = position;
    frame.position.width = 1;
    frame.first = frame.mapping ? members_.size() : items_.size();
    frame.anchor = anchor;
    if (!anchor.empty()) anchors_[frame.anchor] = {{}, 0, 0, true};
    frames_.push_back(std::move(frame));
  }

  void Close(const yaml_mark_t& end) {
    if (stopped_) return;
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    if (frame.flow && end.line + 1 == frame.position.line) {
      frame.position.width = static_cast<std::uint32_t>(end.column + 1) - frame.position.column;
    }
    Value value;
    if (frame.mapping) {
      ApplyMerges(frame);
      const auto members = std::span<const Member>(members_).subspan(frame.first);
      value = Value::Object(arena_.CopyItems(members)).WithPosition(frame.position);
      members_.resize(frame.first);
    } else {
      value = Value::Array(arena_.CopyItems(std::span<const Value>(items_).subspan(frame.first)))
                  .WithPosition(frame.position);
      items_.resize(frame.first);
    }
    if (!frame.anchor.empty()) anchors_[frame.anchor] = {value, frame.nodes, frame.height, false};
    Add(value, frame.nodes, frame.height);
  }

  bool AtKey() const { return !frames_.empty() && frames_.back().mapping && !frames_.back().has_key; }

  void SetKey(std::string_view text, bool plain, const Position& position) {
    Frame& frame = frames_.back();
    frame.has_key = true;
    frame.merge_key = plain && text == "<<";
    frame.key_position = position;
    if (text.empty() && plain) Report("CX101", position, "a mapping entry without a key", "write `key: value`");
    frame.key = Intern(text);
    if (!frame.merge_key ? KeyStands(frame) : !frame.merges.empty()) {
      Report("CX101", position, fmt::format("key `{}` stands twice in this mapping", Excerpt(text)),
             "remove one of them");
    }
  }

  bool KeyStands(Frame& frame) {
    const auto members = std::span<const Member>(members_).subspan(frame.first);
    if (members.size() < kLongMapping) {
      return std::ranges::any_of(members, [&](const Member& member) { return member.key == frame.key; });
    }
    if (!frame.keys) {
      frame.keys = std::make_unique<std::unordered_set<std::string_view>>();
      for (const Member& member : members) frame.keys->insert(member.key);
    }
    return !frame.keys->insert(frame.key).second;
  }

  /// Keys repeat over and over: one copy each.
  std::string_view Intern(std::string_view text) {
    const auto found = keys_.find(text);
    if (found != keys_.end()) return *found;
    return *keys_.insert(arena_.Copy(text)).first;
  }

  void Add(const Value& value, std::size_t nodes, int height) {
    if (frames_.empty()) {
      root_ = value;
      empty_ = false;
      return;
    }
    Frame& frame = frames_.back();
    frame.nodes += nodes;
    frame.height = std::max(frame.height, frame.merge_key ? height : height + 1);
    if (!frame.mapping) {
      items_.push_back(value);
      return;
    }
    frame.has_key = false;
    if (frame.merge_key) {
      AddMerge(frame, value);
    } else {
      members_.push_back({frame.key, frame.key_position, value});
    }
  }

  void AddMerge(Frame& frame, const Value& value) {
    const bool list =
        value.is_array() && std::ranges::all_of(value.items(), [](const Value& v) { return v.is_object(); });
    if (!value.is_object() && !list) {
      Report("CX101", frame.key_position, "a merge key `<<` takes a mapping, or a list of mappings",
             "give it an alias of one");
      return;
    }
    if (value.is_object()) {
      frame.merges.push_back(value);
    } else {
      frame.merges.insert(frame.merges.end(), value.items().begin(), value.items().end());
    }
    if (frame.merges.empty()) frame.merges.push_back(Value::Object({}));
  }

  /// Own members win over merged ones, earlier merges over later ones.
  void ApplyMerges(const Frame& frame) {
    if (frame.merges.empty()) return;
    std::unordered_set<std::string_view> stands;
    for (const Member& member : std::span<const Member>(members_).subspan(frame.first)) stands.insert(member.key);
    for (const Value& merge : frame.merges) {
      for (const Member& member : merge.members()) {
        if (stands.insert(member.key).second) members_.push_back(member);
      }
    }
  }

  /// libyaml's mark of an anchored node is that of its anchor: look behind it for the node itself.
  Position PositionOf(const yaml_event_t& event, bool has_properties) {
    const yaml_mark_t& start = event.start_mark;
    const yaml_mark_t& end = event.end_mark;
    Position position{file_, static_cast<std::uint32_t>(start.line + 1), static_cast<std::uint32_t>(start.column + 1),
                      1};
    if (has_properties) position = SkipProperties(position);
    if (end.line + 1 == position.line && end.column + 1 > position.column) {
      position.width = static_cast<std::uint32_t>(end.column + 1) - position.column;
    } else if (event.type == YAML_SCALAR_EVENT && end.line + 1 > position.line) {
      const std::size_t offset = index_.Offset(position.line, position.column);
      std::string_view line = text_.substr(offset, text_.find_first_of("\r\n", offset) - offset);
      // Of a block scalar that is its header, of others what stands on their first line.
      if (line.starts_with('|') || line.starts_with('>')) line = line.substr(0, line.find_first_of(" \t#"));
      position.width = static_cast<std::uint32_t>(std::max<std::size_t>(CountCodePoints(Trim(line)), 1));
    }
    return position;
  }

  Position SkipProperties(const Position& at) {
    Position place = at;
    std::size_t offset = index_.Offset(at.line, at.column);
    const auto skip_to = [&](std::size_t end) {
      end = std::min(end, text_.size());
      place.column += static_cast<std::uint32_t>(CountCodePoints(text_.substr(offset, end - offset)));
      offset = end;
    };
    while (offset < text_.size()) {
      const char c = text_[offset];
      if (text_.substr(offset).starts_with("!<")) {
        skip_to(text_.find('>', offset));
        skip_to(offset + 1);
      } else if (c == '&' || c == '!') {
        skip_to(text_.find_first_of(" \t\r\n,[]{}", offset));
      } else if (c == ' ' || c == '\t') {
        skip_to(offset + 1);
      } else if (c == '#') {
        skip_to(text_.find_first_of("\r\n", offset));
      } else if (c == '\r' || c == '\n') {
        offset += text_.substr(offset).starts_with("\r\n") ? 2 : 1;
        ++place.line;
        place.column = 1;
      } else {
        return place;
      }
    }
    return at;
  }

  /// Tabs may separate, and stand in texts. As indentation they are refused: nobody sees how deep they indent. libyaml
  /// refuses them in block mappings and lists, and lets them pass in flow style and in texts of several lines.
  void CheckIndentation(std::uint32_t last_line) {
    auto scalar = long_scalars_.begin();
    for (std::uint32_t line = first_line_; line <= last_line; ++line) {
      const std::size_t start = index_.Offset(line, 1);
      const std::size_t content = std::min(text_.find_first_not_of(" \t", start), text_.size());
      const std::size_t tab = text_.substr(start, content - start).find('\t');
      if (tab == std::string_view::npos || content == text_.size()) continue;
      if (text_[content] == '\n' || text_[content] == '\r' || text_[content] == '#') continue;
      while (scalar != long_scalars_.end() && scalar->last < line) ++scalar;
      const bool within = scalar != long_scalars_.end() && scalar->first < line;
      // What is indented by spaces already may go on with tabs within a text.
      if (within && (scalar->block || tab > 0)) continue;
      Report("CX101", {file_, line, static_cast<std::uint32_t>(tab + 1), 1}, "a tab in the indentation",
             "indent with spaces");
    }
  }

  /// At the tag itself: the event begins with it, or with the anchor before it.
  void ReportTag(const yaml_event_t& event) {
    const std::size_t start = index_.Offset(static_cast<std::uint32_t>(event.start_mark.line + 1),
                                            static_cast<std::uint32_t>(event.start_mark.column + 1));
    const std::size_t tag = std::min(text_.find('!', start), text_.size());
    const bool verbatim = text_.substr(tag).starts_with("!<");
    const std::size_t last = verbatim ? text_.find('>', tag) : text_.find_first_of(" \t\r\n,]}", tag) - 1;
    const std::size_t end = std::min(last, text_.size() - 1) + 1;
    Position position = index_.PositionOf(file_, tag);
    position.width =
        static_cast<std::uint32_t>(std::max<std::size_t>(CountCodePoints(text_.substr(tag, end - tag)), 1));
    Report("CX101", position, "tags are not allowed", "remove it; the type follows from the value");
  }

  void Report(std::string rule, const Position& position, std::string message, std::string help) {
    if (++reported_ > kMostErrorsPerDocument) {
      stopped_ = true;
      return;
    }
    if (rule == "CX101") ++errors_;
    diagnostics_.push_back({std::move(rule), Severity::kError, std::move(message), std::move(help), "", position});
  }

  void Stop(const Position& position, std::string message, std::string help) {
    Report("CX101", position, std::move(message), std::move(help));
    stopped_ = true;
  }

  void SyntaxError(const yaml_parser_t& parser) {
    Position position{file_, static_cast<std::uint32_t>(parser.problem_mark.line + 1),
                      static_cast<std::uint32_t>(parser.problem_mark.column + 1), 1};
    // libyaml's end of the text may be a line behind it.
    if (index_.Offset(position.line, position.column) == text_.size()) {
      position = index_.PositionOf(file_, text_.size());
    }
    if (parser.error == YAML_READER_ERROR) position = index_.PositionOf(file_, parser.problem_offset);
    std::string message = parser.problem ? parser.problem : "the parser ran out of memory";
    if (parser.context) {
      message += fmt::format(", {} that starts at line {}, column {}", parser.context, parser.context_mark.line + 1,
                             parser.context_mark.column + 1);
    }
    diagnostics_.push_back({"CX101", Severity::kError, "not valid YAML: " + message,
                            "check quotes, brackets and indentation here and just above", "", position});
  }

  ParserGuard guard_;
  Arena& arena_;
  std::uint32_t file_;
  std::string_view text_;
  TextIndex index_;
  Diagnostics& diagnostics_;

  std::vector<Value> documents_;
  std::vector<Frame> frames_;
  std::vector<Value> items_;
  std::vector<Member> members_;
  std::unordered_map<std::string, Anchor> anchors_;
  std::unordered_set<std::string_view> keys_;
  Value root_;
  bool empty_ = true;
  bool stopped_ = false;
  std::size_t expanded_ = 0;
  std::size_t errors_ = 0;    ///< CX101 in the document at hand
  std::size_t reported_ = 0;  ///< all that was reported of it
  std::uint32_t first_line_ = 1;
  std::vector<LongScalar> long_scalars_;  ///< of the document, where the file has tabs
  const bool has_tabs_;
};

}  // namespace

std::vector<Value> ReadYaml(Arena& arena, std::uint32_t file, std::string_view text, Diagnostics& diagnostics) {
  if (!CheckYamlText(file, text, diagnostics)) return {};
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // libyaml would count it as a column
  return YamlReader(arena, file, text, diagnostics).Read();
}

}  // namespace cxctl
