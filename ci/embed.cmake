# Makes a C++ file that holds the rule packs, so that the program needs no files where it runs.
#   cmake -DFOLDER=src/calendar/data -DOUTPUT=rule_pack_files.cc -P ci/embed.cmake
file(GLOB files ${FOLDER}/*.json)
list(SORT files)
set(entries "")
foreach(file ${files})
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} text)
  string(APPEND entries "    {\"${name}\", R\"json(${text})json\"},\n")
endforeach()
file(WRITE ${OUTPUT}.new "#include \"calendar/rule_pack_data.h\"

namespace cxctl {

std::span<const RulePackFile> RulePackFiles() {
  static constexpr RulePackFile kFiles[] = {
${entries}  };
  return kFiles;
}

}  // namespace cxctl
")
file(RENAME ${OUTPUT}.new ${OUTPUT})
