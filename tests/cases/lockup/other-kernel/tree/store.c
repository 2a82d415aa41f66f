static DEFINE_MUTEX(store_lock);

void count_crates(void)
{
	mutex_lock(&store_lock);
	mutex_unlock(&store_lock);
}
