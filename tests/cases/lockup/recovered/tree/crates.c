static DEFINE_MUTEX(crate_lock);
static DEFINE_MUTEX(ship_lock);

static void pack_crate(struct crate *crate)
{
	mutex_lock(&crate_lock);
	crate->packed = 1;
	mutex_lock(&ship_lock);
	put_aboard(crate);
	mutex_unlock(&ship_lock);
	mutex_unlock(&crate_lock);
}

static int packer_thread(void *data)
{
	while (!kthread_should_stop())
		pack_crate(data);
	return 0;
}

static int load_ship(void *data)
{
	while (!kthread_should_stop()) {
		mutex_lock(&ship_lock);
		mutex_lock(&crate_lock);
		sort_crates(data);
		mutex_unlock(&crate_lock);
		mutex_unlock(&ship_lock);
	}
	return 0;
}

static ssize_t count_crates(struct file *file, char __user *buffer, size_t size, loff_t *at)
{
	int count;

	mutex_lock(&crate_lock);
	count = crates_in_store;
	mutex_unlock(&crate_lock);
	return simple_read_number(buffer, size, at, count);
}
