static DEFINE_SPINLOCK(nest_lock);

static int nest_brood(void *data)
{
	spin_lock(&nest_lock);
	msleep(1000000);
	spin_unlock(&nest_lock);
	return 0;
}

static int nest_steal(void *data)
{
	spin_lock(&nest_lock);
	eggs--;
	spin_unlock(&nest_lock);
	return 0;
}
