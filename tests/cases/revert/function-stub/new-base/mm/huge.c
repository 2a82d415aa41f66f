#include "huge.h"

int folio_take(struct folio *folio)
{
	lock(folio);
	return folio->taken++;
}
