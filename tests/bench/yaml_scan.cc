// What reading YAML costs at least: the events of libyaml, looked at by nobody. The reference of quality figures.
//
// yaml_scan PATH...      prints {"bytes", "cpuSeconds"} of one pass over all .yaml files below the paths

#include <time.h>
#include <yaml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace {

std::vector<std::string> ReadFiles(const std::string& root) {
  std::vector<std::filesystem::path> paths;
  if (std::filesystem::is_directory(root)) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
    }
  } else {
    paths.emplace_back(root);
  }
  std::ranges::sort(paths);
  std::vector<std::string> texts;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return texts;
}

bool Scan(const std::string& text) {
  yaml_parser_t parser;
  if (!yaml_parser_initialize(&parser)) return false;
  yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  bool ok = true;
  for (bool more = true; more;) {
    yaml_event_t event;
    ok = yaml_parser_parse(&parser, &event) != 0;
    more = ok && event.type != YAML_STREAM_END_EVENT;
    if (ok) yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
  return ok;
}

double CpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> texts;
  for (int i = 1; i < argc; ++i) std::ranges::move(ReadFiles(argv[i]), std::back_inserter(texts));
  std::size_t bytes = 0;
  const double start = CpuSeconds();
  for (const std::string& text : texts) {
    if (!Scan(text)) {
      fmt::print(stderr, "yaml_scan: one of the files is not YAML\n");
      return 1;
    }
    bytes += text.size();
  }
  fmt::print("{{\"bytes\": {}, \"cpuSeconds\": {:.6f}}}\n", bytes, CpuSeconds() - start);
}
