/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pages of memory for whoever asks. */
#include <penguin/page.h>

struct page *get_user_page(unsigned int flags)
{
	struct page *page;
	int node = current_node();

	might_sleep();
	page = alloc_page_node(node, flags);
	if (!page)
		return NULL;
	page->owner = current->pid;
	return page;
}

void put_user_page(struct page *page)
{
	if (--page->users == 0)
		free_page(page);
}
