#include "huge.h"

int page_take(struct page *page)
{
	lock(page);
	return page->taken++;
}
