#ifdef CONFIG_HUGE
int folio_take(struct folio *folio);
#else
static inline int folio_take(struct folio *folio)
{
	return -EBUSY;
}
#endif
