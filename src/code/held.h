/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the lock analysis of a function shares between its files. Private to the room. */
#ifndef MD_CODE_HELD_H
#define MD_CODE_HELD_H

#include "code/flow.h"

/* ------------------------------------------------------------------- sites */

/* A call that takes a lock, or gives one back. */
struct md_site {
	guint call;
	char *object;	  /* the lock itself, as the function would write it: "rq->lock"; or NULL */
	char *expression; /* a pointer to it, as it is written: "&rq->lock" */
	char *name;	  /* as struct md_lock_name; NULL: it cannot be told */
	gboolean global;
	int parameter;
	enum md_lock_kind kind;
	guint flags;
	guint interrupts; /* a class of values, as those of MD_FACT_INTERRUPTS: when it was taken */
};
void md_site_clear(void *site);

/**
 * What a pointer points to, as plainly as it can be said: of "(&(p)->lock)" "p->lock", of "l"
 * "*l". A new string.
 */
char *md_lock_object(const char *pointer);
/** The other way round. */
char *md_lock_pointer(const char *object);
/**
 * @object of a function for its caller: parameters are what the caller passes for them. NULL
 * where it is of variables that the caller does not know.
 */
char *md_lock_object_for_caller(const struct md_flow *flow, const char *object,
				const GPtrArray *arguments);

/** Whether @object is of variables of the function's own, so that its caller cannot say it. */
gboolean md_lock_is_own(const struct md_flow *flow, const char *object);

/* How alike two locks are. */
enum md_likeness {
	MD_LIKE_NOT,
	MD_LIKE_LAST, /* the last member alone */
	MD_LIKE_NAME,
	MD_LIKE_SAME, /* the same expression */
};
enum md_likeness md_sites_compare(const struct md_site *a, const struct md_site *b);

/* ----------------------------------------------------------------- effects */

/* Sites are bits; a function with more is one that nobody has written. */
#define MD_SITES_MAX 64
/* What must be so: of a function one of its conditions, of a call a key of its caller's graph. */
struct md_demand {
	guint key, signs;
};
#define MD_DEMANDS_MAX 4
/* One way in which a call may end. */
struct md_outcome {
	guint signs;	      /* enum md_value_sign: of its result */
	guint64 takes, gives; /* of sites */
	struct md_demand demand[MD_DEMANDS_MAX];
	guint demands;
};
#define MD_OUTCOMES_MAX 8

/* What a function holds at its calls, and what is left of it when it returns. */
struct md_holding {
	GArray *takes, *gives; /* of struct md_site */
	GArray *outcomes;      /* of struct md_outcome; none: it changes nothing */
	GPtrArray *conditions; /* of char *: what the outcomes demand, in the function's words */
	/* For each call; what must be held was taken at one of its takes that may be. */
	guint64 *may, *must, *given, *given_must;
};
void md_holding_free(struct md_holding *holding);

/* A call's outcomes, in the sites of the function that calls. */
struct md_effect {
	GArray *outcomes; /* of struct md_outcome; NULL: none */
	gboolean asked;	  /* they differ in their results */
};

/**
 * The effects of all calls of @flow, an array of struct md_effect, which adds the sites that they
 * need. NULL: no call has any.
 */
GArray *md_effects_new(struct md_flow *flow, struct md_holding *holding);

/** What is held in @flow; read once. NULL: it is being read, for it calls itself. */
const struct md_holding *md_flow_holding(struct md_flow *flow);

/* The facts that are no keys: what is returned, whether interrupts are off (positive). */
enum {
	MD_FACT_RESULT,
	MD_FACT_INTERRUPTS,
	MD_FACT_KEYS,
};
/* How many facts fit: 3 bits each in two words. */
#define MD_FACTS_MAX 42

#endif
