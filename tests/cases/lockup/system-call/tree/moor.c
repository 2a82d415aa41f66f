static DEFINE_MUTEX(quay_lock);
static DEFINE_MUTEX(rope_lock);

static noinline int tie(int bollard)
{
	mutex_lock(&rope_lock);
	knot(bollard);
	mutex_unlock(&rope_lock);
	return 0;
}

SYSCALL_DEFINE1(moor, int, bollard)
{
	int error;

	mutex_lock(&quay_lock);
	error = tie(bollard);
	mutex_unlock(&quay_lock);
	return error;
}
