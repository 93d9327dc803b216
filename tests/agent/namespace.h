// A network namespace for this thread and what it starts from now on, with loopback up and nothing
// else: whatever is done there reaches nobody.
// Thread: the process's only one.
// Source: network_namespaces(7), user_namespaces(7), netdevice(7).
#pragma once

namespace balcony::agent {

// Enters a new one; false if this machine does not let us.
bool EnterNamespace();

}  // namespace balcony::agent
