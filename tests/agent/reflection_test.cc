#include "agent/reflection.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <algorithm>
#include <string>
#include <vector>

namespace balcony::agent {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptorProto;
using grpc::reflection::v1::ServerReflectionRequest;
using grpc::reflection::v1::ServerReflectionResponse;

std::vector<std::string> Services() {
  ServerReflectionRequest request;
  request.set_list_services("");
  const ServerReflectionResponse response = Reflect(request);
  std::vector<std::string> names;
  for (const auto& service : response.list_services_response().service()) {
    names.push_back(service.name());
  }
  return names;
}

// As a client does it: what was sent, from the last file on, builds on nothing but itself.
const google::protobuf::ServiceDescriptor* Resolve(const std::string& name, DescriptorPool& pool) {
  ServerReflectionRequest request;
  request.set_file_containing_symbol(name);
  const ServerReflectionResponse response = Reflect(request);
  std::vector<FileDescriptorProto> files;
  for (const std::string& bytes : response.file_descriptor_response().file_descriptor_proto()) {
    EXPECT_TRUE(files.emplace_back().ParseFromString(bytes));
  }
  for (size_t built = 0, before = files.size() + 1; built < files.size() && before != built;) {
    before = built;
    for (const FileDescriptorProto& file : files) {
      const bool ready = std::all_of(
          file.dependency().begin(), file.dependency().end(),
          [&](const std::string& other) { return pool.FindFileByName(other) != nullptr; });
      if (ready && pool.FindFileByName(file.name()) == nullptr && pool.BuildFile(file)) ++built;
    }
  }
  return pool.FindServiceByName(name);
}

TEST(Reflection, EveryServiceThatIsListedCanBeResolved) {
  EXPECT_THAT(Services(), testing::UnorderedElementsAre("balcony.v1.Agent", "grpc.health.v1.Health",
                                                        "grpc.reflection.v1.ServerReflection"));
  for (const std::string& name : Services()) {
    DescriptorPool pool;
    EXPECT_NE(Resolve(name, pool), nullptr) << name;
  }
}

TEST(Reflection, AgentsMethodsAndMessagesAreThere) {
  DescriptorPool pool;
  const auto* agent = Resolve("balcony.v1.Agent", pool);
  ASSERT_NE(agent, nullptr);
  ASSERT_NE(agent->FindMethodByName("Bind"), nullptr);
  EXPECT_NE(agent->FindMethodByName("Bind")->input_type()->FindFieldByName("address"), nullptr);
}

TEST(Reflection, FilesAreFoundByName) {
  ServerReflectionRequest request;
  request.set_host("here");
  request.set_file_by_filename("balcony/v1/outcome.proto");
  const ServerReflectionResponse response = Reflect(request);
  EXPECT_EQ(response.valid_host(), "here");
  EXPECT_EQ(response.original_request().file_by_filename(), "balcony/v1/outcome.proto");
  FileDescriptorProto file;
  ASSERT_GE(response.file_descriptor_response().file_descriptor_proto_size(), 1);
  ASSERT_TRUE(file.ParseFromString(response.file_descriptor_response().file_descriptor_proto(0)));
  EXPECT_EQ(file.name(), "balcony/v1/outcome.proto");
}

TEST(Reflection, WhatIsNotThereIsAnError) {
  constexpr int kInvalidArgument = 3;
  constexpr int kNotFound = 5;
  ServerReflectionRequest request;
  EXPECT_EQ(Reflect(request).error_response().error_code(), kInvalidArgument);
  request.set_file_containing_symbol("balcony.v1.Nobody");
  EXPECT_EQ(Reflect(request).error_response().error_code(), kNotFound);
  request.set_file_by_filename("/etc/passwd");
  EXPECT_EQ(Reflect(request).error_response().error_code(), kNotFound);
  request.set_all_extension_numbers_of_type("balcony.v1.Call");
  EXPECT_EQ(Reflect(request).error_response().error_code(), kNotFound);
  request.mutable_file_containing_extension()->set_containing_type("balcony.v1.Call");
  EXPECT_EQ(Reflect(request).error_response().error_code(), kNotFound);
}

}  // namespace
}  // namespace balcony::agent
