struct bakery {
	struct mutex oven;
	int loaves;
};

static void bakery_check(struct bakery *bakery)
{
	BUG_ON(bakery->loaves < 0);
}

void bakery_bake(struct bakery *bakery, int loaves)
{
	mutex_lock(&bakery->oven);
	bakery->loaves += loaves;
	bakery_check(bakery);
	mutex_unlock(&bakery->oven);
}
