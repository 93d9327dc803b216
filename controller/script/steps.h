// What is wrong with a step: its call, its socket, its pattern, what it names; and the joins of
// calls in the background.
#pragma once

#include "controller/script/expectations.h"

namespace balcony::script {

// A step that the place's host does.
void CheckStep(const Place& place, const Step& step);

// A step of the wire.
void CheckWireStep(const Place& place, const Step& step);

void CheckWait(const Place& place, const Wait& wait);

// Reports the calls in the background, from the row `first` on, that were started in that loop and
// that nobody joined.
void CheckJoins(const Place& place, size_t first, size_t loop);

// Whether a name may be given here; reports it if not.
bool CheckNewName(const Place& place, const std::string& name, const Span& span);

}  // namespace balcony::script
