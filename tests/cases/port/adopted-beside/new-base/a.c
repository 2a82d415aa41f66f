int f(void)
{
	if (!bad(dst)) {
		if (rt != rt2)
			return rt;
		if (local(dev,
			  daddr) == 1)
			return rt;
	} else if (err(dst) == 1) {
		rt = 0;
	}
	return 0;
}
