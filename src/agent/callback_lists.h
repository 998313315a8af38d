#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "async/loop.h"
#include "tenant/contact_center.h"

namespace cxctl {

/// The callbacks of queues, for finding out what became of creations whose answers were lost. However many ask, one
/// list a queue is read at a time, and everybody gets one that was begun after they asked.
class CallbackLists {
 public:
  using List = std::shared_ptr<const std::vector<LiveCallback>>;

  CallbackLists(Loop& loop, ContactCenter& tenant) : loop_(loop), tenant_(tenant) {}

  Task<Result<List>> Get(std::string queue_id);

 private:
  struct Reading;
  Task<void> Read(std::shared_ptr<Reading> reading, std::string queue_id);

  Loop& loop_;
  ContactCenter& tenant_;
  std::map<std::string, std::shared_ptr<Reading>> under_way_;
};

}  // namespace cxctl
