/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fifteen marks: one constant table gives each its name and visibility. */
#include "diff/diff.h"

#define OB MD_BIT(MD_OLD_BASE)
#define OD MD_BIT(MD_OLD_DOWNSTREAM)
#define NB MD_BIT(MD_NEW_BASE)
#define ND MD_BIT(MD_NEW_DOWNSTREAM)
#define CA MD_BIT(MD_CARRIED)

#define CONTEXT MD_SIGN_CONTEXT
#define BASE MD_SIGN_BASE
#define DOWN MD_SIGN_DOWNSTREAM
#define ABSENT MD_SIGN_ABSENT

/*
 * A line that is shown as '+' is in the new downstream and not in the carried
 * text, one shown as '-' the other way round, a hidden one in both or neither.
 */
const struct md_mark_info md_mark_table[MD_MARKS] = {
	[MD_MARK(CONTEXT, CONTEXT)] = { "  ", "context", ' ', OB | OD | NB | ND | CA },
	[MD_MARK(DOWN, DOWN)] = { "++", "carried", ' ', OD | ND | CA },
	[MD_MARK(BASE, BASE)] = { "--", "carried", ' ', OB | NB },
	[MD_MARK(ABSENT, CONTEXT)] = { ". ", "upstream", ' ', NB | ND | CA },
	[MD_MARK(CONTEXT, ABSENT)] = { " .", "upstream", ' ', OB | OD },
	[MD_MARK(DOWN, CONTEXT)] = { "+ ", "adopted", ' ', OD | NB | ND | CA },
	[MD_MARK(BASE, ABSENT)] = { "-.", "adopted", ' ', OB },
	[MD_MARK(ABSENT, DOWN)] = { ".+", "added", '+', ND },
	[MD_MARK(CONTEXT, BASE)] = { " -", "removed", '-', OB | OD | NB | CA },
	[MD_MARK(DOWN, ABSENT)] = { "+.", "dropped", '-', OD | CA },
	[MD_MARK(BASE, CONTEXT)] = { "- ", "restored", '+', OB | NB | ND },
	[MD_MARK(ABSENT, BASE)] = { ".-", "declined", '-', NB | CA },
	[MD_MARK(CONTEXT, DOWN)] = { " +", "held", '+', OB | OD | ND },
	[MD_MARK(DOWN, BASE)] = { "+-", "reversed", '-', OD | NB | CA },
	[MD_MARK(BASE, DOWN)] = { "-+", "revived", '+', OB | ND },
	[MD_MARK(ABSENT, ABSENT)] = { "..", NULL, ' ', 0 },
};

guint md_mark_projections(md_mark mark)
{
	guint projections = md_mark_info(mark)->projections;

	if (mark & MD_MARK_AWAY)
		return projections & (OB | OD);
	if (mark & MD_MARK_HERE)
		projections &= NB | ND | CA;
	if ((mark & MD_MARK_ALONG) == MD_MARK_WORDS)
		return (projections & ~CA) | (projections & ND ? CA : 0);
	return projections;
}

char md_mark_shown(md_mark mark)
{
	return (mark & MD_MARK_AWAY) || (mark & MD_MARK_ALONG) == MD_MARK_WORDS
		       ? ' '
		       : md_mark_info(mark)->shown;
}

gboolean md_mark_is_kept_back(md_mark mark)
{
	return (mark & MD_MARK_MOVED) && mark % MD_MARKS == MD_MARK(CONTEXT, DOWN);
}

gboolean md_mark_is_shown(md_mark mark, guint32 shown)
{
	/* Who asks for what was carried asks for this, too. */
	if ((mark & MD_MARK_WORDS) && (shown & MD_BIT(MD_MARK(DOWN, DOWN))))
		return TRUE;
	if ((mark & MD_MARK_MOVED) && !md_mark_is_kept_back(mark))
		return FALSE;
	return !(mark & MD_MARK_AWAY) && (shown & MD_BIT(mark % MD_MARKS));
}

guint32 md_mark_set_by_name(const char *name)
{
	guint32 set = 0;

	for (md_mark mark = 0; mark < MD_MARKS; mark++) {
		if (g_strcmp0(md_mark_table[mark].name, name) == 0)
			set |= MD_BIT(mark);
	}
	return set;
}

guint32 md_mark_set_shown(void)
{
	guint32 set = 0;

	for (md_mark mark = 0; mark < MD_MARKS; mark++) {
		if (md_mark_table[mark].shown != ' ')
			set |= MD_BIT(mark);
	}
	return set;
}

static enum md_sign sign_of_presence(gboolean base, gboolean downstream)
{
	if (base)
		return downstream ? MD_SIGN_CONTEXT : MD_SIGN_BASE;
	return downstream ? MD_SIGN_DOWNSTREAM : MD_SIGN_ABSENT;
}

md_mark md_mark_of_presence(const gboolean present[MD_VERSIONS])
{
	return MD_MARK(sign_of_presence(present[MD_OLD_BASE], present[MD_OLD_DOWNSTREAM]),
		       sign_of_presence(present[MD_NEW_BASE], present[MD_NEW_DOWNSTREAM]));
}

const char *md_version_name(enum md_version version)
{
	static const char *const name[MD_VERSIONS] = {
		[MD_OLD_BASE] = "old_base",
		[MD_OLD_DOWNSTREAM] = "old_downstream",
		[MD_NEW_BASE] = "new_base",
		[MD_NEW_DOWNSTREAM] = "new_downstream",
	};

	return name[version];
}
