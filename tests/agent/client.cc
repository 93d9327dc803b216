#include "tests/agent/client.h"

#include <fcntl.h>
#include <grpcpp/create_channel_posix.h>

#include <utility>

#include "tests/agent/host.h"

namespace balcony::agent {

std::shared_ptr<grpc::Channel> ToChannel(Fd stream) {
  fcntl(stream.get(), F_SETFL, O_NONBLOCK);
  return grpc::CreateInsecureChannelFromFd("agent", stream.Release());
}

Client::Client(Fd stream) : Client(ToChannel(std::move(stream))) {}

Client::Client(std::shared_ptr<grpc::Channel> channel)
    : channel_(std::move(channel)),
      stub_(v1::Agent::NewStub(channel_)),
      stream_(stub_->Session(&context_)) {}

Client::~Client() { Break(); }

uint64_t Client::Start(const std::string& text) { return Start(ToCall(text)); }

uint64_t Client::Start(v1::Call call) {
  call.set_id(++last_id_);
  stream_->Write(call);
  return last_id_;
}

v1::Event Client::Next() {
  v1::Event event;
  if (!stream_->Read(&event)) event.Clear();
  return event;
}

v1::Event Client::Do(const std::string& text) {
  Start(text);
  v1::Event event = Next();
  return event.has_blocked() ? Next() : event;
}

v1::DescribeResponse Client::Describe() {
  grpc::ClientContext context;
  v1::DescribeResponse response;
  stub_->Describe(&context, {}, &response);
  return response;
}

grpc::Status Client::Finish() {
  stream_->WritesDone();
  v1::Event event;
  while (stream_->Read(&event)) {
  }
  return stream_->Finish();
}

}  // namespace balcony::agent
