struct pool *pool_new(size_t size)
{
	trace_pool_new(size);
	return pool_grow(NULL, size);
}
