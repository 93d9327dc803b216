#include "controller/inventory/ansible.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "controller/inventory/login_line.h"
#include "controller/script/address.h"

namespace balcony::inventory {
namespace {

using Names = std::initializer_list<std::string_view>;

constexpr std::array<std::string_view, 4> kBySsh = {"ssh", "smart", "paramiko", "paramiko_ssh"};

// One host of the inventory; keeps the first thing that is wrong with a value.
class HostReader {
 public:
  HostReader(const Document& document, const Groups& groups, const Groups::Host& host)
      : document_(document), host_(host), around_(groups.Around(host)) {}

  absl::Status Read(const Chooser& chooser, Reading& reading) {
    const std::string connection = Said({"ansible_connection"}).text;
    const std::string plugin = connection.substr(connection.rfind('.') + 1);  // npos + 1 is 0
    if (!plugin.empty() && std::find(kBySsh.begin(), kBySsh.end(), plugin) == kBySsh.end()) {
      if (!wrong_.ok()) return wrong_;
      reading.omitted.push_back(
          {host_.name, absl::StrCat("is not reached by ssh: ansible_connection=", connection)});
      return absl::OkStatus();
    }
    Found found = {.named = host_.name, .is_domain = true, .line = host_.line};
    const Value address = Said({"ansible_host", "ansible_ssh_host"});
    const Login login = {
        .user = Or(Said({"ansible_user", "ansible_ssh_user"}).text, chooser.user),
        .host = Or(address.text, host_.name),
        .port = Said({"ansible_port", "ansible_ssh_port"}).text,
        .key = Said({"ansible_ssh_private_key_file", "ansible_private_key_file"}).text,
        .before = WordsOf("ansible_ssh_args"),
        .options = Joined(WordsOf("ansible_ssh_common_args"), WordsOf("ansible_ssh_extra_args"))};
    AddData(login.host, found);
    for (const char* const password :
         {"ansible_password", "ansible_ssh_pass", "ansible_ssh_password"}) {
      if (Find({password}) == nullptr) continue;
      found.remarks.push_back(absl::StrCat(password, " is not taken; a key lets ssh in unasked"));
    }
    if (!wrong_.ok()) return wrong_;
    const absl::StatusOr<std::string> line = LineFor(login);
    if (!line.ok()) {
      return WrongAt(document_, host_.line,
                     absl::StrCat(Shown(host_.name), ": ", std::string(line.status().message())));
    }
    found.place.ssh = *line;
    reading.hosts.push_back(std::move(found));
    return absl::OkStatus();
  }

 private:
  static const std::string& Or(const std::string& said, const std::string& otherwise) {
    return said.empty() ? otherwise : said;
  }
  static std::vector<std::string> Joined(std::vector<std::string> all,
                                         const std::vector<std::string>& more) {
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  const Variables::value_type* Find(Names synonyms) const {
    for (const Variables* const variables : around_) {
      for (const std::string_view name : synonyms) {
        const auto found = variables->find(name);
        if (found != variables->end()) return &*found;
      }
    }
    return nullptr;
  }

  // The value, which is to be a text; an empty one where there is none.
  Value Said(Names synonyms) {
    const auto* const found = Find(synonyms);
    if (found == nullptr) return {};
    const auto& [name, value] = *found;
    std::string trouble = value.trouble;
    if (absl::StrContains(value.text, "{{") || absl::StrContains(value.text, "{%")) {
      trouble = absl::StrCat("is a template, ", Shown(value.text));
    } else if (absl::StrContains(value.text, "$ANSIBLE_VAULT")) {
      trouble = "is encrypted";
    }
    if (trouble.empty()) return value;
    Complain(value.line,
             absl::StrCat(name, " of ", Shown(host_.name), " ", trouble,
                          "; put its value there, which ansible -i ", document_.name, " ",
                          Shown(host_.name), " -m debug -a var=", name, " prints"));
    return {};
  }

  std::vector<std::string> WordsOf(const char* name) {
    const Value said = Said({name});
    absl::StatusOr<std::vector<std::string>> words = ShellWords(said.text);
    if (words.ok()) return *std::move(words);
    Complain(said.line, absl::StrCat(name, ": ", std::string(words.status().message())));
    return {};
  }

  void AddData(const std::string& login, Found& found) {
    for (const char* const name : {"exp_ip", "ip", "access_ip"}) {
      const std::string address = Said({name}).text;
      if (address.empty()) continue;
      if (!script::AddressBytes(address)) {
        found.remarks.push_back(absl::StrCat(name, " is no address, and not taken"));
      } else if (address == login) {
        found.remarks.push_back(absl::StrCat(name, " is where the login goes, and not taken"));
      } else {
        found.place.data.push_back(address);
        found.remarks.push_back(absl::StrCat("its address in the experiment is a guess, ", name));
        return;
      }
    }
  }

  void Complain(int line, const std::string& why) {
    if (wrong_.ok()) wrong_ = WrongAt(document_, line, why);
  }

  const Document& document_;
  const Groups::Host& host_;
  const std::vector<const Variables*> around_;
  absl::Status wrong_;
};

}  // namespace

absl::StatusOr<Reading> ReadGroups(const Document& document, Groups& groups,
                                   const Chooser& chooser) {
  if (absl::Status settled = groups.Settle(); !settled.ok()) return settled;
  Reading reading = {.kind = "an Ansible inventory"};
  for (const Groups::Host* const host : groups.hosts()) {
    absl::Status read = HostReader(document, groups, *host).Read(chooser, reading);
    if (!read.ok()) return read;
  }
  return reading;
}

}  // namespace balcony::inventory
