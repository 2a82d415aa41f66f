struct bakery {
	struct mutex oven;
	struct mutex till;
	int loaves;
};

void bakery_bake(struct bakery *bakery)
{
	mutex_lock(&bakery->till);
	mutex_lock(&bakery->oven);
	bakery->loaves++;
	mutex_unlock(&bakery->oven);
	mutex_unlock(&bakery->till);
}

void bakery_sell(struct bakery *bakery)
{
	mutex_lock(&bakery->till);
	bakery->loaves--;
	mutex_unlock(&bakery->till);
}

void bakery_clean(struct bakery *bakery)
{
	mutex_lock(&bakery->oven);
	msleep(1000);
	mutex_unlock(&bakery->oven);
}
