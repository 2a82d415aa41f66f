int mill_open(struct mill *mill)
{
	return mill->hopper->sacks;
}
