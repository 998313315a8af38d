#include "tenant/paging.h"

#include <gtest/gtest.h>

namespace cxctl {
namespace {

Page PageOf(std::vector<std::string> ids, std::string next, std::string etag = "") {
  Page page;
  for (std::string& id : ids) {
    LiveObject object;
    object.id = std::move(id);
    object.etag = etag;
    page.objects.push_back(std::move(object));
  }
  page.next = std::move(next);
  return page;
}

TEST(ListCollector, AnItemSeenTwiceIsThereOnceAsItWasSeenLast) {
  ListCollector collector;
  EXPECT_EQ(collector.next(), "");
  ASSERT_TRUE(collector.Add(PageOf({"a", "b"}, "p2", "\"1\"")));
  EXPECT_EQ(collector.next(), "p2");
  ASSERT_TRUE(collector.Add(PageOf({"b", "c", "c"}, "", "\"2\"")));
  EXPECT_EQ(collector.next(), "");
  std::string seen;
  for (const LiveObject& object : collector.Take()) seen += object.id + object.etag + ' ';
  EXPECT_EQ(seen, "a\"1\" b\"2\" c\"2\" ");
}

TEST(ListCollector, ACircleIsAnError) {
  ListCollector collector;
  ASSERT_TRUE(collector.Add(PageOf({"a"}, "p2")));
  ASSERT_TRUE(collector.Add(PageOf({"b"}, "p3")));
  const Result<void> added = collector.Add(PageOf({"c"}, "p2"));
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().message, "the pages of the list lead in a circle: a nextPage came twice");
}

TEST(ListCollector, EmptyPagesInBetweenAreNoEnd) {
  ListCollector collector;
  ASSERT_TRUE(collector.Add(PageOf({}, "p2")));
  ASSERT_TRUE(collector.Add(PageOf({"a"}, "")));
  EXPECT_EQ(collector.Take().size(), 1u);
}

}  // namespace
}  // namespace cxctl
