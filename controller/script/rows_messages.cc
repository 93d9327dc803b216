#include "balcony/v1/message.pb.h"
#include "controller/script/rows.h"

namespace balcony::script {

std::vector<Signature> MessageRows() {
  const Shape number = {.type = Type::kNumber};
  const Shape text = {.type = Type::kText};
  const Shape endpoint = {.type = Type::kEndpoint};
  const Shape value = {.type = Type::kOptionValue};
  const auto flags = [](std::vector<std::string> words) {
    return Several(Keyword("flags", std::move(words)));
  };
  const Parameter max_bytes = NumberOf("max_bytes", 0, 1 << 20);
  const Parameter option = Of(Type::kOption, "option");
  Parameter pktinfo = {"pktinfo", ShapeOf(*v1::PacketInfo::descriptor())};
  std::erase_if(pktinfo.shape.fields,
                [](const Shape& field) { return field.name == "local"; });  // of what has come
  return {
      Blocking(OnSocket("send", {TextOf("data"), flags({"dontwait", "oob", "more"})}, {number})),
      Blocking(OnSocket("sendall", {TextOf("data")}, {number})),
      Blocking(OnSocket(
          "sendto",
          {TextOf("data"), EndpointOf("address"), flags({"dontwait", "oob", "more", "fastopen"})},
          {number})),
      Blocking(OnSocket("sendmsg",
                        {TextOf("data"), Optional(EndpointOf("address")),
                         flags({"dontwait", "oob", "more", "fastopen", "dontroute", "confirm"}),
                         ByName(NumberOf("ttl", 0, 255)), ByName(NumberOf("tos", 0, 255)),
                         ByName(std::move(pktinfo))},
                        {number})),
      Blocking(Ending(OnSocket(
          "recv",
          {max_bytes, flags({"waitall", "dontwait", "peek", "oob"}), ByName(TextOf("until"))},
          {text}))),
      Blocking(
          Ending(OnSocket("recvfrom", {max_bytes, flags({"waitall", "dontwait", "peek", "oob"})},
                          {text, endpoint}))),
      Blocking(Ending(
          OnSocket("recvmsg",
                   {max_bytes, flags({"waitall", "dontwait", "peek", "oob", "trunc", "errqueue"}),
                    ByName(NumberOf("control_bytes", 0, 65536))},
                   {ShapeOf(*v1::RecvmsgResponse::descriptor())}))),
      OnSocket("getsockopt", {option}, {value}),
      OnSocket("setsockopt", {option, Of(Type::kOptionValue, "value")}, {value}),
  };
}

}  // namespace balcony::script
