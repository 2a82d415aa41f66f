int mill_open(struct mill *mill)
{
	return 0;
}
