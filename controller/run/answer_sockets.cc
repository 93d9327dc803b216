#include "controller/run/give.h"

namespace balcony::run {

std::optional<Answer> ReadSocketAnswer(const v1::Done& done, const Request& request) {
  switch (done.response_case()) {
    case v1::Done::kSocket:
      return Give(done.socket(), {{*request.made}});
    case v1::Done::kDup:
      return Give(done.dup(), {{*request.made}});
    case v1::Done::kAccept: {
      const v1::Endpoint& peer = done.accept().peer();
      return Give(done.accept(), {{*request.made}, {Endpoint{peer.address(), peer.port()}}});
    }
    case v1::Done::kBind:
      return Give(done.bind(), {});
    case v1::Done::kListen:
      return Give(done.listen(), {});
    case v1::Done::kConnect:
      return Give(done.connect(), {});
    case v1::Done::kDisconnect:
      return Give(done.disconnect(), {});
    case v1::Done::kShutdown:
      return Give(done.shutdown(), {});
    case v1::Done::kClose:
      return Give(done.close(), {});
    case v1::Done::kSetblocking:
      return Give(done.setblocking(), {});
    case v1::Done::kGetsockname:
      return GiveField(done.getsockname(), "local");
    case v1::Done::kGetpeername:
      return GiveField(done.getpeername(), "peer");
    case v1::Done::kState:
      return GiveField(done.state(), "state");
    case v1::Done::kQueues:
      return GiveField(done.queues(), "queues");
    case v1::Done::kTimer:
      return GiveField(done.timer(), "timer");
    case v1::Done::kInfo:
      return GiveField(done.info(), "info");
    case v1::Done::kPoll:
      return GiveField(done.poll(), "events");
    case v1::Done::kIoctl:
      return GiveField(done.ioctl(), "value");
    default:
      return std::nullopt;
  }
}

}  // namespace balcony::run
