#include "huge.h"

int move(struct page *page)
{
	return page_take(page);
}
