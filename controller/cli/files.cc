#include "controller/cli/files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "controller/script/markdown.h"
#include "controller/script/parser.h"

namespace balcony::cli {
namespace {

namespace fs = std::filesystem;

// Reads no more than a file may have, and one byte to know that it is too much.
absl::StatusOr<std::string> ReadAll(std::istream& in, const std::string& name) {
  std::string text(script::kMaxFileBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  if (in.bad())
    return absl::NotFoundError(absl::StrCat(name, ": cannot be read: ", std::strerror(errno)));
  if (text.size() > script::kMaxFileBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, ": over ", script::kMaxFileBytes >> 20,
                     " MiB, which is no experiment; is it the file you meant?"));
  }
  return text;
}

absl::StatusOr<SourceFile> ReadOne(const std::string& path) {
  if (path == "-") {
    auto text = ReadAll(std::cin, "-");
    if (!text.ok()) return text.status();
    return SourceFile{path, *std::move(text), absl::OkStatus()};
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) return absl::NotFoundError(absl::StrCat(path, ": ", std::strerror(errno)));
  auto text = ReadAll(in, path);
  if (!text.ok()) return text.status();
  return SourceFile{path, *std::move(text), absl::OkStatus()};
}

bool HasScript(const SourceFile& file) {
  return fs::path(file.name).extension() == ".balcony" || script::HasScript(file.text);
}

SourceFile Unread(const std::string& path, const std::error_code& error) {
  return {path, "", absl::NotFoundError(absl::StrCat(path, ": ", error.message()))};
}

// Whether a name in a folder is that of a file to read. One that cannot be looked at is, so that it
// is told why.
bool IsNamed(const fs::directory_entry& entry) {
  const fs::path extension = entry.path().extension();
  std::error_code error;
  return (extension == ".md" || extension == ".balcony") && (entry.is_regular_file(error) || error);
}

absl::StatusOr<std::vector<SourceFile>> ReadFolder(const std::string& folder) {
  std::vector<std::string> paths;
  std::vector<SourceFile> files;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code inner;
    if (entry->is_directory(inner) && !entry->is_symlink(inner)) {
      const fs::directory_iterator opened(entry->path(), inner);
      if (inner) entry.disable_recursion_pending();
      if (inner) files.push_back(Unread(entry->path().string(), inner));
    }
    if (IsNamed(*entry)) paths.push_back(entry->path().string());
  }
  if (error) return absl::NotFoundError(absl::StrCat(folder, ": ", error.message()));
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    auto file = ReadOne(path);
    if (!file.ok()) file = SourceFile{path, "", file.status()};
    if (!file->status.ok() || HasScript(*file)) files.push_back(*std::move(file));
  }
  if (files.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(folder,
                     ": no experiment in this folder: no .balcony file, and no .md file with a "
                     "```balcony block"));
  }
  return files;
}

}  // namespace

absl::StatusOr<std::vector<SourceFile>> ReadFiles(const std::vector<std::string>& paths) {
  std::vector<SourceFile> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (path != "-" && fs::is_directory(path, error)) {
      auto inside = ReadFolder(path);
      if (!inside.ok()) return inside.status();
      std::move(inside->begin(), inside->end(), std::back_inserter(files));
      continue;
    }
    auto file = ReadOne(path);
    if (!file.ok()) return file.status();
    files.push_back(*std::move(file));
  }
  return files;
}

}  // namespace balcony::cli
