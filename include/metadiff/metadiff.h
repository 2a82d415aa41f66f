/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * metadiff: what did a downstream itself change between two releases?
 *
 * Open four trees (tree.h), compare them (compare.h), have the result proved
 * (verify.h) and print it (render.h).  Errors are GError values in the domain
 * MD_ERROR (base.h); types are opaque; nothing is global, so threads may each
 * do their own work.
 */
#ifndef METADIFF_H
#define METADIFF_H

#include <metadiff/base.h>
#include <metadiff/compare.h>
#include <metadiff/crash.h>
#include <metadiff/diff.h>
#include <metadiff/lockup.h>
#include <metadiff/port.h>
#include <metadiff/render.h>
#include <metadiff/suspect.h>
#include <metadiff/tree.h>
#include <metadiff/verify.h>

#endif
