void timer_free(struct timer *timer)
{
	list_del(&timer->entry);
	timer_sync(timer);
	timer->armed = 0;
	kfree(timer->buffer);
	timers--;
}
