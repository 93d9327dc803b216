#include "controller/inventory/ansible.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fleet/matchers.h"
#include "tests/inventory/read.h"

namespace balcony::inventory {
namespace {

using fleet::StatusIs;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Ansible, IniIsRead) {
  const auto inventory = Read(Sample("inventory.ini"));
  EXPECT_THAT(HostsIn(inventory),
              ElementsAre("romeo: ssh alice@node1.example.net 10.10.0.100",
                          "juliet: ssh -p 25610 alice@node2.example.net 10.10.0.101",
                          "v6node: ssh -i ~/.ssh/slice_key -F ~/fabric/ssh_config"
                          " ubuntu@2001:db8::5",
                          "host01: ssh host01.example.net", "host02: ssh host02.example.net",
                          "host03: ssh host03.example.net"));
  EXPECT_THAT(inventory->hosts[0].remarks,
              ElementsAre("its address in the experiment is a guess, exp_ip"));
  EXPECT_THAT(inventory->hosts[3].remarks, ElementsAre("it is called host01.example.net there"));
}

TEST(Ansible, YamlIsRead) {
  EXPECT_THAT(HostsIn(Read(Sample("inventory.yml"))),
              ElementsAre("romeo: ssh -o ProxyJump=cc@192.0.2.10 cc@192.168.1.11 10.10.0.100",
                          "juliet: ssh -o ProxyJump=cc@192.0.2.10 cc@192.168.1.12 10.10.0.101"));
}

TEST(Ansible, VariablesOfTheDeepestGroupWin) {
  const std::pair<const char*, const char*> cases[] = {
      {"[all:vars]\nansible_user=all\n", "h: ssh all@h"},
      {"[all:vars]\nansible_user=all\n[a:vars]\nansible_user=a\n", "h: ssh a@h"},
      {"[p:children]\na\n[p:vars]\nansible_user=p\n[a:vars]\nansible_user=a\n", "h: ssh a@h"},
      {"[z]\nh\n[z:vars]\nansible_user=z\n[a:vars]\nansible_user=a\n", "h: ssh z@h"},
      {"[z]\nh\n[z:vars]\nansible_user=z\n[a:vars]\nansible_user=a\nansible_group_priority=2\n",
       "h: ssh a@h"},
      {"[a:vars]\nansible_user=a\n[z]\nh ansible_user=\"'host'\"\n", "h: ssh host@h"},
      {"[z]\nh:2222 ansible_port=23\n[a:vars]\nansible_user = 'a' \n", "h: ssh -p 23 a@h"},
  };
  for (const auto& [more, line] : cases) {
    EXPECT_THAT(HostsIn(Read(std::string("[a]\nh\n") + more)), ElementsAre(line)) << more;
  }
}

TEST(Ansible, ArgumentsAndAddressesBecomeALine) {
  const std::pair<const char*, const char*> cases[] = {
      {"h:2222", "h: ssh -p 2222 h"},
      {"[2001:db8::1]:2222 ansible_user=a", "host1: ssh -p 2222 a@2001:db8::1"},
      {"2001:db8::1", "host1: ssh 2001:db8::1"},
      {"h ansible_host=a@b", "file:1: h: a@b is no name or address of a host"},
      {"h ansible_host=[2001:db8::1]", "h: ssh 2001:db8::1"},
      {"h ansible_user='DOM/a b'", "DOM/a b is no name of a user"},
      {"h ansible_ssh_extra_args=-C ansible_ssh_common_args='-J b' ansible_ssh_args='-o A=1'"
       " ansible_ssh_private_key_file='~/a key' ansible_port=23",
       "h: ssh -o A=1 -p 23 -i ~/'a key' -J b -C h"},
      {R"(h ansible_ssh_common_args='-o ProxyCommand="ssh -W %h:%p cc@192.0.2.1"')",
       "h: ssh -o 'ProxyCommand=ssh -W %h:%p cc@192.0.2.1' h"},
      {"h ansible_host=10.0.0.1 ip=10.0.0.1 access_ip=10.1.0.1", "h: ssh 10.0.0.1 10.1.0.1"},
      {"h exp_ip=none ip=10.2.0.1 access_ip=10.1.0.1", "h: ssh h 10.2.0.1"},
      {"h ansible_connection=ansible.builtin.ssh # x", "h: ssh h"},
      {"h ansible_ssh_extra_args=-t", "-t leaves no stream"},
      {"h ansible_ssh_extra_args='\"'", "file:1: ansible_ssh_extra_args: a quote is not closed"},
      {"h ansible_port=x", "file:1: h: x is no port"},
  };
  for (const auto& [text, line] : cases) {
    EXPECT_THAT(HostsIn(Read(text)), ElementsAre(HasSubstr(line))) << text;
  }
}

TEST(Ansible, UserOfTheCommandLineStandsBehindTheInventorys) {
  EXPECT_THAT(HostsIn(Read("a\nb ansible_user=x\n", {"me", "self"})),
              ElementsAre("a: ssh me@a", "b: ssh x@b"));
}

TEST(Ansible, WhatIsNotReachedBySshIsLeftOut) {
  const auto inventory =
      Read("a ansible_password=x\nme ansible_connection=local\nc ansible_connection=docker\n");
  EXPECT_THAT(HostsIn(inventory), ElementsAre("a: ssh a"));
  EXPECT_THAT(inventory->hosts[0].remarks, ElementsAre(HasSubstr("ansible_password is not taken")));
  EXPECT_THAT(inventory->remarks,
              ElementsAre("me is left out: it is not reached by ssh: ansible_connection=local",
                          "c is left out: it is not reached by ssh: ansible_connection=docker"));
}

TEST(Ansible, TemplatesAndVaultsAreRefusedWhereTheyAreNeeded) {
  const std::pair<const char*, const char*> cases[] = {
      {"a\nb ansible_host='{{ x }}'\n",
       "file:2: ansible_host of b is a template, {{ x }}; put its value there, which ansible -i"
       " file b -m debug -a var=ansible_host prints"},
      {"all:\n  hosts:\n    b:\n      ansible_user: !vault |\n        $ANSIBLE_VAULT;1.1\n",
       "file:4: ansible_user of b is encrypted; "},
      {"b ansible_user=$ANSIBLE_VAULT;1.1\n", "ansible_user of b is encrypted"},
      {"all: {hosts: {b: {ansible_port: [1]}}}\n", "ansible_port of b is no text"},
      {"$ANSIBLE_VAULT;1.1;AES256\n6231\n", "file:1: it is encrypted; ansible-vault view"},
  };
  for (const auto& [text, why] : cases) {
    EXPECT_THAT(Read(text), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(why))) << text;
  }
  EXPECT_THAT(HostsIn(Read("all:\n  vars: {ansible_user: '{{ x }}', other: '{{ y }}'}\n"
                           "  hosts: {b: {ansible_user: c, ansible_become_password: !vault x}}\n")),
              ElementsAre("b: ssh c@b"));
}

TEST(Ansible, IsRefusedWithThePlaceAndTheReason) {
  std::string bomb = "a: &a {vars: {h: }}\n";
  for (char c = 'b'; c < 'k'; ++c) {
    bomb += std::string(1, c) + ": &" + c + " {children: {";
    for (char i = '0'; i <= '9'; ++i) bomb += std::string(1, i) + c + ": *" + char(c - 1) + ", ";
    bomb += "}}\n";
  }
  const std::pair<std::string, std::string> cases[] = {
      {"# Lab\n\nSome text.\n", "file:3: as an Ansible inventory: text. is no variable"},
      {"[a:children]\nb\n", "file:2: the group b is nowhere"},
      {"[b:vars]\n", "file:1: the group b is nowhere"},
      {"[a:children]\nb\n[b:children]\na\n", "is in itself"},
      {"[a:else]\n", "file:1: as an Ansible inventory: [a:else] is neither"},
      {"[a:vars]\nb\n", "file:2: as an Ansible inventory: b is no variable"},
      {"h[1:99999999999]\n", "file:1: the range [1:99999999999] has too large a number"},
      {"h[1:100][1:100]\n", "makes over 1000 hosts"},
      {"a[1:999]\nb[1:2]\n", "file:2: it has over 1000 hosts"},
      {"- hosts: all\n", "file:1: an Ansible inventory is a mapping of groups"},
      {"all: {hosts: [a]}\n", "hosts of the group all is a mapping"},
      {"all:\n  hosts:\n    a: {<<: {b: c}}\n", "file:3: merged mappings (<<) are not read"},
      {"services: {web: {image: x}}\n", "file:1: it has no hosts"},
      {"all: &a {children: {b: *a}}\n", "in each other too deep"},
      {"all: " + std::string(500'000, '{'), "in each other too deep"},
      {bomb, "it has too much in it"},
  };
  for (const auto& [text, why] : cases) {
    EXPECT_THAT(Read(text), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(why)))
        << text.substr(0, 300);
  }
}

}  // namespace
}  // namespace balcony::inventory
