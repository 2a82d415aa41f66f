/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two mutexes in two orders: one thread looks from a shelf for its book, the other from a book
 * for its shelf.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>

struct shelf {
	struct mutex lock;
	unsigned int books;
};

struct book {
	struct mutex guard;
	struct shelf *shelf;
};

static struct shelf one_shelf = { .lock = __MUTEX_INITIALIZER(one_shelf.lock) };
static struct book one_book = { .guard = __MUTEX_INITIALIZER(one_book.guard), .shelf = &one_shelf };

static void book_take(struct book *book)
{
	mutex_lock(&book->guard);
	book->shelf = NULL;
	mutex_unlock(&book->guard);
}

static int shelf_thread(void *data)
{
	struct shelf *shelf = &one_shelf;

	mutex_lock(&shelf->lock);
	msleep(500);
	book_take(data);
	shelf->books--;
	mutex_unlock(&shelf->lock);
	return 0;
}

static int book_thread(void *data)
{
	struct book *book = data;

	mutex_lock(&book->guard);
	msleep(500);
	mutex_lock(&book->shelf->lock);
	book->shelf->books++;
	mutex_unlock(&book->shelf->lock);
	mutex_unlock(&book->guard);
	return 0;
}

static int __init abba_init(void)
{
	kthread_run(shelf_thread, &one_book, "abba_shelf");
	kthread_run(book_thread, &one_book, "abba_book");
	return 0;
}
module_init(abba_init);
MODULE_DESCRIPTION("Two mutexes taken in two orders");
MODULE_LICENSE("GPL");
