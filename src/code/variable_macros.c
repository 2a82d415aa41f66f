/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Macros that declare a variable: DEFINE_MUTEX(lock). A row each, for what they expand to does not
 * say it plainly.
 */
#include "code/declarations.h"

#include <string.h>

static const struct macro {
	const char *name; /* or the start of it, before a '*' */
	const char *type; /* NULL: argument @of has it */
	int of, named;	  /* arguments, from 0 */
	guint pointers;	  /* of its type: an array counts */
} macros[] = {
	{ "DEFINE_SPINLOCK", "spinlock_t", -1, 0 },
	{ "DEFINE_RAW_SPINLOCK", "raw_spinlock_t", -1, 0 },
	{ "DEFINE_RWLOCK", "rwlock_t", -1, 0 },
	{ "DEFINE_SEQLOCK", "seqlock_t", -1, 0 },
	{ "DEFINE_MUTEX", "struct mutex", -1, 0 },
	{ "DEFINE_RT_MUTEX", "struct rt_mutex", -1, 0 },
	{ "DECLARE_RWSEM", "struct rw_semaphore", -1, 0 },
	{ "DEFINE_SEMAPHORE", "struct semaphore", -1, 0 },
	{ "DECLARE_MUTEX", "struct semaphore", -1, 0 },
	{ "DEFINE_STATIC_PERCPU_RWSEM", "struct percpu_rw_semaphore", -1, 0 },
	{ "DEFINE_PERCPU_RWSEM", "struct percpu_rw_semaphore", -1, 0 },
	{ "DEFINE_SRCU", "struct srcu_struct", -1, 0 },
	{ "DEFINE_STATIC_SRCU", "struct srcu_struct", -1, 0 },
	{ "DECLARE_COMPLETION*", "struct completion", -1, 0 },
	{ "DECLARE_WAIT_QUEUE_HEAD*", "wait_queue_head_t", -1, 0 },
	{ "DECLARE_SWAIT_QUEUE_HEAD*", "struct swait_queue_head", -1, 0 },
	{ "DEFINE_WAIT", "struct wait_queue_entry", -1, 0 },
	{ "DEFINE_WAIT_FUNC", "struct wait_queue_entry", -1, 0 },
	{ "DECLARE_WAITQUEUE", "struct wait_queue_entry", -1, 0 },
	{ "DEFINE_WAIT_BIT", "struct wait_bit_queue_entry", -1, 0 },
	{ "DECLARE_WORK", "struct work_struct", -1, 0 },
	{ "DECLARE_DELAYED_WORK", "struct delayed_work", -1, 0 },
	{ "DECLARE_DEFERRABLE_WORK", "struct delayed_work", -1, 0 },
	{ "LIST_HEAD", "struct list_head", -1, 0 },
	{ "HLIST_HEAD", "struct hlist_head", -1, 0 },
	{ "LLIST_HEAD", "struct llist_head", -1, 0 },
	{ "DEFINE_TIMER", "struct timer_list", -1, 0 },
	{ "DEFINE_IDR", "struct idr", -1, 0 },
	{ "DEFINE_IDA", "struct ida", -1, 0 },
	{ "DEFINE_XARRAY*", "struct xarray", -1, 0 },
	{ "DEFINE_RATELIMIT_STATE", "struct ratelimit_state", -1, 0 },
	{ "DEFINE_HASHTABLE", "struct hlist_head", -1, 0, 1 },
	{ "DECLARE_HASHTABLE", "struct hlist_head", -1, 0, 1 },
	{ "DECLARE_BITMAP", "unsigned long", -1, 0, 1 },
	{ "ATOMIC_NOTIFIER_HEAD", "struct atomic_notifier_head", -1, 0 },
	{ "BLOCKING_NOTIFIER_HEAD", "struct blocking_notifier_head", -1, 0 },
	{ "RAW_NOTIFIER_HEAD", "struct raw_notifier_head", -1, 0 },
	{ "DEFINE_PER_CPU*", NULL, 0, 1 },
	{ "DECLARE_PER_CPU*", NULL, 0, 1 },
	{ "DECLARE_FLEX_ARRAY", NULL, 0, 1, 1 },
	{ "DECLARE_KFIFO_PTR", "struct kfifo", -1, 0 },
	{ "DECLARE_KFIFO", "struct kfifo", -1, 0 },
};

/* The row of that name, or NULL. */
static const struct macro *find_macro(struct md_slice word)
{
	for (guint i = 0; i < G_N_ELEMENTS(macros); i++) {
		gsize size = strlen(macros[i].name);
		gboolean start = macros[i].name[size - 1] == '*';

		size -= start;
		if ((start ? word.size >= size : word.size == size) &&
		    memcmp(word.data, macros[i].name, size) == 0)
			return &macros[i];
	}
	return NULL;
}

gboolean md_reader_variable_macro(struct md_reader *reader, GArray *variables)
{
	struct md_reader ahead = *reader;
	const struct macro *macro;
	g_autoptr(GArray) parts = NULL;
	struct md_variable variable = { .name = { NULL, 0 } };
	struct md_reader name;
	guint behind;

	md_reader_pass_attributes(&ahead, MD_BEFORE_NOTHING);
	macro = find_macro(md_reader_peek(&ahead, 0)->text);
	if (macro == NULL || !md_token_is(md_reader_peek(&ahead, 1), '('))
		return FALSE;
	behind = md_reader_behind(&ahead, ahead.at + 1);
	parts = md_reader_split(&ahead, ahead.at + 2, behind - 1);
	if (MAX(macro->named, macro->of) >= (int)parts->len)
		return FALSE;
	if (macro->type != NULL) {
		variable.shape.name = macro->type;
	} else {
		struct md_extent part = g_array_index(parts, struct md_extent, macro->of);
		struct md_reader type = md_reader_part(&ahead, (guint)part.first, (guint)part.end);

		if (!md_reader_type(&type, &variable.shape))
			return FALSE;
	}
	name = md_reader_part(&ahead,
			      (guint)g_array_index(parts, struct md_extent, macro->named).first,
			      (guint)g_array_index(parts, struct md_extent, macro->named).end);
	if (!md_token_is_name(md_reader_peek(&name, 0)))
		return FALSE;
	variable.name = md_reader_peek(&name, 0)->text;
	name.at++;
	variable.shape.pointers += macro->pointers;
	variable.shape.array |= macro->pointers > 0;
	md_reader_suffixes(&name, &variable.shape);
	g_array_append_val(variables, variable);
	reader->at = md_reader_find_end(&ahead, ';', ';');
	md_reader_take(reader, ';');
	return TRUE;
}
