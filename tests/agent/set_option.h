// setsockopt(2) on a session's socket, past the session: for tests of what an option brings about.
// SetOption(host, "juliet", IPPROTO_IP, IP_RECVTTL, 1);
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <string>

#include "tests/agent/host.h"

namespace balcony::agent {

inline void SetOption(Host& host, const std::string& name, int level, int option, int value) {
  MutexLock lock(host.session().mutex());
  const auto entry = host.session().sockets().OpenNamed(name);
  ASSERT_TRUE(entry.ok());
  const int descriptor = (*entry)->socket.descriptor();
  ASSERT_EQ(setsockopt(descriptor, level, option, &value, sizeof value), 0);
}

}  // namespace balcony::agent
