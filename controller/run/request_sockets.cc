#include "absl/strings/strip.h"
#include "controller/run/makers.h"

namespace balcony::run {
namespace {

void MakeSocket(const Making& making) {
  const std::string word = making.arguments.Word("transport");
  const std::string transport(absl::StripSuffix(word, "6"));
  const Socket socket{making.fresh_name, word == transport ? v1::FAMILY_INET : v1::FAMILY_INET6,
                      static_cast<v1::Transport>(NumberOf(*v1::Transport_descriptor(), transport))};
  auto* request = making.call().mutable_socket();
  request->set_socket(socket.name);
  request->set_family(socket.family);
  request->set_transport(socket.transport);
  request->set_protocol(static_cast<v1::Protocol>(
      NumberOf(*v1::Protocol_descriptor(), making.arguments.Word("protocol"))));
  request->set_nonblocking(making.arguments.Number("nonblocking") != 0);
  making.request.made = socket;
}

// A socket that is like the one it is made from.
void MakeAlike(const Making& making) {
  making.request.made =
      Socket{making.fresh_name, making.request.on->family, making.request.on->transport};
}

void MakeAccept(const Making& making) {
  auto* request = making.call().mutable_accept();
  request->set_socket(making.on());
  request->set_connection(making.fresh_name);
  MakeAlike(making);
}

void MakeDup(const Making& making) {
  auto* request = making.call().mutable_dup();
  request->set_socket(making.on());
  request->set_duplicate(making.fresh_name);
  MakeAlike(making);
}

void MakeListen(const Making& making) {
  auto* request = making.call().mutable_listen();
  request->set_socket(making.on());
  if (making.arguments.Has("backlog")) {
    request->set_backlog(static_cast<int32_t>(making.arguments.Number("backlog")));
  }
}

void MakeShutdown(const Making& making) {
  auto* request = making.call().mutable_shutdown();
  request->set_socket(making.on());
  request->set_how(
      static_cast<v1::How>(NumberOf(*v1::How_descriptor(), making.arguments.Word("how"))));
}

void MakePoll(const Making& making) {
  auto* request = making.call().mutable_poll();
  request->set_socket(making.on());
  for (const std::string& event : making.arguments.Words("events"))
    request->add_events(static_cast<v1::PollEvent>(NumberOf(*v1::PollEvent_descriptor(), event)));
  request->set_wait(!making.arguments.Word("wait").empty());
}

void MakeIoctl(const Making& making) {
  auto* request = making.call().mutable_ioctl();
  request->set_socket(making.on());
  request->set_request(
      static_cast<v1::Ioctl>(NumberOf(*v1::Ioctl_descriptor(), making.arguments.Word("request"))));
}

}  // namespace

Makers SocketMakers() {
  return {
      {"socket", MakeSocket},
      {"bind",
       [](const Making& m) {
         m.call().mutable_bind()->set_socket(m.on());
         m.Fill("address", m.call().mutable_bind()->mutable_address());
       }},
      {"listen", MakeListen},
      {"accept", MakeAccept},
      {"connect",
       [](const Making& m) {
         m.call().mutable_connect()->set_socket(m.on());
         m.Fill("address", m.call().mutable_connect()->mutable_address());
       }},
      {"disconnect", [](const Making& m) { m.call().mutable_disconnect()->set_socket(m.on()); }},
      {"dup", MakeDup},
      {"shutdown", MakeShutdown},
      {"close", [](const Making& m) { m.call().mutable_close()->set_socket(m.on()); }},
      {"setblocking",
       [](const Making& m) {
         m.call().mutable_setblocking()->set_socket(m.on());
         m.call().mutable_setblocking()->set_blocking(m.arguments.Number("blocking") != 0);
       }},
      {"getsockname", [](const Making& m) { m.call().mutable_getsockname()->set_socket(m.on()); }},
      {"getpeername", [](const Making& m) { m.call().mutable_getpeername()->set_socket(m.on()); }},
      {"state", [](const Making& m) { m.call().mutable_state()->set_socket(m.on()); }},
      {"queues", [](const Making& m) { m.call().mutable_queues()->set_socket(m.on()); }},
      {"timer", [](const Making& m) { m.call().mutable_timer()->set_socket(m.on()); }},
      {"info", [](const Making& m) { m.call().mutable_info()->set_socket(m.on()); }},
      {"poll", MakePoll},
      {"ioctl", MakeIoctl},
  };
}

}  // namespace balcony::run
