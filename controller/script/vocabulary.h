// The field's own words: what the kernel may answer, and the states of a connection.
// Source: errno(3); getaddrinfo(3); RFC 9293 section 3.3.2; ss(8).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace balcony::script {

// ECONNREFUSED and the other errors a socket call can give.
const std::vector<std::string>& Errnos();
bool IsErrno(std::string_view word);

// EAI_NONAME and the other errors that a resolver can give.
const std::vector<std::string>& NameErrors();
bool IsNameError(std::string_view word);

// Of two names for one number, the one that the kernel's answers are given: EAGAIN for EWOULDBLOCK.
// Empty if the word is no such other name.
std::string OtherName(std::string_view word);

// LISTEN, SYN-SENT, TIME-WAIT and so on, written as RFC 9293 does; UNCONN, as ss(8) says of a UDP
// socket without a peer.
const std::vector<std::string>& States();
bool IsState(std::string_view word);

}  // namespace balcony::script
