/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tree of one file that lies in memory, to compare without any disk. */
#ifndef MD_TEST_MEMORY_TREE_H
#define MD_TEST_MEMORY_TREE_H

#include "tree/tree.h"

#define MEMORY_TREE_PATH "kernel/file.c"

/** A tree with @content at MEMORY_TREE_PATH; data NULL: an empty tree. */
struct md_tree *memory_tree_new(const char *name, guint32 mode, struct md_slice content);

#endif
