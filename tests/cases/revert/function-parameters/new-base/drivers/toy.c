static int tap_open(int a, int b)
{
	return a + b;
}

int toy(int a)
{
	return tap_open(a, 2 * a);
}
