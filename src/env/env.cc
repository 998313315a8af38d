#include "env/env.h"

namespace cxctl {

// A double holds 53 bits exactly: more would round up to 1 at times.
double Random::Fraction() {
  return static_cast<double>(Next() >> 11) * 0x1p-53;
}

}  // namespace cxctl
