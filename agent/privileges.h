// What the process may do beyond its calls: as little as it needs.
// Thread: the first, before there is a second: what is dropped is dropped for one thread and those
//         that it starts.
// Source: capabilities(7), prctl(2), capset(2), core(5).
#pragma once

namespace balcony::agent {

// Keeps CAP_NET_RAW and CAP_NET_BIND_SERVICE, where they are there, and CAP_NET_ADMIN where the
// network is the agent's own to change; all others go, and no program that it could start gets any
// back.
void DropPrivileges(bool own_network);

// Whether this thread has CAP_NET_ADMIN.
bool HasNetAdmin();

// For a thread of its own, which keeps that one where the others do not.
void KeepNetAdminAlone();

// Leaves no trace of the keys that it will load: no core file, and nobody of the same user looks
// into its memory.
void HideMemory();

}  // namespace balcony::agent
