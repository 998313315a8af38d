#include "manifest/yaml_syntax.h"

#include <yaml.h>

#include <algorithm>

#include "base/strings.h"

namespace cxctl {

namespace {

struct Token {
  yaml_token_type_t type = YAML_NO_TOKEN;
  std::size_t start = 0, end = 0;
};

/// libyaml counts code points.
class Offsets {
 public:
  explicit Offsets(std::string_view text) : size_(text.size()) {
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    if (std::ranges::all_of(text, is_ascii)) return;
    for (std::size_t at = 0; at < text.size(); at += CodePointSize(text.substr(at))) starts_.push_back(at);
    starts_.push_back(text.size());
  }
  std::size_t Of(const yaml_mark_t& mark) const {
    if (starts_.empty()) return std::min(mark.index, size_);
    return starts_[std::min(mark.index, starts_.size() - 1)];
  }

 private:
  std::size_t size_;
  std::vector<std::size_t> starts_;
};

struct Parser {
  explicit Parser(std::string_view text) {
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
  }
  ~Parser() { yaml_parser_delete(&parser); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  yaml_parser_t parser;
};

std::unexpected<Error> NotYaml() {
  return Fail(ErrorCode::kInvalid, "the text is not valid YAML: see cxctl validate");
}

Result<std::vector<Token>> ReadTokens(std::string_view text, const Offsets& offsets) {
  Parser parser(text);
  std::vector<Token> tokens;
  for (bool more = true; more;) {
    yaml_token_t token;
    if (!yaml_parser_scan(&parser.parser, &token)) return NotYaml();
    more = token.type != YAML_STREAM_END_TOKEN;
    tokens.push_back({token.type, offsets.Of(token.start_mark), offsets.Of(token.end_mark)});
    yaml_token_delete(&token);
  }
  return tokens;
}

class SyntaxReader {
 public:
  SyntaxReader(std::string_view text, const Offsets& offsets, const std::vector<Token>& tokens)
      : text_(text), offsets_(offsets), parser_(text) {
    for (const Token& token : tokens) {
      if (token.type == YAML_BLOCK_ENTRY_TOKEN) dashes_.push_back(token.start);
      if (token.type == YAML_VALUE_TOKEN && token.end > token.start) colons_.push_back(token.end);
      if (token.type == YAML_KEY_TOKEN && token.end > token.start) questions_.push_back(token.start);
      if (token.type == YAML_DOCUMENT_START_TOKEN) document_starts_.push_back(token.start);
    }
  }

  Result<void> Read(SyntaxFile& file) {
    for (;;) {
      TRY(Next());
      if (event_.type == YAML_STREAM_END_EVENT) break;
      if (event_.type != YAML_DOCUMENT_START_EVENT) continue;
      const std::size_t at = offsets_.Of(event_.start_mark);
      TRY(Next());
      SyntaxDocument document;
      TRY(ReadNode(document.root));
      if (document.root.is_empty() && document.root.anchor.empty()) continue;
      const auto own = std::ranges::upper_bound(document_starts_, at);
      const std::size_t marker = own == document_starts_.begin() ? 0 : *(own - 1);
      const bool is_marked = own != document_starts_.begin() && marker <= document.root.start;
      document.start = is_marked ? marker : 0;
      file.documents.push_back(std::move(document));
    }
    SetEnds(file);
    return {};
  }

  ~SyntaxReader() { yaml_event_delete(&event_); }
  SyntaxReader(const SyntaxReader&) = delete;
  SyntaxReader& operator=(const SyntaxReader&) = delete;

 private:
  Result<void> Next() {
    yaml_event_delete(&event_);
    if (!yaml_parser_parse(&parser_.parser, &event_)) return NotYaml();
    return {};
  }

  void SetEnds(SyntaxFile& file) {
    if (!file.documents.empty()) file.documents.front().start = 0;
    for (std::size_t i = 0; i < file.documents.size(); ++i) {
      file.documents[i].end = i + 1 < file.documents.size() ? file.documents[i + 1].start : text_.size();
    }
  }

  /// Of the event at hand; goes on to the one that ends the node.
  Result<void> ReadNode(SyntaxNode& node) {
    node.start = node.content = offsets_.Of(event_.start_mark);
    switch (event_.type) {
      case YAML_ALIAS_EVENT:
        node.kind = NodeKind::kAlias;
        node.anchor = reinterpret_cast<const char*>(event_.data.alias.anchor);
        node.end = offsets_.Of(event_.end_mark);
        return {};
      case YAML_SCALAR_EVENT:
        ReadScalar(node);
        return {};
      case YAML_SEQUENCE_START_EVENT:
        node.kind = NodeKind::kSequence;
        node.flow = event_.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
        SetAnchor(node, event_.data.sequence_start.anchor);
        return ReadEntries(node);
      case YAML_MAPPING_START_EVENT:
        node.kind = NodeKind::kMapping;
        node.flow = event_.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
        SetAnchor(node, event_.data.mapping_start.anchor);
        return ReadEntries(node);
      default:
        return NotYaml();
    }
  }

  void SetAnchor(SyntaxNode& node, const yaml_char_t* anchor) {
    if (!anchor) return;
    node.anchor = reinterpret_cast<const char*>(anchor);
    std::size_t at = std::min(text_.find_first_of(" \t\r\n,[]{}", node.start), text_.size());
    const std::size_t behind = at;
    // Comments and line breaks may stand between an anchor and what it names.
    for (;;) {
      at = std::min(text_.find_first_not_of(" \t\r\n", at), text_.size());
      if (at == text_.size() || text_[at] != '#') break;
      at = LineEnd(text_, at);
    }
    node.content = at;
    if (event_.type == YAML_SCALAR_EVENT && event_.data.scalar.length == 0 &&
        event_.data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
      node.content = behind;
  }

  void ReadScalar(SyntaxNode& node) {
    const auto& scalar = event_.data.scalar;
    node.text.assign(reinterpret_cast<const char*>(scalar.value), scalar.length);
    SetAnchor(node, scalar.anchor);
    node.end = std::max(offsets_.Of(event_.end_mark), node.content);
    switch (scalar.style) {
      case YAML_SINGLE_QUOTED_SCALAR_STYLE:
        node.style = ScalarStyle::kSingleQuoted;
        return;
      case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
        node.style = ScalarStyle::kDoubleQuoted;
        return;
      case YAML_LITERAL_SCALAR_STYLE:
        node.style = ScalarStyle::kLiteral;
        EndBlock(node);
        return;
      case YAML_FOLDED_SCALAR_STYLE:
        node.style = ScalarStyle::kFolded;
        EndBlock(node);
        return;
      default:
        if (scalar.length == 0) node.end = node.content;
    }
  }

  /// libyaml goes on to what follows: white space in front of that is not ours, unless it is kept.
  void EndBlock(SyntaxNode& node) const {
    const std::size_t header = LineEnd(text_, node.content);
    const std::string_view indicators =
        text_.substr(node.content, text_.find_first_of(" \t#\r\n", node.content) - node.content);
    if (indicators.find('+') != std::string_view::npos) {
      node.end = std::max(node.end, header);
      return;
    }
    const std::size_t last = text_.substr(0, node.end).find_last_not_of(" \t\r\n");
    node.end = last < header ? header : LineEnd(text_, last);
  }

  Result<void> ReadEntries(SyntaxNode& node) {
    const bool mapping = node.kind == NodeKind::kMapping;
    const bool flow = node.flow;
    for (;;) {
      TRY(Next());
      if (event_.type == YAML_SEQUENCE_END_EVENT || event_.type == YAML_MAPPING_END_EVENT) break;
      SyntaxEntry entry;
      if (mapping) {
        TRY(ReadNode(entry.key));
        TRY(Next());
      }
      TRY(ReadNode(entry.value));
      Place(entry, mapping, flow);
      node.entries.push_back(std::move(entry));
    }
    if (flow && text_.substr(node.content, 1).find_first_of("[{") == 0) {
      node.end = offsets_.Of(event_.end_mark);
    } else {
      node.end = node.entries.empty() ? node.content : node.entries.back().end();
    }
    return {};
  }

  void Place(SyntaxEntry& entry, bool mapping, bool flow) const {
    if (!mapping) {
      entry.mark = entry.value.start;
      if (!flow) entry.mark = *(std::ranges::lower_bound(dashes_, entry.value.start) - 1);
      return;
    }
    entry.mark = entry.key.start;
    const auto question = std::ranges::lower_bound(questions_, entry.key.start);
    if (question != questions_.begin()) {
      const std::size_t at = *(question - 1);
      const std::string_view between = text_.substr(at + 1, entry.key.start - at - 1);
      if (Trim(WithoutComments(between)).empty()) {
        entry.mark = at;
        entry.explicit_key = true;
      }
    }
    const auto colon = std::ranges::upper_bound(colons_, entry.value.start);
    if (colon != colons_.begin() && *(colon - 1) > entry.key.end && *(colon - 1) <= entry.value.start)
      entry.colon = *(colon - 1);
  }

  static std::string WithoutComments(std::string_view text) {
    std::string rest;
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (text[at] == '#') at = LineEnd(text, at);
      if (at < text.size()) rest += text[at];
    }
    return rest;
  }

  std::string_view text_;
  const Offsets& offsets_;
  Parser parser_;
  yaml_event_t event_{};
  std::vector<std::size_t> dashes_, colons_, questions_, document_starts_;
};

bool IsBlockScalar(std::string_view text, const Token& token) {
  return token.type == YAML_SCALAR_TOKEN && token.start < text.size() &&
         (text[token.start] == '|' || text[token.start] == '>');
}

/// What stands between tokens is white space and comments.
std::vector<SyntaxComment> FindComments(std::string_view text, const std::vector<Token>& tokens) {
  std::vector<SyntaxComment> comments;
  const auto look = [&](std::size_t from, std::size_t to) {
    for (std::size_t at = text.find('#', from); at < to; at = text.find('#', comments.back().end)) {
      comments.push_back({at, LineEnd(text, at)});
    }
  };
  std::size_t at = 0;
  for (const Token& token : tokens) {
    if (token.start > at) look(at, token.start);
    if (IsBlockScalar(text, token)) look(token.start, LineEnd(text, token.start));
    at = std::max(at, token.end);
  }
  look(at, text.size());
  return comments;
}

}  // namespace

std::size_t SyntaxEntry::end() const {
  return std::max({mark + (key.end > 0 ? 0 : 1), key.end, colon, value.is_empty() ? value.content : value.end});
}

std::size_t LineEnd(std::string_view text, std::size_t offset) {
  return std::min(text.find_first_of("\r\n", offset), text.size());
}

std::size_t LineStart(std::string_view text, std::size_t offset) {
  if (offset == 0) return 0;
  const std::size_t before = text.find_last_of("\r\n", offset - 1);
  return before == std::string_view::npos ? 0 : before + 1;
}

Result<SyntaxFile> ReadSyntax(std::string_view text) {
  const Offsets offsets(text);
  TRY_ASSIGN(const std::vector<Token> tokens, ReadTokens(text, offsets));
  SyntaxFile file;
  TRY(SyntaxReader(text, offsets, tokens).Read(file));
  file.comments = FindComments(text, tokens);
  return file;
}

}  // namespace cxctl
