// The types of expressions, and whether a call's arguments fit it.
#pragma once

#include "controller/script/names.h"

namespace balcony::script {

// Reports what is wrong with it; nothing if its type is not known.
Known TypeOf(const Place& place, const Expr& expression);

// Whether a value of that type may stand where the other is wanted: a text that is an address may.
bool Fits(Type given, Type wanted);

// Of the socket that the call makes; empty where it is not known, or the call makes none.
std::string TransportOf(const Place& place, const Call& call);

// Arguments by number, name, type and value, against the call's row in the table. In arguments.cc.
void CheckArguments(const Place& place, const Call& call, const Signature& signature);

}  // namespace balcony::script
