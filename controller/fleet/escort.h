// What goes with a command: a process that starts it, tells how it ended, and takes along all that
// the command has started, when it is told to or when the controller is gone, however that went.
// Thread: the only one of its process, which was forked from a process with threads: nothing in
//         here may allocate or lock.
// Source: docs/decisions/013; prctl(2) PR_SET_CHILD_SUBREAPER, proc(5) on `children`.
#pragma once

namespace balcony::fleet {

// What a newly forked process does: runs `command` as a shell does, `stream` being its standard
// input and output, `words` its standard error; sends the command's status of waitpid(2), an int,
// over `leash`, a local socket that keeps packets apart. Once that is shut or closed at the other
// end, it kills every process that comes from the command, and ends. REQUIRES: the descriptors are
// above 2.
[[noreturn]] void Escort(const char* command, int stream, int words, int leash);

}  // namespace balcony::fleet
