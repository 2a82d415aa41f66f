static int thaw(int ice)
{
	return ice;
}
