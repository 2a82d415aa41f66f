#ifdef CONFIG_HUGE
int page_take(struct page *page);
#else
static inline int page_take(struct page *page)
{
	return -EBUSY;
}
#endif
