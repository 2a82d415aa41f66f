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
	GHashTable *places; /* guint64 * -> GArray of struct md_place: what was asked for */
};

/* So many addresses are remembered: more than any kernel's stacks have. */
#define PLACES_MAX 100000

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

static void frame_free(void *data)
{
	md_frame_free(data);
}

static void unref_frames(void *data)
{
	g_ptr_array_unref(data);
}

static void unref_places(void *data)
{
	g_array_unref(data);
}

struct md_symbols *md_symbols_new(const char *vmlinux, const char *system_map, GError **error)
{
	MD_AUTOPTR(md_symbols) symbols = g_new0(struct md_symbols, 1);

	symbols->table.symbols = g_array_new(FALSE, TRUE, sizeof(struct md_symbol));
	symbols->table.names = g_string_chunk_new(1 << 16);
	symbols->by_name = g_hash_table_new(g_str_hash, g_str_equal);
	symbols->named = g_array_new(FALSE, FALSE, sizeof(guint));
	symbols->places = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, unref_places);
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
	g_clear_pointer(&symbols->places, g_hash_table_unref);
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

/* KASLR moves kernels by a multiple of this on x86-64 and arm64; functions are far shorter. */
#define MOVE_STEP ((guint64)2 << 20)

/* What @frame says that the kernel was moved by; FALSE: nothing. */
static gboolean find_vote(const struct md_symbols *symbols, const struct md_frame *frame,
			  guint64 *moved)
{
	guint index;

	if (frame->address.digits == 0 || frame->symbol == NULL || frame->module != NULL ||
	    !find_name(symbols, frame, &index))
		return FALSE;
	*moved = frame->address.value - symbol_at(symbols, index)->address;
	if (frame->offset != MD_FRAME_UNKNOWN)
		*moved -= frame->offset;
	else
		*moved -= *moved % MOVE_STEP;
	return TRUE;
}

/* Counts what the frames say, into an array of struct vote. */
static void count_votes(const struct md_symbols *symbols, const GPtrArray *frames, GArray *votes)
{
	for (guint i = 0; i < frames->len; i++) {
		struct vote vote = { .count = 1 };
		guint j = 0;

		if (!find_vote(symbols, g_ptr_array_index(frames, i), &vote.moved))
			continue;
		while (j < votes->len && g_array_index(votes, struct vote, j).moved != vote.moved)
			j++;
		if (j < votes->len)
			g_array_index(votes, struct vote, j).count++;
		else if (votes->len < 16)
			g_array_append_val(votes, vote);
	}
}

/* What most say; FALSE: nobody says anything. */
static gboolean most_votes(const GArray *votes, guint64 *moved)
{
	guint best = 0;

	for (guint i = 0; i < votes->len; i++) {
		const struct vote *vote = &g_array_index(votes, struct vote, i);

		if (vote->count > best) {
			best = vote->count;
			*moved = vote->moved;
		}
	}
	return best > 0;
}

/* How far the kernel of @report lay from where it was linked to. */
static guint64 find_moved(const struct md_symbols *symbols, struct md_report *report)
{
	g_autoptr(GArray) votes = g_array_new(FALSE, FALSE, sizeof(struct vote));
	guint64 moved = 0;

	if (report->moved.digits > 0)
		return report->moved.value;
	count_votes(symbols, report->frames, votes);
	if (most_votes(votes, &moved))
		report->moved = (struct md_word){ moved, 16 };
	return moved;
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

/*
 * Whether frame @index was interrupted where it stood, and does not wait for a call to return.
 * @pointer: the one where the instruction pointer was.
 */
static gboolean was_interrupted(const GPtrArray *frames, guint index, guint pointer)
{
	const struct md_frame *frame = g_ptr_array_index(frames, index), *before;

	/* Nothing was called at the beginning of a function. */
	if (frame->offset == 0 || index == pointer)
		return TRUE;
	if (index == 0)
		return FALSE;
	before = g_ptr_array_index(frames, index - 1);
	for (guint i = 0; before->symbol != NULL && i < G_N_ELEMENTS(entries); i++) {
		if (g_str_has_prefix(before->symbol, entries[i]))
			return TRUE;
	}
	return FALSE;
}

/* Whether @name is what the symbol @index is called, or another at that address. */
static gboolean is_called(const struct md_symbols *symbols, guint index, const char *name)
{
	guint64 address = symbol_at(symbols, index)->address;
	gsize length = md_symbol_length(name);

	for (guint i = index; i < symbols->table.symbols->len; i++) {
		const struct md_symbol *symbol = symbol_at(symbols, i);

		if (symbol->address != address)
			return FALSE;
		if (md_symbol_length(symbol->name) == length &&
		    strncmp(symbol->name, name, length) == 0)
			return TRUE;
	}
	return FALSE;
}

/* A name of a file that anybody may have written, as those of a report are: see crash.h. */
static char *clean(const char *name)
{
	char *valid = name != NULL ? g_utf8_make_valid(name, -1) : NULL;

	for (char *at = valid; at != NULL && *at != '\0'; at++) {
		if (g_ascii_iscntrl(*at))
			*at = '?';
	}
	return valid;
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
	    !find_address(symbols, frame->address.value - moved, &index) ||
	    (frame->symbol != NULL && !is_called(symbols, index, frame->symbol)))
		return FALSE;
	*address = frame->address.value - moved;
	if (frame->symbol == NULL) {
		frame->symbol = clean(symbol_at(symbols, index)->name);
		frame->offset = *address - symbol_at(symbols, index)->address;
		frame->size = extent(symbols, index);
	}
	return TRUE;
}

/* As md_elf_places(), each address once; the array is kept. */
static const GArray *find_places(const struct md_symbols *symbols, guint64 address)
{
	GArray *places = g_hash_table_lookup(symbols->places, &address);

	if (places != NULL)
		return places;
	if (g_hash_table_size(symbols->places) >= PLACES_MAX)
		g_hash_table_remove_all(symbols->places);
	places = md_elf_places(symbols->elf, address);
	g_hash_table_insert(symbols->places, g_memdup2(&address, sizeof(address)), places);
	return places;
}

/*
 * Gives @frame the last of @places, which is its own, and returns the frames of the others, which
 * were inlined there.
 */
static GPtrArray *take_places(struct md_frame *frame, const GArray *places)
{
	const struct md_place *own = &g_array_index(places, struct md_place, places->len - 1);
	GPtrArray *inlined = g_ptr_array_new_with_free_func(frame_free);

	g_free(frame->path);
	frame->path = clean(own->path);
	frame->line = own->line;
	for (guint i = 0; i + 1 < places->len; i++) {
		const struct md_place *place = &g_array_index(places, struct md_place, i);
		struct md_frame *inner = md_frame_new();

		inner->symbol = clean(place->symbol);
		inner->path = clean(place->path);
		inner->line = place->line;
		inner->inlined = TRUE;
		inner->reliable = frame->reliable;
		inner->stack = g_strdup(frame->stack);
		g_ptr_array_add(inlined, inner);
	}
	return inlined;
}

/* The stacks of a kernel. */
struct resolver {
	const struct md_symbols *symbols;
	guint64 moved;
	/* struct md_frame * -> GPtrArray of those inlined there: frames of several stacks. */
	GHashTable *done;
};

/* The frames that were inlined into frame @index; NULL: none, or nobody knows. */
static const GPtrArray *resolve_frame(const struct resolver *resolver, const GPtrArray *frames,
				      guint index, guint pointer)
{
	struct md_frame *frame = g_ptr_array_index(frames, index);
	const struct md_frame *before = index > 0 ? g_ptr_array_index(frames, index - 1) : NULL;
	GPtrArray *inlined = g_hash_table_lookup(resolver->done, frame);
	const GArray *places;
	guint64 address;

	if (inlined != NULL || frame->inlined || frame->line != 0 ||
	    (before != NULL && before->inlined) ||
	    !linked_address(resolver->symbols, resolver->moved, frame, &address) ||
	    resolver->symbols->elf == NULL)
		return inlined;
	if (!was_interrupted(frames, index, pointer))
		address--;
	places = find_places(resolver->symbols, address);
	if (places->len == 0)
		return NULL;
	inlined = take_places(frame, places);
	frame->users++;
	g_hash_table_insert(resolver->done, frame, inlined);
	return inlined;
}

/* Resolves @frames; *@look, the index of one of them, goes with it. */
static void resolve_stack(const struct resolver *resolver, GPtrArray *frames, guint pointer,
			  gsize *look)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new();
	gsize looked = *look;

	for (guint i = 0; i < frames->len; i++) {
		const GPtrArray *inlined = resolve_frame(resolver, frames, i, pointer);

		for (guint j = 0; inlined != NULL && j < inlined->len; j++) {
			struct md_frame *inner = g_ptr_array_index(inlined, j);

			inner->users++;
			g_ptr_array_add(all, inner);
			*look += looked >= i;
		}
		g_ptr_array_add(all, g_ptr_array_index(frames, i));
	}
	/* The array stays, for others may have it too: only what is in it changes. */
	while (frames->len > 0)
		g_ptr_array_steal_index_fast(frames, frames->len - 1);
	g_ptr_array_extend_and_steal(frames, g_steal_pointer(&all));
}

static void resolver_init(struct resolver *resolver, const struct md_symbols *symbols)
{
	*resolver = (struct resolver){ .symbols = symbols };
	resolver->done =
		g_hash_table_new_full(g_direct_hash, g_direct_equal, frame_free, unref_frames);
}

void md_symbols_resolve_report(const struct md_symbols *symbols, struct md_report *report)
{
	guint pointer = report->registers->len > 0 || report->code != NULL ? 0 : G_MAXUINT;
	struct resolver resolver;

	resolver_init(&resolver, symbols);
	resolver.moved = find_moved(symbols, report);
	resolve_stack(&resolver, report->frames, pointer, &report->look);
	g_hash_table_unref(resolver.done);
}

/* How far the kernel lay from where it was linked to: as its reports say, or most of its frames. */
static guint64 find_log_moved(const struct md_symbols *symbols, const struct md_log *log)
{
	const GPtrArray *reports = md_log_reports(log), *tasks = md_log_tasks(log);
	g_autoptr(GArray) votes = g_array_new(FALSE, FALSE, sizeof(struct vote));
	guint64 moved = 0;

	for (guint i = 0; i < reports->len; i++) {
		const struct md_report *report = g_ptr_array_index(reports, i);

		if (report->moved.digits > 0)
			return report->moved.value;
	}
	for (guint i = 0; i < tasks->len; i++) {
		const struct md_task *task = g_ptr_array_index(tasks, i);

		count_votes(symbols, task->frames, votes);
	}
	most_votes(votes, &moved);
	return moved;
}

/* The index of the frame where the instruction pointer of @task was: below what interrupted it. */
static guint find_pointer(const struct md_task *task)
{
	guint i = 0;

	if (task->registers->len == 0)
		return G_MAXUINT;
	for (; i < task->frames->len; i++) {
		const struct md_frame *frame = g_ptr_array_index(task->frames, i);

		if (g_strcmp0(frame->stack, "nmi") != 0 &&
		    (frame->stack == NULL || frame->reliable))
			break;
	}
	return i;
}

static void resolve_tasks(const struct md_symbols *symbols, const struct md_log *log)
{
	const GPtrArray *tasks = md_log_tasks(log);
	g_autoptr(GHashTable) stacks = g_hash_table_new(g_direct_hash, g_direct_equal);
	struct resolver resolver;

	resolver_init(&resolver, symbols);
	resolver.moved = find_log_moved(symbols, log);
	for (guint i = 0; i < tasks->len; i++) {
		const struct md_task *task = g_ptr_array_index(tasks, i);
		gsize look = 0;

		if (g_hash_table_add(stacks, task->frames))
			resolve_stack(&resolver, task->frames, find_pointer(task), &look);
	}
	g_hash_table_unref(resolver.done);
}

gboolean md_symbols_resolve(struct md_symbols *symbols, struct md_log *log, GError **error)
{
	const GPtrArray *reports = md_log_reports(log);

	for (guint i = 0; i < reports->len; i++)
		md_symbols_resolve_report(symbols, g_ptr_array_index(reports, i));
	resolve_tasks(symbols, log);
	return TRUE;
}
