struct boat {
	spinlock_t lock;
	struct mutex hatch;
	struct rw_semaphore hold;
	struct sail *sail;
};

struct sail {
	struct mutex reef;
};

static DEFINE_MUTEX(gate);
static DEFINE_MUTEX(tower);

void pass_gate(void)
{
	mutex_lock(&gate);
	mutex_unlock(&gate);
}

void holds_hatch(struct boat *boat)
{
	mutex_lock(&boat->hatch);
	pass_gate();
	mutex_unlock(&boat->hatch);
}

void holds_nothing_after_early_return(struct boat *boat)
{
	mutex_lock(&boat->hatch);
	if (!boat->sail) {
		mutex_unlock(&boat->hatch);
		pass_gate();
		return;
	}
	mutex_unlock(&boat->hatch);
}

int holds_hatch_behind_goto(struct boat *boat)
{
	int error = -EINTR;

	if (mutex_lock_interruptible(&boat->hatch))
		goto out;
	pass_gate();
	error = 0;
	mutex_unlock(&boat->hatch);
out:
	return error;
}

void holds_hatch_where_it_was_free(struct boat *boat)
{
	if (!mutex_trylock(&boat->hatch))
		return;
	pass_gate();
	mutex_unlock(&boat->hatch);
}

static struct boat *boat_lock(struct boat *boat)
{
	down_read(&boat->hold);
	return boat;
}

static void boat_unlock(struct boat *boat)
{
	up_read(&boat->hold);
}

void holds_hold_by_a_wrapper(struct boat *boat)
{
	boat = boat_lock(boat);
	pass_gate();
	boat_unlock(boat);
}

void holds_nothing_after_a_wrapper(struct boat *boat)
{
	boat = boat_lock(boat);
	boat_unlock(boat);
	pass_gate();
}

static void lock_it(struct mutex *lock)
{
	mutex_lock(lock);
}

void holds_reef_that_was_passed(struct boat *boat)
{
	lock_it(&boat->sail->reef);
	pass_gate();
	mutex_unlock(&boat->sail->reef);
}

void holds_tower_by_a_guard(void)
{
	guard(mutex)(&tower);
	pass_gate();
}

void holds_nothing_behind_a_scope(void)
{
	scoped_guard(mutex, &tower) {
		raise_flag();
	}
	pass_gate();
}

void may_hold_hatch(struct boat *boat, int careful)
{
	if (careful)
		mutex_lock(&boat->hatch);
	pass_gate();
	if (careful)
		mutex_unlock(&boat->hatch);
}

void holds_reef_in_a_loop(struct boat **boats, int count)
{
	int i;

	for (i = 0; i < count; i++) {
		struct mutex *lock = &boats[i]->sail->reef;

		mutex_lock(lock);
		if (boats[i]->sail) {
			pass_gate();
		}
		mutex_unlock(lock);
	}
}
