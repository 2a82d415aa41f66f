#include "huge.h"

int move(struct page *page)
{
	return folio_take(page_folio(page));
}
