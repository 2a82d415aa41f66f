struct pool *pool_new(size_t size)
{
	return pool_grow(NULL, size);
}
