#include "controller/cli/certs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controller/cli/certificate.h"

namespace balcony::cli {
namespace {

constexpr mode_t kFolderMode = 0700;
constexpr mode_t kKeyMode = 0600;
constexpr mode_t kCertificateMode = 0644;

struct File {
  std::string path;
  std::string text;
  mode_t mode = kKeyMode;
};

bool Exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

absl::Status Failed(const std::string& what, int error) {
  return absl::UnavailableError(absl::StrCat(what, ": ", strerror(error)));
}

std::string CertificatePath(const std::string& folder, const std::string& name) {
  return absl::StrCat(folder, "/", name, ".pem");
}

std::string KeyPath(const std::string& folder, const std::string& name) {
  return absl::StrCat(folder, "/", name, "-key.pem");
}

// What a certificate's files are called. A dialling controller looks for "controller".
std::string AgentName(const CommandLine& line) { return "agent-" + line.certs.agents.front(); }
std::string ControllerName(const CommandLine& line) {
  const std::string& name = line.certs.controller;
  return name.empty() || name == "controller" ? "controller" : "controller-" + name;
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (!file.is_open() || file.bad()) return Failed(absl::StrCat("cannot read ", path), errno);
  return text;
}

absl::Status Add(const Certificate& certificate, const std::string& folder, const std::string& name,
                 std::vector<File>& files) {
  absl::StatusOr<std::string> text = certificate.CertificateText();
  if (!text.ok()) return text.status();
  absl::StatusOr<std::string> key = certificate.KeyText();
  if (!key.ok()) return key.status();
  files.push_back({CertificatePath(folder, name), *std::move(text), kCertificateMode});
  files.push_back({KeyPath(folder, name), *std::move(key), kKeyMode});
  return absl::OkStatus();
}

// The folder's authority, or a new one, whose files are then among those to be written.
absl::StatusOr<Certificate> Authority(const std::string& folder, std::vector<File>& files) {
  const std::string certificate = CertificatePath(folder, "ca");
  const std::string key = KeyPath(folder, "ca");
  if (!Exists(certificate) && !Exists(key)) {
    absl::StatusOr<Certificate> made = Certificate::MakeAuthority();
    if (!made.ok()) return made.status();
    absl::Status added = Add(*made, folder, "ca", files);
    if (!added.ok()) return added;
    return made;
  }
  absl::StatusOr<std::string> text = ReadFile(certificate);
  if (!text.ok()) return text.status();
  absl::StatusOr<std::string> key_text = ReadFile(key);
  if (!key_text.ok()) return key_text.status();
  absl::StatusOr<Certificate> read = Certificate::Parse(*text, *key_text);
  if (read.ok()) return read;
  return absl::UnavailableError(
      absl::StrCat(certificate, " and ", key, " are ", std::string(read.status().message())));
}

// All that will be written.
absl::StatusOr<std::vector<File>> Plan(const CommandLine& line) {
  const std::string& folder = line.certs.folder;
  std::vector<File> files;
  const absl::StatusOr<Certificate> authority = Authority(folder, files);
  if (!authority.ok()) return authority.status();
  if (!line.certs.agents.empty()) {
    const auto agent = authority->SignAgent(line.certs.agents, line.certs.days);
    if (!agent.ok()) return agent.status();
    const absl::Status added = Add(*agent, folder, AgentName(line), files);
    if (!added.ok()) return added;
  }
  // Unasked only once, so that one more agent is one more command.
  const std::string name = ControllerName(line);
  if (!line.certs.controller.empty() || !Exists(CertificatePath(folder, name))) {
    const std::string shown = line.certs.controller.empty() ? name : line.certs.controller;
    const auto controller = authority->SignController(shown, line.certs.days);
    if (!controller.ok()) return controller.status();
    const absl::Status added = Add(*controller, folder, name, files);
    if (!added.ok()) return added;
  }
  return files;
}

absl::Status CheckNew(const std::vector<File>& files) {
  for (const File& file : files) {
    if (!Exists(file.path)) continue;
    return absl::AlreadyExistsError(
        absl::StrCat(file.path,
                     " is there already, and nothing was written; move it away, or give another"
                     " name or folder"));
  }
  return absl::OkStatus();
}

absl::Status Write(const File& file) {
  const int made =
      open(file.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, file.mode);
  if (made < 0) return Failed(absl::StrCat("cannot make ", file.path), errno);
  const bool whole =
      write(made, file.text.data(), file.text.size()) == static_cast<ssize_t>(file.text.size());
  const int error = errno;
  if (close(made) == 0 && whole) return absl::OkStatus();
  unlink(file.path.c_str());
  return Failed(absl::StrCat("cannot write ", file.path), error);
}

// All or nothing.
absl::Status WriteAll(const std::vector<File>& files) {
  for (size_t i = 0; i < files.size(); ++i) {
    absl::Status written = Write(files[i]);
    if (written.ok()) continue;
    while (i > 0) unlink(files[--i].path.c_str());
    return written;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<File>> Make(const CommandLine& line) {
  const std::string& folder = line.certs.folder;
  if (mkdir(folder.c_str(), kFolderMode) != 0 && errno != EEXIST) {
    return Failed(absl::StrCat("cannot make ", folder), errno);
  }
  absl::StatusOr<std::vector<File>> files = Plan(line);
  if (!files.ok()) return files;
  absl::Status written = CheckNew(*files);
  if (written.ok()) written = WriteAll(*files);
  if (!written.ok()) return written;
  return files;
}

}  // namespace

ExitCode Certs(const CommandLine& line) {
  for (const std::string& host : line.certs.agents) {
    if (IsHost(host)) continue;
    std::cerr << "balcony: --agent " << host << ": a host name or an address is wanted\n";
    return kInvalid;
  }
  if (!line.certs.controller.empty() && !IsHost(line.certs.controller)) {
    std::cerr << "balcony: --controller " << line.certs.controller
              << ": a name has letters, digits, - . and _ only\n";
    return kInvalid;
  }
  const absl::StatusOr<std::vector<File>> files = Make(line);
  if (!files.ok()) {
    std::cerr << "balcony: " << files.status().message() << "\n";
    return absl::IsAlreadyExists(files.status()) ? kInvalid : kNotRun;
  }
  if (files->empty()) {
    std::cerr << "balcony: " << line.certs.folder
              << " has all of these files already; --agent HOST or --controller NAME makes more\n";
  }
  for (const File& file : *files) std::cout << file.path << "\n";
  return kPassed;
}

}  // namespace balcony::cli
