static DEFINE_SPINLOCK(tide_lock);
static struct timer_list tide_timer;

static void tide_tick(struct timer_list *timer)
{
	spin_lock(&tide_lock);
	tide_level++;
	spin_unlock(&tide_lock);
	mod_timer(timer, jiffies + HZ);
}

static noinline int measure_depth(void)
{
	return inw(TIDE_PORT);
}

static int tide_thread(void *data)
{
	timer_setup(&tide_timer, tide_tick, 0);
	mod_timer(&tide_timer, jiffies + HZ);
	while (!kthread_should_stop()) {
		spin_lock(&tide_lock);
		tide_level = measure_depth();
		spin_unlock(&tide_lock);
	}
	return 0;
}
