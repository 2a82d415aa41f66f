void timer_free(struct timer *timer)
{
	list_del(&timer->entry);
	kfree(timer->buffer);
	timer_sync(timer);
	timer->armed = 0;
	timers--;
}
