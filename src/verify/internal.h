/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of this room share. */
#ifndef MD_VERIFY_INTERNAL_H
#define MD_VERIFY_INTERNAL_H

#include "patch/patch.h"
#include "verify/verify.h"

/** The versions of one file; a missing one has mode 0 and no content. */
struct md_states {
	struct md_patched_file version[MD_VERSIONS];
};

/**
 * The old patch carried onto the new base, from the texts alone: sets @carried, whose
 * content the caller owns. FALSE, with a reason that the caller owns, where the columns of
 * the texts do not give these back.
 */
gboolean md_carry(const struct md_states *states, struct md_workspace *workspace,
		  struct md_patched_file *carried, char **reason);

/**
 * Why @file (NULL: the comparison has nothing of it) does not prove the file that lies at
 * @paths; NULL where it does. Fails only where a tree cannot be read.
 */
gboolean md_verify_file(const struct md_comparison *comparison, const struct md_file_paths *paths,
			const struct md_file_comparison *file, struct md_workspace *workspace,
			char **reason, GError **error);

#endif
