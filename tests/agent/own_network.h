// A network namespace for a test, which it may change as it likes:
// InOwnNetwork([] { Host host({.own_network = true}); … }).
// Shapes: the body runs in a child process, whose namespace is the whole process's (/proc/net); its
//         failures are the test's. It begins with "lo" up and nothing else. Where namespaces are
//         forbidden the test is skipped: the call is a test's last statement.
// Source: unshare(2), user_namespaces(7), veth(4).
#pragma once

#include <functional>
#include <string>

namespace balcony::agent {

void InOwnNetwork(const std::function<void()>& body);

// Two interfaces "eth0" and "eth1" with a cable between them, up; eth0 has this address. For a body
// of InOwnNetwork.
void AddCable(const std::string& address, unsigned prefix_length);

}  // namespace balcony::agent
