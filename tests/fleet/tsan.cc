// How ThreadSanitizer runs programs with gRPC in them: what libraries that are not instrumented do
// by memmove or epoll_wait it sees, and their locks it does not. What is left of that is in
// tests/tsan.supp.
extern "C" const char* __tsan_default_options();  // NOLINT(bugprone-reserved-identifier): its name
extern "C" const char* __tsan_default_options() {
  return "ignore_interceptors_accesses=1";
}  // NOLINT
