// The one way from a call to its events, whichever door the call came through.
// Thread: any; takes the session's mutex.
// Shapes: validates, makes the call or begins it, and has the session's events sent. Never blocks.
// Errors: what cannot be made is a refused event with the field named.
#pragma once

#include "agent/session.h"
#include "balcony/v1/session.pb.h"

namespace balcony::agent {

// The call's payload may be moved out of it.
void Dispatch(Session& session, v1::Call& call);

}  // namespace balcony::agent
