/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines to reports: which open report a line belongs to, and which format begins one.
 *
 * CPUs print at the same time.  Where the log says who printed a line ([T123] a task, [C1]
 * an interrupt on that CPU: CONFIG_PRINTK_CALLER), each has a report of its own open, and
 * so has Xen beside its guests; else there is one.  What a CPU says that has no report open
 * is offered to the latest: others are asked for their stacks by the one that reports.
 */
#include "crash/explain.h"
#include "crash/tasks.h"

/* The formats, the more particular first. */
static const struct md_parser *const parsers_table[] = {
	&md_parser_xenctx,
	&md_parser_xen,
	&md_parser_crash,
	&md_parser_linux,
};

/* Every CPU of a large machine may be in a report; the one longest silent makes room. */
#define OPEN_MAX 64
/* So many lines without a word of it, and a report is over, though nothing said so. */
#define IDLE_MAX 100

struct open_parse {
	guint64 caller;
	gboolean hypervisor;
	struct md_parse parse;
	guint64 guest; /* another that printed for it; its own caller: nobody does */
	guint64 used;  /* the time of its last line */
};

struct md_parsers {
	GPtrArray *reports;	/* not owned */
	struct md_tasks *tasks; /* the same */
	struct open_parse open[OPEN_MAX];
	guint count;
	guint64 time;					    /* lines so far */
	gsize frames;					    /* of all that are closed and kept */
	gsize left;					    /* reports that were not kept */
	struct md_parse spare[G_N_ELEMENTS(parsers_table)]; /* for the next report of each */
};

static void parse_init(struct md_parse *parse, const struct md_parser *parser)
{
	*parse = (struct md_parse){ .parser = parser,
				    .report = md_report_new(),
				    .state = g_malloc0(parser->state_size) };
	parse->report->format = parser->name;
}

static void parse_clear(struct md_parse *parse)
{
	if (parse->parser == NULL)
		return;
	if (parse->parser->clear != NULL)
		parse->parser->clear(parse);
	md_report_free(parse->report);
	md_task_free(parse->task);
	g_free(parse->state);
	*parse = (struct md_parse){ 0 };
}

struct md_parsers *md_parsers_new(GPtrArray *reports, struct md_tasks *tasks)
{
	struct md_parsers *parsers = g_new0(struct md_parsers, 1);

	parsers->reports = reports;
	parsers->tasks = tasks;
	for (guint i = 0; i < G_N_ELEMENTS(parsers_table); i++)
		parse_init(&parsers->spare[i], parsers_table[i]);
	return parsers;
}

void md_parsers_words(GPtrArray *words)
{
	for (guint i = 0; i < G_N_ELEMENTS(parsers_table); i++)
		parsers_table[i]->words(words);
}

void md_parsers_free(struct md_parsers *parsers)
{
	if (parsers == NULL)
		return;
	for (guint i = 0; i < parsers->count; i++)
		parse_clear(&parsers->open[i].parse);
	for (guint i = 0; i < G_N_ELEMENTS(parsers_table); i++)
		parse_clear(&parsers->spare[i]);
	g_free(parsers);
}

gsize md_parsers_left(const struct md_parsers *parsers)
{
	return parsers->left;
}

gboolean md_parsers_open(const struct md_parsers *parsers)
{
	return parsers->count > 0;
}

static int compare_reports(const void *a, const void *b)
{
	const struct md_report *left = *(struct md_report *const *)a;
	const struct md_report *right = *(struct md_report *const *)b;

	return (left->log_line > right->log_line) - (left->log_line < right->log_line);
}

static gboolean is_full(const struct md_parsers *parsers)
{
	return parsers->reports->len >= MD_REPORTS_MAX || parsers->frames >= MD_LOG_FRAMES_MAX;
}

/*
 * Completes the report of an open parse and takes that out of the table.  When there are too many
 * it is counted only: to read it to its end keeps its lines out of others.
 */
static void close_parse(struct md_parsers *parsers, guint index)
{
	struct md_parse *parse = &parsers->open[index].parse;
	gboolean crash = parse->parser->end(parse);

	if (parse->task != NULL)
		md_tasks_add(parsers->tasks, g_steal_pointer(&parse->task));
	if (crash && is_full(parsers)) {
		parsers->left++;
	} else if (crash) {
		parsers->frames += parse->report->frames->len;
		md_report_explain(parse->report);
		g_ptr_array_add(parsers->reports, g_steal_pointer(&parse->report));
	}
	parse_clear(parse);
	parsers->open[index] = parsers->open[--parsers->count];
}

static guint longest_silent(const struct md_parsers *parsers)
{
	guint oldest = 0;

	for (guint i = 1; i < parsers->count; i++) {
		if (parsers->open[i].used < parsers->open[oldest].used)
			oldest = i;
	}
	return oldest;
}

/* Moves the spare parse that @line began into the table of open ones. */
static void open_parse(struct md_parsers *parsers, guint spare, const struct md_line *line)
{
	const struct md_parser *parser = parsers_table[spare];

	if (parsers->count == OPEN_MAX)
		close_parse(parsers, longest_silent(parsers));
	parsers->spare[spare].report->log_line = line->number;
	parsers->open[parsers->count++] = (struct open_parse){
		.caller = line->caller,
		.guest = line->caller,
		.hypervisor = line->hypervisor,
		.parse = parsers->spare[spare],
		.used = parsers->time,
	};
	parse_init(&parsers->spare[spare], parser);
	if (parser->hand_on != NULL)
		parser->hand_on(&parsers->open[parsers->count - 1].parse, &parsers->spare[spare]);
}

static gboolean begin_parse(struct md_parsers *parsers, const struct md_line *line, guint own)
{
	for (guint i = 0; i < G_N_ELEMENTS(parsers_table); i++) {
		if (!parsers_table[i]->begin(&parsers->spare[i], line))
			continue;
		if (own < parsers->count)
			close_parse(parsers, own);
		open_parse(parsers, i, line);
		return TRUE;
	}
	return FALSE;
}

/* The open parse of whoever printed @line; the number of them where there is none. */
static guint find_own(const struct md_parsers *parsers, const struct md_line *line)
{
	guint i = 0;

	while (i < parsers->count && (parsers->open[i].caller != line->caller ||
				      parsers->open[i].hypervisor != line->hypervisor))
		i++;
	return i;
}

static guint find_latest(const struct md_parsers *parsers)
{
	guint latest = 0;

	for (guint i = 1; i < parsers->count; i++) {
		if (parsers->open[i].used > parsers->open[latest].used)
			latest = i;
	}
	return latest;
}

/* The open parse that whoever printed @line last printed for, or the latest. */
static guint find_host(const struct md_parsers *parsers, const struct md_line *line)
{
	for (guint i = 0; i < parsers->count; i++) {
		if (parsers->open[i].guest == line->caller)
			return i;
	}
	return find_latest(parsers);
}

/* Offers @line to the report of somebody else; the index of that. */
static guint offer_host(struct md_parsers *parsers, const struct md_line *line,
			enum md_taken *taken)
{
	guint host = find_host(parsers, line);
	struct open_parse *open = &parsers->open[host];

	*taken = open->parse.parser->line(&open->parse, line);
	if (*taken != MD_TAKEN_NO && line->size > 0)
		open->guest = line->caller;
	return host;
}

void md_parsers_line(struct md_parsers *parsers, const struct md_line *line)
{
	guint own = find_own(parsers, line), index = own;
	enum md_taken taken = MD_TAKEN_NO;
	struct open_parse *open;

	parsers->time++;
	if (own < parsers->count)
		taken = parsers->open[own].parse.parser->line(&parsers->open[own].parse, line);
	else if (parsers->count > 0 &&
		 parsers->open[find_host(parsers, line)].guest == line->caller)
		index = offer_host(parsers, line, &taken);
	if (taken == MD_TAKEN_NO && line->candidate && begin_parse(parsers, line, own))
		return;
	if (parsers->count == 0)
		return;
	if (index == parsers->count)
		index = offer_host(parsers, line, &taken);
	open = &parsers->open[index];
	if (taken != MD_TAKEN_NO) {
		open->used = parsers->time;
		open->parse.idle = 0;
	}
	if (taken == MD_TAKEN_LAST || (taken == MD_TAKEN_NO && ++open->parse.idle > IDLE_MAX))
		close_parse(parsers, index);
}

void md_parsers_finish(struct md_parsers *parsers)
{
	while (parsers->count > 0)
		close_parse(parsers, 0);
	g_ptr_array_sort(parsers->reports, compare_reports);
}
