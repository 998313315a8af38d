#include "author/member_edits.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>

#include "base/strings.h"

namespace cxctl {

namespace {

/// `{"spec": {"dialerSettings": {"callRate": 12}}}`
Value PatchOf(Arena& arena, const MemberEdit& edit) {
  const auto names = Split(std::string_view(edit.pointer).substr(1), '/');
  Value patch = edit.value;
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    patch = ObjectBuilder(arena).Set(*name, patch).Build();
  }
  return ObjectBuilder(arena).Set("spec", patch).Build();
}

class Editing {
 public:
  Editing(const ManifestSet& set, FileReader& files, const std::function<Result<ManifestSet>(FileReader&)>& load)
      : set_(set), files_(files), load_(load), editor_(set) {}

  /// All at once: what nearly always works, and loads the manifests once.
  Result<bool> TryAll(std::vector<MemberEdit>& edits) {
    const TreeEditor before = editor_;
    std::vector<const MemberEdit*> done;
    bool all = true;
    for (MemberEdit& edit : edits) {
      all = all && Set(edit);
      done.push_back(&edit);
    }
    std::string beside;
    if (all) {
      TRY_ASSIGN(beside, FindBeside(done));
    }
    if (all && beside.empty()) return true;
    editor_ = before;
    return false;
  }

  /// Document by document.
  Result<void> TryEach(std::vector<MemberEdit>& edits) {
    std::vector<const MemberEdit*> done;
    for (auto first = edits.begin(); first != edits.end();) {
      const auto last =
          std::find_if(first, edits.end(), [&](const MemberEdit& edit) { return edit.document != first->document; });
      TRY(TryDocument({first, last}, done));
      first = last;
    }
    return {};
  }

  std::vector<FileChange> Changes() const { return editor_.Changes(); }

 private:
  Result<void> TryDocument(std::span<MemberEdit> edits, std::vector<const MemberEdit*>& done) {
    const TreeEditor before = editor_;
    const std::size_t had = done.size();
    const MemberEdit* refused = nullptr;
    for (MemberEdit& edit : edits) {
      if (!Set(edit) && refused == nullptr) refused = &edit;
      done.push_back(&edit);
    }
    std::string beside;
    if (refused == nullptr) {
      TRY_ASSIGN(beside, FindBeside(done));
      if (beside.empty()) return {};
    }
    done.resize(had);
    editor_ = before;
    for (MemberEdit& edit : edits) {
      if (refused == nullptr) {
        edit.refusal = beside;
      } else if (edit.refusal.empty()) {
        edit.refusal = fmt::format("not without {}: they belong together", refused->pointer);
      }
    }
    return {};
  }

  bool Set(MemberEdit& edit) {
    const auto set = editor_.SetMember(*edit.document, "/spec" + edit.pointer, edit.value);
    edit.refusal = set ? "" : set.error().message;
    return set.has_value();
  }

  /// What else would change, "" for nothing.
  Result<std::string> FindBeside(const std::vector<const MemberEdit*>& done) {
    ChangedFiles changed(files_, editor_.Changes());
    TRY_ASSIGN(const ManifestSet after, load_(changed));
    Arena arena;
    std::map<std::string_view, Value> wanted;
    for (const MemberEdit* edit : done) {
      Value& root = wanted.emplace(edit->document->address, edit->document->root).first->second;
      root = MergePatch(arena, root, PatchOf(arena, *edit));
    }
    for (const Document& document : set_.documents) {
      const Document* now = after.Find(document.kind->name, document.name);
      const auto own = wanted.find(document.address);
      if (now && now->root == (own == wanted.end() ? document.root : own->second)) continue;
      return fmt::format("it is written where {} takes it from, too: write it into the documents, or set it by hand",
                         EscapeControls(document.address));
    }
    return std::string();
  }

  const ManifestSet& set_;
  FileReader& files_;
  const std::function<Result<ManifestSet>(FileReader&)>& load_;
  TreeEditor editor_;
};

}  // namespace

Result<std::vector<FileChange>> EditMembers(const ManifestSet& set, FileReader& files,
                                            const std::function<Result<ManifestSet>(FileReader&)>& load,
                                            std::vector<MemberEdit>& edits) {
  Editing editing(set, files, load);
  TRY_ASSIGN(const bool all, editing.TryAll(edits));
  if (!all) TRY(editing.TryEach(edits));
  return editing.Changes();
}

}  // namespace cxctl
