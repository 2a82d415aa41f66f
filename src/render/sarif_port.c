/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A patch that was carried, in SARIF: a result for each hunk that a person must look at, at its
 * line of the new tree, and for each that did not apply to the old base, at its line of the patch.
 */
#include "render/sarif.h"
#include "render/terminal.h"

enum { CONFLICT, REJECT };

static const struct md_rule rules[] = {
	[CONFLICT] = {
		"conflict", "error", "upstream changed what the patch changes",
		"The old patch and upstream changed the same lines, and it is not known what "
		"should be there.",
		"Look at what both did, and write the lines that do it all.",
	},
	[REJECT] = {
		"reject", "error", "a hunk that does not apply to the old base",
		"A hunk of the patch does not apply to the base that it is said to be of, and was "
		"not carried.",
		"See that the base is the one that the patch was made for.",
	},
};

static void append_result(GString *out, JsonBuilder *builder, guint rule, const char *text,
			  const char *path, const char *base, gsize line, gboolean first)
{
	g_autofree char *printable = md_terminal_name(text, FALSE);

	md_sarif_begin_result(builder, rules, &rules[rule], NULL, printable);
	json_builder_set_member_name(builder, "locations");
	json_builder_begin_array(builder);
	md_sarif_begin_location(builder, path, base, line, 0);
	json_builder_end_object(builder);
	json_builder_end_array(builder);
	md_sarif_end_result(out, builder, first);
}

void md_sarif_ledger(GString *out, const void *result)
{
	const struct md_port *port = result;
	g_autoptr(JsonBuilder) builder = json_builder_new();
	gboolean first = TRUE;

	md_sarif_begin(builder, "port", rules, G_N_ELEMENTS(rules));
	md_sarif_open_results(out, builder);
	for (guint i = 0; i < port->rejects->len; i++, first = FALSE) {
		const struct md_reject *reject = g_ptr_array_index(port->rejects, i);
		g_autofree char *text = g_strdup_printf("reject: %s %s: %s.", reject->path,
							reject->hunk, reject->reason);

		append_result(out, builder, REJECT, text, reject->patch, NULL, reject->place,
			      first);
	}
	for (guint i = 0; i < port->hunks->len; i++) {
		const struct md_port_hunk *hunk = g_ptr_array_index(port->hunks, i);
		g_autofree char *text = NULL;

		if (hunk->result != MD_PORT_CONFLICT)
			continue;
		text = g_strdup_printf("conflict: %s%s%s.",
				       hunk->reason ? hunk->reason : "see both",
				       hunk->patch ? ", in " : "", hunk->patch ? hunk->patch : "");
		append_result(out, builder, CONFLICT, text, hunk->to, "%SRCROOT%", hunk->line,
			      first);
		first = FALSE;
	}
	md_sarif_end(out);
}
