/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A patch that was carried, and the ledger: a line for every hunk with what
 * became of it, where it stood and where it went. The same of one that undoes
 * changes, with the lines that refer to what is gone.
 */
#include "render/terminal.h"

#include <string.h>

/* As wide as "offset -12345". */
#define RESULT_WIDTH 13

static void append_text(GString *out, const char *text)
{
	g_autofree char *printable = md_terminal_name(text, FALSE);

	g_string_append(out, printable);
}

static void append_place(GString *out, const char *name, gsize line)
{
	append_text(out, name);
	if (line > 0)
		g_string_append_printf(out, ":%zu", line);
}

static void append_hunk(GString *out, const struct md_port_hunk *hunk)
{
	g_autofree char *result = NULL;

	if (hunk->result == MD_PORT_OFFSET)
		result = g_strdup_printf("offset %+" G_GSSIZE_FORMAT, hunk->offset);
	else if (hunk->result == MD_PORT_WORDS)
		result = g_strdup("by words");
	else
		result = g_strdup(md_port_result_name(hunk->result));
	g_string_append_printf(out, "%-*s  ", RESULT_WIDTH, result);
	if (hunk->patch != NULL) {
		append_place(out, hunk->patch, hunk->place);
		g_string_append(out, "  ");
	}
	if (hunk->result == MD_PORT_MOVED || strcmp(hunk->path, hunk->to) != 0) {
		append_place(out, hunk->path, hunk->old_line);
		g_string_append(out, " -> ");
	}
	append_place(out, hunk->to, hunk->line);
	if (hunk->reason != NULL) {
		g_string_append(out, "  ");
		append_text(out, hunk->reason);
	}
	g_string_append_c(out, '\n');
}

static void append_reject(GString *out, const struct md_reject *reject)
{
	g_string_append_printf(out, "%-*s  ", RESULT_WIDTH, "reject");
	append_place(out, reject->patch, reject->place);
	g_string_append(out, "  ");
	append_place(out, reject->path, 0);
	g_string_append(out, "  ");
	append_text(out, reject->reason);
	g_string_append_c(out, '\n');
}

static void append_counts(GString *out, guint hunks, const gsize count[MD_PORT_RESULTS])
{
	g_string_append_printf(out, "%u hunk%s", hunks, md_plural(hunks));
	for (enum md_port_result result = 0; result < MD_PORT_RESULTS; result++) {
		if (count[result] > 0)
			g_string_append_printf(out, ", %zu %s%s", count[result],
					       result == MD_PORT_WORDS ? "by " : "",
					       md_port_result_name(result));
	}
}

static void append_ledger(GString *out, const void *result)
{
	const struct md_port *port = result;

	for (guint i = 0; i < port->rejects->len; i++)
		append_reject(out, g_ptr_array_index(port->rejects, i));
	for (guint i = 0; i < port->hunks->len; i++)
		append_hunk(out, g_ptr_array_index(port->hunks, i));
	append_counts(out, port->hunks->len, port->count);
	if (port->rejects->len > 0)
		g_string_append_printf(out, "; %u did not apply to the old base",
				       port->rejects->len);
	g_string_append_c(out, '\n');
}

static void append_reference(GString *out, const struct md_reference *reference)
{
	g_autofree char *name = md_terminal_name(reference->name, FALSE);

	if (reference->call)
		g_string_append_printf(
			out, "%u argument%s for %s, which takes %u: ", reference->arguments,
			md_plural(reference->arguments), name, reference->parameters);
	else
		g_string_append_printf(out, "still refers to %s: ", name);
	append_place(out, reference->path, reference->line);
	g_string_append_c(out, '\n');
}

static void append_cut(GString *out, const struct md_cut *cut)
{
	g_autofree char *text = md_terminal_name(cut->text, FALSE);

	g_string_append_printf(out, "%-*s  ", RESULT_WIDTH, "cut");
	append_place(out, cut->path, cut->line);
	g_string_append_printf(out, "  %s\n", text);
}

static void append_revert(GString *out, const void *result)
{
	const struct md_revert *revert = result;
	guint hunks = 0;

	for (guint i = 0; i < revert->rejects->len; i++)
		append_reject(out, g_ptr_array_index(revert->rejects, i));
	for (guint i = 0; i < revert->steps->len; i++) {
		const struct md_port *step = g_ptr_array_index(revert->steps, i);

		for (guint j = 0; j < step->hunks->len; j++)
			append_hunk(out, g_ptr_array_index(step->hunks, j));
		hunks += step->hunks->len;
	}
	for (guint i = 0; i < revert->cuts->len; i++)
		append_cut(out, g_ptr_array_index(revert->cuts, i));
	append_counts(out, hunks, revert->count);
	if (revert->rejects->len > 0)
		g_string_append_printf(out, "; %u not found", revert->rejects->len);
	g_string_append_c(out, '\n');
	for (guint i = 0; i < revert->references->len; i++)
		append_reference(out, g_ptr_array_index(revert->references, i));
	if (revert->more_references > 0)
		g_string_append_printf(out, "and %zu more lines refer to what is gone\n",
				       revert->more_references);
}

gboolean md_render_port(const struct md_port *port, md_render_write write, void *data,
			GError **error)
{
	for (guint i = 0; i < port->patches->len; i++) {
		const struct md_port_patch *patch = g_ptr_array_index(port->patches, i);

		if (patch->text->len > 0 && !write(data, patch->text->str, patch->text->len, error))
			return FALSE;
	}
	return TRUE;
}

/* How each format says what was done. */
struct ledger {
	const struct md_format *format;
	void (*append)(GString *out, const void *result);
};

static gboolean render(const struct ledger *ledgers, gsize count, const void *result,
		       const struct md_render_settings *settings, md_render_write write, void *data,
		       GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (gsize i = 0; i < count; i++) {
		if (ledgers[i].format != settings->format)
			continue;
		ledgers[i].append(out, result);
		return write(data, out->str, out->len, error);
	}
	g_set_error(error, MD_ERROR, MD_ERROR_SETTING, "--format: '%s' cannot say what was done",
		    settings->format->name);
	return FALSE;
}

gboolean md_render_ledger(const struct md_port *port, const struct md_render_settings *settings,
			  md_render_write write, void *data, GError **error)
{
	static const struct ledger ledgers[] = {
		{ &md_format_text, append_ledger },
		{ &md_format_jsonl, md_jsonl_ledger },
		{ &md_format_sarif, md_sarif_ledger },
	};

	return render(ledgers, G_N_ELEMENTS(ledgers), port, settings, write, data, error);
}

gboolean md_render_revert(const struct md_revert *revert, md_render_write write, void *data,
			  GError **error)
{
	return revert->text->len == 0 || write(data, revert->text->str, revert->text->len, error);
}

gboolean md_render_revert_ledger(const struct md_revert *revert,
				 const struct md_render_settings *settings, md_render_write write,
				 void *data, GError **error)
{
	static const struct ledger ledgers[] = {
		{ &md_format_text, append_revert },
		{ &md_format_jsonl, md_jsonl_revert },
	};

	return render(ledgers, G_N_ELEMENTS(ledgers), revert, settings, write, data, error);
}
