static int __thaw(long water)
{
	long left = water;

	check(left);
	return left;
} /* thaw */
