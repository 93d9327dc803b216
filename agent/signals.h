// The signals of the process, also where it is process 1 of a container: the kernel gives that no
// default for them, and gives it the orphans.
// Thread: one, before there is a second.
// Source: signal(7), signalfd(2), wait(2), pid_namespaces(7).
#pragma once

#include "agent/fd.h"

namespace balcony::agent {

// From now on SIGTERM and SIGINT end the process at once, with exit code 0; a stream whose reader
// has gone is an end like any other; children, which are all left by others, vanish when they end.
void SetSignals();

// Has SIGTERM and SIGINT wait, for all threads to come, and gives a descriptor that tells of them.
Fd CatchSignals();

}  // namespace balcony::agent
