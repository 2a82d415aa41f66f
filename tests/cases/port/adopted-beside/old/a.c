int f(void)
{
	if (!bad(rt)) {
		if (rt != rt2)
			return rt;
		if (local(dev,
			  daddr) == 1)
			return rt;
	} else if (err(rt) == 1) {
		rt = 0;
	}
	return 0;
}
