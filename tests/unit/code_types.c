/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What expressions are and which locks they point to, in a small kernel that has each
 * idiom once.
 */
#include "code/code.h"
#include "memory_tree.h"

#include <string.h>

/* Paths and contents in turn. */
static const char *const kernel[] = {
	"include/linux/spinlock_types.h",
	"typedef struct raw_spinlock {\n\tint raw_lock;\n} raw_spinlock_t;\n"
	"typedef struct spinlock {\n\tunion {\n\t\tstruct raw_spinlock rlock;\n\t};\n"
	"} spinlock_t;\n"
	"#define DEFINE_SPINLOCK(x) spinlock_t x = __SPIN_LOCK_UNLOCKED(x)\n",

	"include/linux/mutex.h",
	"struct mutex {\n\tint owner;\n\tspinlock_t wait_lock;\n};\n",

	"include/linux/wait.h",
	"typedef struct __wait_queue wait_queue_t;\n"
	"typedef int (*wait_queue_func_t)(wait_queue_t *wait, unsigned mode, int flags);\n"
	"struct __wait_queue {\n\twait_queue_func_t func;\n\tvoid *private;\n};\n"
	"struct __wait_queue_head {\n\tspinlock_t lock;\n\tstruct list_head task_list;\n};\n"
	"typedef struct __wait_queue_head wait_queue_head_t;\n",

	"include/linux/sched.h",
	"#define TASK_RUNNING 0\n"
	"struct task_struct {\n"
	"\tvolatile long state;\n"
	"#ifdef CONFIG_SMP\n\tint on_cpu;\n#else\n\tint unused;\n#endif\n"
	"\trandomized_struct_fields_start\n"
	"\tstruct mm_struct *mm, *active_mm;\n"
	"\traw_spinlock_t pi_lock;\n"
	"\tstruct signal_struct __rcu *signal;\n"
	"\tunsigned in_iowait:1, :3;\n"
	"\tstruct_group(group,\n\t\tint first;\n\t\tstruct files_struct *files;\n\t);\n"
	"\tRH_KABI_REPLACE(int old, struct mutex *perf_event_mutex)\n"
	"\tconst struct sched_class *sched_class;\n"
	"} __attribute__((aligned(64)));\n"
	"struct signal_struct {\n\tstruct mutex cred_guard_mutex;\n\twait_queue_head_t "
	"wait_chldexit;\n};\n",

	"include/linux/fs.h",
	"struct inode {\n"
	"\tstruct mutex i_mutex;\n"
	"\tunion {\n\t\tstruct hlist_head i_dentry;\n\t\tspinlock_t i_rcu_lock;\n\t};\n"
	"\tstruct {\n\t\tspinlock_t lock;\n\t\tstruct {\n\t\t\tspinlock_t inner;\n\t\t} deep;\n\t} "
	"i_u;\n"
	"\tstruct super_block *i_sb;\n"
	"\tspinlock_t *i_ptl;\n"
	"\tconst struct inode_operations *i_op;\n"
	"};\n"
	"#define i_alias i_u.lock\n"
	"struct super_block {\n\tstruct rw_semaphore s_umount ____cacheline_aligned;\n"
	"\tspinlock_t s_locks[4];\n\tstruct inode s_root;\n};\n"
	"struct inode_operations {\n\tstruct inode *(*lookup) (struct inode *, int);\n};\n"
	"struct file {\n\tstruct inode *f_inode;\n};\n"
	"static inline struct inode *file_inode(const struct file *f)\n{\n\treturn f->f_inode;\n}\n"
	"extern struct mutex undefined_mutex;\n",

	"include/linux/mm.h",
	"struct page {\n\tspinlock_t ptl;\n};\n"
	"static inline spinlock_t *page_lockptr(struct page *page)\n{\n"
	"\tif (!page)\n\t\treturn NULL;\n\treturn &page->ptl;\n}\n"
	"#define pte_lockptr(page) page_lockptr(page)\n"
	"static inline spinlock_t *same_lock(spinlock_t *lock)\n{\n\treturn lock;\n}\n"
	"static inline spinlock_t *one_of(struct page *page, struct inode *inode)\n{\n"
	"\treturn page ? &page->ptl : &inode->i_rcu_lock;\n}\n"
	"static void *map_lock(struct page *page, spinlock_t **ptlp)\n{\n"
	"\tspinlock_t *ptl = pte_lockptr(page);\n\n\tspin_lock(ptl);\n\t*ptlp = ptl;\n}\n"
	"#define map_lock_cond(page, ptlp) __cond_lock(*(ptlp), map_lock(page, ptlp))\n"
	"#define map_given(lock, ptlp) ({ spinlock_t *__ptl = lock; *(ptlp) = __ptl; })\n"
	"spinlock_t *\nelsewhere(int a)\n{\n\tif (a)\n\t\treturn &here;\n\treturn &there;\n}\n",

	"kernel/sched/sched.h",
	"struct rq {\n\traw_spinlock_t lock;\n\tunsigned int nr_running;\n"
	"\tstruct task_struct *curr, *idle;\n\tstruct root_domain {\n\t\tspinlock_t rd_lock;\n\t} "
	"rd;\n};\n"
	"DECLARE_PER_CPU(struct rq, runqueues);\n"
	"#define cpu_rq(cpu)\t\t(&per_cpu(runqueues, (cpu)))\n"
	"#define this_rq()\t\t(&__get_cpu_var(runqueues))\n"
	"#define task_rq(p)\t\tcpu_rq(task_cpu(p))\n"
	"#define first_of(head) ({ struct rq *__rq = list_entry(head, struct rq, lock); __rq; })\n"
	"static inline raw_spinlock_t *__rq_lockp(struct rq *rq)\n{\n"
	"\tif (rq->idle)\n\t\treturn &rq->curr->pi_lock;\n\treturn &this_rq()->curr->pi_lock;\n}\n"
	"extern struct rq *task_rq_lock(struct task_struct *p, unsigned long *flags);\n",

	"kernel/sched/core.c",
	"#include <linux/sched.h>\n#include \"sched.h\"\n"
	"static struct rq *\ntask_rq_lock(struct task_struct *p, unsigned long "
	"*flags)\n{\n\treturn 0;\n}\n"
	"DEFINE_MUTEX(sched_domains_mutex);\n"
	"static __cacheline_aligned_in_smp DEFINE_SPINLOCK(aligned_lock);\n"
	"static spinlock_t hash_locks[16];\n"
	"static struct {\n\tspinlock_t lock;\n} here_only;\n"
	"struct inode *root_inode;\n"
	"static DEFINE_PER_CPU(spinlock_t, cpu_lock);\n"
	"#define DEFINE_THING(name) \\\n\tstruct inode name = { 0 }\n"
	"DEFINE_THING(thing);\n"
	"#define DEFINE_BOX(name) struct { spinlock_t lock; struct inode *first; } name\n"
	"static DEFINE_BOX(box);\n",

	"drivers/scsi/shared.c",
	"static DEFINE_MUTEX(list_lock);\n",

	"drivers/scsi/other.c",
	"static DEFINE_MUTEX(list_lock);\nstruct rq {\n\tstruct mutex "
	"lock;\n};\nDEFINE_MUTEX(sched_domains_mutex);\n",
	NULL,
};

struct fixture {
	struct md_tree *nothing, *tree;
	struct md_source *source;
	struct md_types *types;
};

static void fixture_init(struct fixture *fixture, const void *data)
{
	const char *const machines[] = { "x86", NULL };
	g_autoptr(GError) error = NULL;

	fixture->nothing = memory_tree_new("nothing", MD_MODE_FILE, (struct md_slice){ NULL, 0 });
	fixture->tree = md_tree_overlay_new(fixture->nothing, "kernel");
	for (const char *const *file = kernel; *file != NULL; file += 2) {
		g_autoptr(GBytes) content = g_bytes_new_static(file[1], strlen(file[1]));

		md_tree_overlay_set(fixture->tree, file[0], MD_MODE_FILE, content);
	}
	fixture->source = md_source_new(fixture->tree, 1, NULL);
	g_assert_true(md_source_index_kernel(fixture->source, machines, FALSE, &error));
	g_assert_no_error(error);
	fixture->types = md_types_new(fixture->source);
}

static void fixture_clear(struct fixture *fixture, const void *data)
{
	md_types_free(fixture->types);
	md_source_free(fixture->source);
	md_tree_free(fixture->tree);
	md_tree_free(fixture->nothing);
}

static struct md_slice slice(const char *text)
{
	return (struct md_slice){ text, strlen(text) };
}

/* "struct rq *"; "?" where it cannot be told. */
static char *type_of(struct md_scope *scope, const char *expression)
{
	struct md_type type = { NULL, 0 };
	GString *text = g_string_new("?");

	if (md_scope_type(scope, slice(expression), &type)) {
		g_string_assign(text, type.name);
		for (guint i = 0; i < type.pointers; i++)
			g_string_append(text, i ? "*" : " *");
	}
	md_type_clear(&type);
	return g_string_free(text, FALSE);
}

/* Its name, with "!" behind that of a global; "$2": parameter 2; "?". */
static char *lock_of(struct md_scope *scope, const char *expression)
{
	struct md_lock_name lock;
	char *text;

	md_scope_name_lock(scope, slice(expression), &lock);
	text = lock.name != NULL     ? g_strdup_printf("%s%s", lock.name, lock.global ? "!" : "")
	       : lock.parameter >= 0 ? g_strdup_printf("$%d", lock.parameter)
				     : g_strdup("?");
	md_lock_name_clear(&lock);
	return text;
}

static void check(struct fixture *fixture, const char *function, const char *const (*rows)[2],
		  guint count, char *(*ask)(struct md_scope *scope, const char *expression))
{
	MD_AUTOPTR(md_scope)
	scope = md_scope_new(fixture->types, "kernel/sched/core.c", slice(function));

	for (guint i = 0; i < count; i++) {
		g_autofree char *answer = ask(scope, rows[i][0]);

		if (strcmp(answer, rows[i][1]) != 0)
			g_error("%s: %s, not %s", rows[i][0], answer, rows[i][1]);
	}
}

#define CHECK(fixture, function, ask, ...)                                                         \
	do {                                                                                       \
		static const char *const rows[][2] = { __VA_ARGS__ };                              \
		check(fixture, function, rows, G_N_ELEMENTS(rows), ask);                           \
	} while (0)

static const char *const function =
	"static noinline int __releases(rq->lock)\n"
	"f(struct task_struct *p, spinlock_t *lock, wait_queue_head_t *q, struct file *file)\n{\n"
	"\tstruct rq *rq = cpu_rq(0), *other;\n"
	"\tstruct inode *inode = file_inode(file);\n"
	"\tspinlock_t *alias = &rq->rd.rd_lock, *twice, *given = lock;\n"
	"\tspinlock_t *ptl, *mapped, *both, *other_one;\n"
	"\tstruct inode local;\n"
	"\twait_queue_t *curr, *next;\n"
	"\ttypeof(*inode) *same = inode;\n"
	"\tstruct list_head *head;\n"
	"\tDECLARE_COMPLETION_ONSTACK(done);\n"
	"\ttwice = &p->pi_lock;\n\tif (p)\n\t\ttwice = &inode->i_u.lock;\n"
	"\tptl = pte_lockptr(page);\n"
	"\tmap_lock_cond(page, &mapped);\n\tmap_given(&rq->rd.rd_lock, &both);\n"
	"\tmap_given(lock, &other_one);\n\tother_one = &rq->rd.rd_lock;\n"
	"\tfor (struct signal_struct *sig = p->signal; sig; sig++)\n\t\t;\n"
	"\tlist_for_each_entry_safe(curr, next, &q->task_list, task_list)\n\t\tcurr->func(curr);\n"
	"\treturn 0;\n}\n";

static void test_types(struct fixture *fixture, const void *data)
{
	CHECK(fixture, function, type_of, { "rq", "struct rq *" }, { "other", "struct rq *" },
	      { "rq->curr->mm", "struct mm_struct *" }, { "rq->nr_running", "unsigned int" },
	      { "*rq", "struct rq" }, { "&rq", "struct rq **" },
	      { "p->signal", "struct signal_struct *" }, { "p->files", "struct files_struct *" },
	      { "p->perf_event_mutex", "struct mutex *" }, { "p->active_mm", "struct mm_struct *" },
	      { "p->sched_class", "struct sched_class *" },
	      { "cpu_rq(cpu)->lock", "raw_spinlock_t" }, { "this_rq()", "struct rq *" },
	      { "task_rq(p)->curr", "struct task_struct *" }, { "q", "struct __wait_queue_head *" },
	      { "curr", "struct __wait_queue *" }, { "curr->func(curr, 1, 2)", "int" },
	      { "curr->func", "?" }, { "current", "struct task_struct *" },
	      { "current->signal", "struct signal_struct *" },
	      { "container_of(head, struct rq, lock)", "struct rq *" },
	      { "list_first_entry(&q->list, struct inode, i_list)->i_sb", "struct super_block *" },
	      { "list_entry(head, typeof(*rq), lock)", "struct rq *" },
	      { "first_of(head)->curr", "struct task_struct *" },
	      { "rcu_dereference_check(p->signal, 1)", "struct signal_struct *" },
	      { "READ_ONCE(rq->curr)->mm", "struct mm_struct *" },
	      { "((struct inode *)p)->i_sb", "struct super_block *" },
	      { "(unsigned long)p", "unsigned long" }, { "same->i_sb", "struct super_block *" },
	      { "inode->i_op->lookup(inode, 0)->i_sb", "struct super_block *" },
	      { "file_inode(file)->i_sb->s_root", "struct inode" },
	      { "task_rq_lock(p, &flags)", "struct rq *" }, { "sig", "struct signal_struct *" },
	      { "p ? rq : other", "struct rq *" }, { "rq + 1", "struct rq *" },
	      { "1 + rq", "struct rq *" }, { "root_inode->i_sb", "struct super_block *" },
	      { "thing.i_sb", "struct super_block *" }, { "box.first", "struct inode *" },
	      { "this_cpu_ptr(&runqueues)", "struct rq *" },
	      { "per_cpu(runqueues, 3).curr", "struct task_struct *" },
	      { "inode->i_sb->s_locks", "spinlock_t *" },
	      { "inode->i_sb->s_locks[2]", "spinlock_t" }, { "unknown", "?" },
	      { "unknown()->x", "?" }, { "rq->unknown", "?" },
	      { "p == rq->curr ? 0 : rq", "struct rq *" }, { "sizeof(*rq)", "int" });
}

static void test_locks(struct fixture *fixture, const void *data)
{
	CHECK(fixture, function, lock_of, { "&rq->lock", "struct rq.lock" },
	      { "&cpu_rq(cpu)->lock", "struct rq.lock" }, { "&task_rq(p)->lock", "struct rq.lock" },
	      { "&this_cpu_ptr(&runqueues)->lock", "struct rq.lock" },
	      { "&inode->i_mutex", "struct inode.i_mutex" },
	      { "&q->lock", "struct __wait_queue_head.lock" },
	      { "&p->signal->wait_chldexit.lock", "struct __wait_queue_head.lock" },
	      { "&p->signal->wait_chldexit", "struct signal_struct.wait_chldexit" },
	      { "p->signal->wait_chldexit", "struct signal_struct.wait_chldexit" },
	      { "&inode->i_sb->s_umount", "struct super_block.s_umount" },
	      { "&rq->rd.rd_lock", "struct root_domain.rd_lock" },
	      { "&inode->i_u.lock", "struct inode.i_u.lock" },
	      { "&inode->i_u.deep.inner", "struct inode.i_u.deep.inner" },
	      { "&inode->i_rcu_lock", "struct inode.i_rcu_lock" },
	      { "&inode->i_alias", "struct inode.i_u.lock" },
	      { "inode->i_ptl", "struct inode.i_ptl" },
	      { "&inode->i_sb->s_locks[3]", "struct super_block.s_locks" },
	      { "inode->i_sb->s_locks + 1", "struct super_block.s_locks" },
	      { "&p->signal->cred_guard_mutex.wait_lock", "struct mutex.wait_lock" },
	      { "&rq->rd.rd_lock.rlock", "struct root_domain.rd_lock" },
	      { "&hash_locks[hash(i)]", "hash_locks" }, { "hash_locks + 2", "hash_locks" },
	      { "&sched_domains_mutex", "sched_domains_mutex!" },
	      { "&aligned_lock", "aligned_lock!" }, { "&here_only.lock", "here_only.lock!" },
	      { "&per_cpu(cpu_lock, 2)", "cpu_lock!" }, { "this_cpu_ptr(&cpu_lock)", "cpu_lock!" },
	      { "&undefined_mutex", "undefined_mutex" }, { "lock", "$1" }, { "q", "$2" },
	      { "&lock->rlock", "$1" }, { "given", "$1" },
	      { "alias", "struct root_domain.rd_lock" }, { "twice", "?" },
	      { "ptl", "struct page.ptl" }, { "mapped", "struct page.ptl" },
	      { "both", "struct root_domain.rd_lock" }, { "other_one", "?" },
	      { "same_lock(&rq->lock)", "struct rq.lock" }, { "same_lock(lock)", "$1" },
	      { "one_of(page, inode)", "one_of()" }, { "elsewhere(1)", "elsewhere()" },
	      { "__rq_lockp(rq)", "struct task_struct.pi_lock" },
	      { "unknown_lock(1)", "unknown_lock()" }, { "&done", "f.done" },
	      { "&local.i_mutex", "struct inode.i_mutex" }, { "inode", "struct inode" },
	      { "p->perf_event_mutex", "struct task_struct.perf_event_mutex" },
	      { "&list_entry(head, struct rq, x)->lock", "struct rq.lock" }, { "", "?" },
	      { "&", "?" }, { ")", "?" }, { "&->lock", "?" }, { "((((", "?" });
}

/* The same words mean what is near; and whatever was asked before, the answer is one. */
static void test_nearness(struct fixture *fixture, const void *data)
{
	static const char text[] = "int g(struct rq *rq, struct root_domain *rd)\n{\n}\n";
	MD_AUTOPTR(md_scope)
	other = md_scope_new(fixture->types, "drivers/scsi/other.c", slice(text));
	MD_AUTOPTR(md_scope) far = md_scope_new(fixture->types, "fs/far.c", slice(text));
	g_autofree char *inner = lock_of(far, "&rd->rd_lock"), *own = type_of(other, "&rq->lock");
	g_autofree char *member = type_of(other, "rq->curr"), *core = type_of(far, "&rq->lock");
	g_autofree char *fixed = lock_of(far, "&sched_domains_mutex");
	g_autofree char *list = lock_of(other, "&list_lock");
	g_autofree char *hidden = type_of(far, "&aligned_lock");

	g_assert_cmpstr(list, ==, "drivers/scsi/other.c:list_lock!");
	g_assert_cmpstr(inner, ==, "struct root_domain.rd_lock");
	g_assert_cmpstr(own, ==, "struct mutex *");
	g_assert_cmpstr(core, ==, "raw_spinlock_t *");
	/* Its own struct has no such member: it is the other. */
	g_assert_cmpstr(member, ==, "struct task_struct *");
	g_assert_cmpstr(fixed, ==, "sched_domains_mutex!");
	/* What another file has for itself. */
	g_assert_cmpstr(hidden, ==, "?");
}

static void test_parameters(struct fixture *fixture, const void *data)
{
	MD_AUTOPTR(md_scope)
	scope = md_scope_new(fixture->types, "kernel/sched/core.c", slice(function));
	MD_AUTOPTR(md_scope)
	call = md_scope_new(
		fixture->types, "kernel/sched/core.c",
		slice("SYSCALL_DEFINE2(stop, struct inode *, inode, int __user *, count)\n{\n}\n"));
	MD_AUTOPTR(md_scope)
	macro = md_scope_new(fixture->types, "kernel/sched/core.c",
			     slice("#define lock_both(a, b) \\\n\tdo { spin_lock(a); "
				   "spin_lock(&this_rq()->lock); } while (0)\n"));
	g_autofree char *type = type_of(call, "inode->i_sb");
	g_autofree char *first = lock_of(macro, "b"), *second = lock_of(macro, "&this_rq()->lock");

	g_assert_cmpint(md_scope_parameter(scope, slice("q")), ==, 2);
	g_assert_cmpint(md_scope_parameter(scope, slice("rq")), ==, -1);
	g_assert_cmpint(md_scope_parameter(scope, slice("")), ==, -1);
	g_assert_cmpint(md_scope_parameter(call, slice("count")), ==, 1);
	g_assert_cmpstr(type, ==, "struct super_block *");
	g_assert_cmpint(md_scope_parameter(macro, slice("a")), ==, 0);
	g_assert_cmpstr(first, ==, "$1");
	g_assert_cmpstr(second, ==, "struct rq.lock");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/code/types/types", struct fixture, NULL, fixture_init, test_types,
		   fixture_clear);
	g_test_add("/code/types/locks", struct fixture, NULL, fixture_init, test_locks,
		   fixture_clear);
	g_test_add("/code/types/nearness", struct fixture, NULL, fixture_init, test_nearness,
		   fixture_clear);
	g_test_add("/code/types/parameters", struct fixture, NULL, fixture_init, test_parameters,
		   fixture_clear);
	return g_test_run();
}
