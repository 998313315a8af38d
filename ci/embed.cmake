# Makes a C++ file that holds the files of a folder, so that the program needs none where it runs.
#   cmake -DFOLDER=src/calendar/data -DTYPE=RulePackFile -DHEADER=calendar/rule_pack_data.h -DOUTPUT=rule_pack_files.cc
#         -P ci/embed.cmake
# The header declares `struct <TYPE>` of a name and a text and `std::span<const TYPE> <TYPE>s()`, which is defined here.
# Names are without `.json`; other files keep what follows the dot.
file(GLOB files ${FOLDER}/*)
list(SORT files)
set(entries "")
foreach(file ${files})
  get_filename_component(name ${file} NAME)
  string(REGEX REPLACE "\\.json$" "" name ${name})
  file(READ ${file} text)
  string(APPEND entries "    {\"${name}\", R\"embedded(${text})embedded\"},\n")
endforeach()
file(WRITE ${OUTPUT}.new "#include \"${HEADER}\"

namespace cxctl {

std::span<const ${TYPE}> ${TYPE}s() {
  static constexpr ${TYPE} kFiles[] = {
${entries}  };
  return kFiles;
}

}  // namespace cxctl
")
file(RENAME ${OUTPUT}.new ${OUTPUT})
