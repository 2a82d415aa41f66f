/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames to files and lines.
 *
 * A frame is found in the kernel's symbols by its name and offset where it has them: kernels
 * print no addresses since 4.10, and those that they print are moved by KASLR.  Of several
 * functions of that name the one of the printed size is meant, for static functions share
 * names.  Only a frame without a name is found by its address, less what KASLR moved the
 * kernel by: which the log says itself in the end, or which is the difference that most frames
 * with both name and address agree on.
 *
 * The address of a frame is where its callee returns to, which is behind the call, and
 * may be the next line or the next function: so the byte before it is looked up, but where the
 * frame was interrupted: at the instruction pointer, and under the entry of an exception.
 */
#include "crash/symbols.h"

#include <string.h>

struct md_symbols {
	struct md_elf *elf;	      /* NULL: there is no vmlinux */
	struct md_symbol_table table; /* sorted by address */
	GHashTable *by_name;	      /* name -> index + 1 of its first in @named */
	GArray *named;		      /* of guint: indices of the table, sorted by name */
};

const char *md_symbol_bare(const char *name)
{
	const char *file = name != NULL ? strrchr(name, '#') : NULL;

	return file != NULL ? file + 1 : name;
}

static int by_address(const void *a, const void *b)
{
	const struct md_symbol *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	/* Of several at one address, those that have a size come first: the others are labels. */
	if (x->size != y->size)
		return x->size > y->size ? -1 : 1;
	return strcmp(x->name, y->name);
}

static const struct md_symbol *symbol_at(const struct md_symbols *symbols, guint index)
{
	return &g_array_index(symbols->table.symbols, struct md_symbol, index);
}

static int by_name(const void *a, const void *b, void *data)
{
	const guint *x = a, *y = b;
	int order = strcmp(symbol_at(data, *x)->name, symbol_at(data, *y)->name);

	return order != 0 ? order : (*x > *y) - (*x < *y);
}

static void index_names(struct md_symbols *symbols)
{
	GArray *named = symbols->named;
	guint count = symbols->table.symbols->len;

	for (guint i = 0; i < count; i++)
		g_array_append_val(named, i);
	g_array_sort_with_data(named, by_name, symbols);
	for (guint i = count; i > 0; i--) {
		const char *name = symbol_at(symbols, g_array_index(named, guint, i - 1))->name;

		g_hash_table_insert(symbols->by_name, (void *)name, GUINT_TO_POINTER(i));
	}
}

struct md_symbols *md_symbols_new(const char *vmlinux, const char *system_map, GError **error)
{
	MD_AUTOPTR(md_symbols) symbols = g_new0(struct md_symbols, 1);

	symbols->table.symbols = g_array_new(FALSE, TRUE, sizeof(struct md_symbol));
	symbols->table.names = g_string_chunk_new(1 << 16);
	symbols->by_name = g_hash_table_new(g_str_hash, g_str_equal);
	symbols->named = g_array_new(FALSE, FALSE, sizeof(guint));
	if (vmlinux != NULL) {
		symbols->elf = md_elf_new(vmlinux, error);
		if (symbols->elf == NULL)
			return NULL;
		md_elf_symbols(symbols->elf, &symbols->table);
	}
	/* One of them is enough, and a vmlinux knows the sizes. */
	if (system_map != NULL && symbols->table.symbols->len == 0 &&
	    !md_system_map_read(system_map, &symbols->table, error))
		return NULL;
	if (vmlinux != NULL && symbols->table.symbols->len == 0) {
		g_set_error(error, MD_ERROR, MD_ERROR_INPUT, "%s: no symbols in it", vmlinux);
		return NULL;
	}
	g_array_sort(symbols->table.symbols, by_address);
	index_names(symbols);
	return g_steal_pointer(&symbols);
}

void md_symbols_free(struct md_symbols *symbols)
{
	if (symbols == NULL)
		return;
	g_clear_pointer(&symbols->by_name, g_hash_table_unref);
	g_clear_pointer(&symbols->named, g_array_unref);
	g_clear_pointer(&symbols->table.symbols, g_array_unref);
	g_clear_pointer(&symbols->table.names, g_string_chunk_free);
	md_elf_free(symbols->elf);
	g_free(symbols);
}

/* How far symbol @index reaches: its size, or to the next address. */
static guint64 extent(const struct md_symbols *symbols, guint index)
{
	const struct md_symbol *symbol = symbol_at(symbols, index);

	if (symbol->size > 0)
		return symbol->size;
	for (guint i = index + 1; i < symbols->table.symbols->len; i++) {
		if (symbol_at(symbols, i)->address > symbol->address)
			return symbol_at(symbols, i)->address - symbol->address;
	}
	return 0;
}

/* How many labels of assemblers a function is believed to have: entry code has dozens. */
#define LABELS_MAX 64

/* The symbol that has @address; FALSE: none. */
static gboolean find_address(const struct md_symbols *symbols, guint64 address, guint *index)
{
	guint low = 0, high = symbols->table.symbols->len;

	/* The first symbol above @address. */
	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (symbol_at(symbols, middle)->address > address)
			high = middle;
		else
			low = middle + 1;
	}
	if (low == 0)
		return FALSE;
	/* A label within a function is nearer than the function, which is what is asked for. */
	for (guint i = low; i > 0 && low - i < LABELS_MAX; i--) {
		const struct md_symbol *symbol = symbol_at(symbols, i - 1);

		if (symbol->size > 0 && address - symbol->address < symbol->size) {
			while (i > 1 && symbol_at(symbols, i - 2)->address == symbol->address)
				i--;
			*index = i - 1;
			return TRUE;
		}
	}
	*index = low - 1;
	return address - symbol_at(symbols, low - 1)->address < extent(symbols, low - 1);
}

/* Functions begin at addresses that this divides; what lies between is padding. */
#define PADDING_MAX 16

/*
 * The symbol that @frame names: of its size where it has one, else the only one of that name.
 * FALSE: there is none, or several may be meant.  Where sizes differ, the kernel is
 * another one than that of the log, and no line is better than a wrong one.
 */
static gboolean find_name(const struct md_symbols *symbols, const struct md_frame *frame,
			  guint *index)
{
	guint at = GPOINTER_TO_UINT(g_hash_table_lookup(symbols->by_name, frame->symbol));
	guint count = 0, fitting = 0, fit = 0;
	guint64 best = PADDING_MAX;

	for (guint i = at; i > 0 && i <= symbols->named->len; i++) {
		guint one = g_array_index(symbols->named, guint, i - 1);
		/* Kernels print the way to the next symbol as the size, which has the padding. */
		guint64 over = frame->size - extent(symbols, one);

		if (strcmp(symbol_at(symbols, one)->name, frame->symbol) != 0)
			break;
		if (count++ == 0)
			fit = one;
		if (frame->size == MD_FRAME_UNKNOWN || over > best || over == PADDING_MAX)
			continue;
		fitting = over == best ? fitting + 1 : 1;
		best = over;
		fit = one;
	}
	*index = fit;
	return fitting == 1 || (frame->size == MD_FRAME_UNKNOWN && count == 1);
}

/* A difference between the address of a frame and that of its symbol, and how many frames agree. */
struct vote {
	guint64 moved;
	guint count;
};

/* How far the kernel of @report lay from where it was linked to. */
static guint64 find_moved(const struct md_symbols *symbols, struct md_report *report)
{
	g_autoptr(GArray) votes = g_array_new(FALSE, FALSE, sizeof(struct vote));
	struct vote best = { 0 };

	if (report->moved.digits > 0)
		return report->moved.value;
	for (guint i = 0; i < report->frames->len; i++) {
		const struct md_frame *frame = g_ptr_array_index(report->frames, i);
		struct vote vote = { .count = 1 };
		guint index;

		if (frame->address.digits == 0 || frame->symbol == NULL || frame->module != NULL ||
		    frame->offset == MD_FRAME_UNKNOWN || !find_name(symbols, frame, &index))
			continue;
		vote.moved =
			frame->address.value - frame->offset - symbol_at(symbols, index)->address;
		for (guint j = 0; j < votes->len; j++) {
			if (g_array_index(votes, struct vote, j).moved == vote.moved)
				vote.count = ++g_array_index(votes, struct vote, j).count;
		}
		if (vote.count == 1 && votes->len < 16)
			g_array_append_val(votes, vote);
		if (vote.count > best.count)
			best = vote;
	}
	if (best.count > 0)
		report->moved = (struct md_word){ best.moved, 16 };
	return best.moved;
}

/* Entries of exceptions and interrupts: what they interrupted was at no call. */
static const char *const entries[] = {
	"asm_exc_",
	"asm_sysvec_",
	"asm_common_interrupt",
	"asm_spurious_interrupt",
	"ret_from_intr",
	"apic_timer_interrupt",
	"common_interrupt",
	"page_fault",
	"async_page_fault",
	"general_protection",
	"invalid_op",
	"error_exit",
	"end_repeat_nmi",
	"restart_nmi",
	"nmi",
	"el1_irq",
	"el1_sync",
	"el1h_64_",
	"__irq_svc",
	"__dabt_svc",
	"__und_svc",
	"__pabt_svc",
	"handle_exception",
	"ret_from_exception",
};

/* Whether frame @index was interrupted where it stood, and does not wait for a call to return. */
static gboolean was_interrupted(const struct md_report *report, guint index)
{
	const struct md_frame *frame = g_ptr_array_index(report->frames, index), *before;

	/* Nothing was called at the beginning of a function. */
	if (frame->offset == 0)
		return TRUE;
	if (index == 0)
		return report->registers->len > 0 || report->code != NULL;
	before = g_ptr_array_index(report->frames, index - 1);
	for (guint i = 0; before->symbol != NULL && i < G_N_ELEMENTS(entries); i++) {
		if (g_str_has_prefix(before->symbol, entries[i]))
			return TRUE;
	}
	return FALSE;
}

/* The address of @frame as the kernel was linked; gives the frame its name where it has none. */
static gboolean linked_address(const struct md_symbols *symbols, guint64 moved,
			       struct md_frame *frame, guint64 *address)
{
	guint index;

	if (frame->module != NULL)
		return FALSE;
	if (frame->symbol != NULL && frame->offset != MD_FRAME_UNKNOWN) {
		if (!find_name(symbols, frame, &index))
			return FALSE;
		*address = symbol_at(symbols, index)->address + frame->offset;
		return TRUE;
	}
	if (frame->address.digits == 0 ||
	    !find_address(symbols, frame->address.value - moved, &index))
		return FALSE;
	*address = frame->address.value - moved;
	if (frame->symbol == NULL) {
		frame->symbol = g_strdup(symbol_at(symbols, index)->name);
		frame->offset = *address - symbol_at(symbols, index)->address;
		frame->size = extent(symbols, index);
	}
	return TRUE;
}

/*
 * Puts @places into @report: the last is frame @index's own, the others become frames before it.
 */
static void add_places(struct md_report *report, guint index, GArray *places)
{
	struct md_frame *frame = g_ptr_array_index(report->frames, index);
	struct md_place *own = &g_array_index(places, struct md_place, places->len - 1);

	g_free(frame->path);
	frame->path = g_steal_pointer(&own->path);
	frame->line = own->line;
	for (guint i = 0; i + 1 < places->len; i++) {
		struct md_place *place = &g_array_index(places, struct md_place, i);
		struct md_frame *inlined = md_frame_new();

		inlined->symbol = g_steal_pointer(&place->symbol);
		inlined->path = g_steal_pointer(&place->path);
		inlined->line = place->line;
		inlined->inlined = TRUE;
		inlined->reliable = frame->reliable;
		inlined->stack = g_strdup(frame->stack);
		g_ptr_array_insert(report->frames, (int)(index + i), inlined);
	}
	if (report->look >= index)
		report->look += places->len - 1;
}

void md_symbols_resolve_report(const struct md_symbols *symbols, struct md_report *report)
{
	guint64 moved = find_moved(symbols, report), address;

	/* From the outermost in: what is put in front moves only what is done. */
	for (guint i = report->frames->len; i > 0; i--) {
		struct md_frame *frame = g_ptr_array_index(report->frames, i - 1);
		const struct md_frame *before =
			i > 1 ? g_ptr_array_index(report->frames, i - 2) : NULL;
		g_autoptr(GArray) places = NULL;

		if (frame->inlined || frame->line != 0 || (before != NULL && before->inlined) ||
		    !linked_address(symbols, moved, frame, &address) || symbols->elf == NULL)
			continue;
		if (!was_interrupted(report, i - 1))
			address--;
		places = md_elf_places(symbols->elf, address);
		if (places->len > 0)
			add_places(report, i - 1, places);
	}
}

gboolean md_symbols_resolve(struct md_symbols *symbols, struct md_log *log, GError **error)
{
	const GPtrArray *reports = md_log_reports(log);

	for (guint i = 0; i < reports->len; i++)
		md_symbols_resolve_report(symbols, g_ptr_array_index(reports, i));
	return TRUE;
}
