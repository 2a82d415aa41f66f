/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words of the comparison: versions, marks and classes.
 */
#ifndef METADIFF_DIFF_H
#define METADIFF_DIFF_H

#include <metadiff/base.h>

G_BEGIN_DECLS

/** The four trees that are compared, and the files in them. */
enum md_version {
	MD_OLD_BASE,
	MD_OLD_DOWNSTREAM,
	MD_NEW_BASE,
	MD_NEW_DOWNSTREAM,
	MD_VERSIONS,
};

/** A base and the downstream that was made from it. */
enum md_side {
	MD_OLD,
	MD_NEW,
	MD_SIDES,
};

/** "old_base" and so on: the name of a version in messages and records. */
MD_PUBLIC const char *md_version_name(enum md_version version);

G_END_DECLS

#endif
