// How the hosts of an Ansible inventory are reached.
// Shapes: ansible_host, _user, _port, the key and ssh's arguments become a command line; exp_ip, ip
//         or access_ip is taken for the host's address in the experiment. A host without ssh is
//         left out. Pure.
// Errors: kInvalidArgument with FILE:LINE; a template or a vault where a value is needed.
// Source: Ansible's "Connecting to hosts: behavioral inventory parameters"; kubespray.
#pragma once

#include "absl/status/statusor.h"
#include "controller/inventory/document.h"
#include "controller/inventory/groups.h"

namespace balcony::inventory {

absl::StatusOr<Reading> ReadGroups(const Document& document, Groups& groups,
                                   const Chooser& chooser);

}  // namespace balcony::inventory
