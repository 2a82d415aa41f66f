static int thaw(int ice)
{
	igloo_count++;

	return ice;
}
