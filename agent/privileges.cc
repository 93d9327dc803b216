#include "agent/privileges.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace balcony::agent {
namespace {

constexpr int kCapabilities = 64;

constexpr uint64_t Bit(int capability) { return uint64_t{1} << capability; }

// Needs CAP_SETPCAP, so it comes first. Without it the set bounds a process that has, and can get,
// none of it.
void DropFromBoundingSet(uint64_t kept) {
  for (int capability = 0; capability < kCapabilities; ++capability) {
    if ((kept & Bit(capability)) == 0) prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
  }
}

void KeepOnly(uint64_t kept) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
  if (syscall(SYS_capget, &header, data) != 0) return;
  for (int half = 0; half < _LINUX_CAPABILITY_U32S_3; ++half) {
    data[half].permitted &= static_cast<uint32_t>(kept >> (32 * half));
    data[half].effective = data[half].permitted;
    data[half].inheritable = 0;
  }
  syscall(SYS_capset, &header, data);
}

}  // namespace

void DropPrivileges(bool own_network) {
  const uint64_t kept = Bit(CAP_NET_RAW) | Bit(CAP_NET_BIND_SERVICE) |
                        (own_network ? Bit(CAP_NET_ADMIN) : uint64_t{0});
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  DropFromBoundingSet(kept);
  KeepOnly(kept);
}

bool HasNetAdmin() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
  if (syscall(SYS_capget, &header, data) != 0) return false;
  return (data[0].effective & Bit(CAP_NET_ADMIN)) != 0;
}

void KeepNetAdminAlone() {
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  DropFromBoundingSet(Bit(CAP_NET_ADMIN));
  KeepOnly(Bit(CAP_NET_ADMIN));
}

void HideMemory() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

}  // namespace balcony::agent
